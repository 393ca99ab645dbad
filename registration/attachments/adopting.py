"""What a submission takes along: the photos of its draft become those of the household."""

from __future__ import annotations

from django.db import connection

from registration.models import Draft, Household

CLOSE_AND_ADOPT = """
WITH closed AS (
    UPDATE registration_draft SET household_id = %(household)s, updated_at = now() WHERE id = %(draft)s
)
UPDATE registration_attachment SET draft_id = NULL, household_id = %(household)s
WHERE removed_at IS NULL AND (draft_id = %(draft)s OR household_id = %(household)s)
RETURNING id, kind, sent_sha256
"""


def close_draft(*, draft: Draft, household: Household) -> list[dict[str, str]]:
    """Let a draft, whose row is held, have become this household, and hand over its photos; one query.

    It begins once the draft is held. So it also sees a photo that was committed while the lock was waited for, which
    the statement that took the lock cannot: that one sees what there was when it began to wait.

    Returns every photo the household then has, for the frozen copy: id, kind and the checksum of the file as sent.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_AND_ADOPT, {"draft": draft.pk, "household": household.pk})
        rows = sorted((str(pk), kind, sha256) for pk, kind, sha256 in cursor.fetchall())
    draft.household = household
    return [{"id": pk, "kind": kind, "sha256": sha256} for pk, kind, sha256 in rows]
