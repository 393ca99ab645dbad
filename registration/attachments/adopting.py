"""What a submission takes along: the photos of its draft become those of the household."""

from __future__ import annotations

from django.db import connection

from registration.models import Draft, Household

ADOPT = """
UPDATE registration_attachment SET draft_id = NULL, household_id = %(household)s
WHERE removed_at IS NULL AND (draft_id = %(draft)s OR household_id = %(household)s)
RETURNING id, kind, sent_sha256
"""


def adopt(*, draft: Draft, household: Household) -> list[dict[str, str]]:
    """Hand the photos of a draft to the household it becomes, or changes; one query.

    Returns every photo the household then has, for the frozen copy: id, kind and the checksum of the file as sent.
    """
    with connection.cursor() as cursor:
        cursor.execute(ADOPT, {"draft": draft.pk, "household": household.pk})
        rows = sorted((str(pk), kind, sha256) for pk, kind, sha256 in cursor.fetchall())
    return [{"id": pk, "kind": kind, "sha256": sha256} for pk, kind, sha256 in rows]
