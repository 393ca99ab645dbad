"""What becomes of a draft that is submitted: its photos are the household's from now on, and a hand-over of it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from registration.models import Draft, HandoverEnd, Household

if TYPE_CHECKING:
    from accounts.models import User

CLOSE_AND_ADOPT = """
WITH closed AS (
    UPDATE registration_draft SET household_id = %(household)s, updated_at = now() WHERE id = %(draft)s
), ended AS (
    UPDATE registration_handover SET ended_by_id = %(by)s, ended_at = clock_timestamp(), "end" = %(end)s
    WHERE draft_id = %(draft)s AND ended_at IS NULL
)
UPDATE registration_attachment SET draft_id = NULL, household_id = %(household)s
WHERE removed_at IS NULL AND (draft_id = %(draft)s OR household_id = %(household)s)
RETURNING id, kind, sent_sha256
"""


def close_draft(*, draft: Draft, household: Household, by: User) -> list[dict[str, str]]:
    """Let a draft, whose row is held, have become this household; one query.

    It begins once the draft is held. So it also sees a photo or a hand-over that was committed while the lock was
    waited for, which the statement that took the lock cannot: that one sees what there was when it began to wait.

    Returns every photo the household then has, for the frozen copy: id, kind and the checksum of the file as sent.
    """
    about: dict[str, Any] = {
        "draft": draft.pk,
        "household": household.pk,
        "by": by.pk,
        "end": HandoverEnd.SUBMITTED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_AND_ADOPT, about)
        rows = sorted((str(pk), kind, sha256) for pk, kind, sha256 in cursor.fetchall())
    draft.household = household
    return [{"id": pk, "kind": kind, "sha256": sha256} for pk, kind, sha256 in rows]
