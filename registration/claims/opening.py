"""Opening a claim: for a draft that is complete and fails only because a number is registered already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from audit.services import record
from registration.claims.contested import Contested, contested_numbers
from registration.claims.errors import ClaimClosed, NothingContested
from registration.errors import HardStop, Incomplete
from registration.models import Claim, ClaimedNumber, ClaimState, Draft
from registration.phase_lock import hold_open_phase
from registration.review import Review
from registration.services import lock_draft
from registration.submitting import may_submit

if TYPE_CHECKING:
    from accounts.models import User
    from areas.models import Area


@transaction.atomic
def open_claim(*, draft: Draft, kelurahan: Area | None, by: User) -> Claim:
    """Claim every number of the draft that somebody else has; a second call returns the open claim.

    `kelurahan` is where the papers will be shown; at a counter it is that of the draft. It asks for no less than
    submitting does, so it tells a stranger no more. Raises PermissionDenied, AlreadySubmitted, NotOpen, Incomplete,
    HardStop, NothingContested.
    """
    locked = lock_draft(draft)
    if not may_submit(locked, by):
        raise PermissionDenied
    earlier = Claim.objects.open().filter(draft=locked).first()
    if earlier is not None:
        return earlier
    place = locked.kelurahan or kelurahan
    if place is None:
        raise ValueError("An online claim needs the kelurahan where its papers will be shown.")
    locked.phase = hold_open_phase(locked.phase_id)
    review = Review.of(locked)
    if review.missing:
        raise Incomplete(review.missing)
    if review.stops:
        raise HardStop(review.stops)
    contested = contested_numbers(review.state)
    if not contested:
        raise NothingContested
    claim = Claim.objects.create(
        phase=locked.phase,
        draft=locked,
        kelurahan=place,
        claimant=None if locked.is_at_counter else locked.owner,
        opened_by=by,
    )
    ClaimedNumber.objects.bulk_create([_number(claim, one) for one in contested])
    data = {"numbers": len(contested), "draft": locked.pk}
    record(by=by, verb="registration.open_claim", subject=claim, area_code=claim.kelurahan_id, data=data)
    return claim


def _number(claim: Claim, one: Contested) -> ClaimedNumber:
    slot = one.slot
    return ClaimedNumber(
        claim=claim,
        kind=one.kind,
        index=slot.index,
        item=one.item,
        holder=slot.household,
        holder_draft_id=slot.promised_to_id,
    )


@transaction.atomic
def look_again(*, claim: Claim) -> Claim:
    """Note who has the claimed numbers now, so that the officer decides about what is."""
    held = Claim.objects.select_for_update(of=("self",)).select_related("draft__phase").get(pk=claim.pk)
    if held.is_open and held.draft is not None:
        from_now_on = contested_numbers(Review.of(held.draft).state)
        held.numbers.all().delete()
        ClaimedNumber.objects.bulk_create([_number(held, one) for one in from_now_on])
    return held


@transaction.atomic
def drop_claim(*, claim: Claim, by: User) -> None:
    """The claimant takes the claim back. Raises ClaimClosed."""
    changed = Claim.objects.open().filter(pk=claim.pk).update(state=ClaimState.DROPPED, decided_at=Now())
    if not changed:
        raise ClaimClosed
    record(by=by, verb="registration.drop_claim", subject=claim, area_code=claim.kelurahan_id)
