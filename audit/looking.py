"""Acts of looking, as against acts that changed something: what people read in "Data saya", and what is kept shorter.

Whoever writes an act of looking with another verb adds it here; a test compares the table with the code.
"""

from typing import Final

LOOKING: Final = frozenset(
    {
        "accounts.look_for_account",
        "accounts.view_account",
        "admin.list",
        "admin.view",
        "desk.list_fixes",
        "desk.search",
        "desk.view_claim",
        "desk.view_household",
        "desk.view_issue",
        "grievances.list_objections",
        "grievances.view_objection",
        "grievances.view_photo",
        "muskel.view_minutes",
        "muskel.view_rows",
        "notices.list_paper",
        "registration.view_draft",
        "registration.view_photo",
        "registration.view_receipt",
    }
)
