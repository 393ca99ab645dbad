"""Saying of a suggestion that it is not the person, and taking that back: by a person, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import record
from matching.linking.models import Candidate, RuledOut
from matching.linking.services import PairAlreadyDecided, PairReasonMissing

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def rule_out(*, candidate: Candidate, reason: str, by: User) -> RuledOut:
    """Say that an entry is not this member. Changes nothing about the family.

    An admin, or an officer of the household's kelurahan. Raises PermissionDenied, PairReasonMissing,
    PairAlreadyDecided.
    """
    _require_own(candidate, by)
    if not reason.strip():
        raise PairReasonMissing(_("Write down the reason."))
    try:
        with transaction.atomic():
            found = RuledOut.objects.create(
                member=candidate.member,
                register_index=bytes(candidate.register_index),
                reason=reason.strip(),
                decided_by=by,
            )
    except IntegrityError:
        raise PairAlreadyDecided(_("Somebody has decided this in the meantime.")) from None
    _record("matching.rule_out_candidate", candidate, by)
    return found


@transaction.atomic
def undo_ruling_out(*, candidate: Candidate, reason: str, by: User) -> None:
    """Show a suggestion again. Raises as `rule_out` does."""
    _require_own(candidate, by)
    if not reason.strip():
        raise PairReasonMissing(_("Write down the reason."))
    standing = RuledOut.objects.filter(
        member=candidate.member_id, register_index=bytes(candidate.register_index), undone_at=None
    )
    if not standing.update(undone_by=by, undone_at=Now(), undone_because=reason.strip()):
        raise PairAlreadyDecided(_("Somebody has decided this in the meantime."))
    _record("matching.undo_ruling_out", candidate, by)


def _require_own(candidate: Candidate, by: User) -> None:
    if not (by.is_admin or candidate.member.household.kelurahan_id in by.kelurahan_codes):
        raise PermissionDenied


def _record(verb: str, candidate: Candidate, by: User) -> None:
    household = candidate.member.household
    record(by=by, verb=verb, subject=household, area_code=household.kelurahan_id, data={"way": candidate.way})
