"""Deciding a claim: an officer of its kelurahan, with the papers in hand, in one transaction.

Order of locks: draft, claim, phase (shared, and only while registration is open), earlier households by key, slots.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.services import NikAlreadyClaimed, claim_nik
from audit.services import record
from registration.claims.errors import ClaimClosed, HolderChanged
from registration.claims.leaving import promise, take_from
from registration.claims.messages import tell_claimant
from registration.models import Claim, ClaimedNumber, ClaimState, Draft, Household, Paper, Slot, SlotKind
from registration.phase_lock import database_now, hold_open_phase
from registration.state import DraftState

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Decided:
    """`nik_is_theirs`: True if the account's NIK was claimed by it, False if another account had shown it before, None
    where the account's own NIK was not among the numbers."""

    claim: Claim
    moved: int
    nik_is_theirs: bool | None


def may_decide(user: User, claim: Claim) -> bool:
    """An officer of the kelurahan where the claim was made, who is neither the claimant nor the earlier registrant."""
    if not user.is_officer or claim.kelurahan_id not in user.kelurahan_codes:
        return False
    parties = {claim.claimant_id, *claim.numbers.values_list("holder__account_id", flat=True)}
    return user.pk not in parties


@transaction.atomic
def accept_claim(*, claim: Claim, numbers: Collection[UUID], papers: Sequence[Paper], reason: str, by: User) -> Decided:
    """Move the ticked numbers to the claimant's draft, which can then be sent; the others stay where they are.

    `numbers` are keys of ClaimedNumber rows as the officer saw them. Raises PermissionDenied, ClaimClosed, NotOpen,
    Busy, HolderChanged, HasResults; nothing has been changed then.
    """
    held = hold_claim(claim)
    refuse_decision(held, by)
    if held.draft is None or held.draft.household_id is not None:
        raise ClaimClosed
    hold_open_phase(held.phase_id)
    chosen = [number for number in held.numbers.all() if number.pk in numbers]
    if not chosen or len(chosen) != len(numbers):
        raise HolderChanged
    moved = _move(held, chosen, by)
    _close(held, ClaimState.ACCEPTED, papers=papers, reason=reason, by=by)
    data = {"numbers": len(chosen), "moved": moved, "papers": list(papers)}
    record(by=by, verb="registration.accept_claim", subject=held, area_code=held.kelurahan_id, data=data)
    nik_is_theirs = _claim_own_nik(held, chosen, by) if Paper.KTP in papers else None
    tell_claimant(held)
    return Decided(held, moved, nik_is_theirs)


@transaction.atomic
def refuse_claim(*, claim: Claim, papers: Sequence[Paper], reason: str, by: User) -> Claim:
    """Leave every number where it is, in any stage. Raises PermissionDenied and ClaimClosed."""
    held = hold_claim(claim)
    refuse_decision(held, by)
    _close(held, ClaimState.REFUSED, papers=papers, reason=reason, by=by)
    record(by=by, verb="registration.refuse_claim", subject=held, area_code=held.kelurahan_id)
    tell_claimant(held)
    return held


def hold_claim(claim: Claim) -> Claim:
    """The claim's row, and its draft's before it, until the end of the transaction: two officers decide in turn."""
    Draft.objects.select_for_update(of=("self",)).filter(claims=claim.pk).first()
    held = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    held.draft = Draft.objects.select_related("phase", "owner").filter(claims=claim.pk).first()
    return held


def refuse_decision(held: Claim, by: User) -> None:
    if not may_decide(by, held):
        raise PermissionDenied
    if not held.is_open:
        raise ClaimClosed


def _move(held: Claim, chosen: Sequence[ClaimedNumber], by: User) -> int:
    """Take the slots from whoever has them; how many were moved. A number that is free by now needs no moving."""
    by_key = {(number.kind, number.index): number for number in chosen}
    holders = sorted({number.holder_id for number in chosen if number.holder_id})
    list(Household.objects.select_for_update(of=("self",)).filter(pk__in=holders).order_by("pk"))
    indexes = [index for _kind, index in by_key]
    slots = Slot.objects.select_for_update(of=("self",)).filter(phase=held.phase_id, index__in=indexes)
    found = [
        (slot, by_key[(slot.kind, slot.index)])
        for slot in slots.exclude(promised_to=held.draft).order_by("kind", "index")
        if (slot.kind, slot.index) in by_key
    ]
    if not all(is_held_as_shown(slot, number) for slot, number in found):
        raise HolderChanged
    by_household: dict[UUID, list[Slot]] = {}
    for slot, _number in found:
        if slot.household_id is not None:
            by_household.setdefault(slot.household_id, []).append(slot)
    for household_id in sorted(by_household):
        take_from(household_id=household_id, slots=by_household[household_id], claim=held, by=by)
    promise([slot for slot, _number in found if slot.household_id is None], held)
    ClaimedNumber.objects.filter(pk__in=[number.pk for number in chosen]).update(moved=True)
    return len(found)


def is_held_as_shown(slot: Slot, number: ClaimedNumber) -> bool:
    """Whether the slot's holder is still the one the officer looked at: the second of two claims stops here."""
    return (slot.household_id, slot.promised_to_id) == (number.holder_id, number.holder_draft_id)


def _close(held: Claim, state: ClaimState, *, papers: Sequence[Paper], reason: str, by: User) -> None:
    held.state, held.papers, held.reason = state, list(papers), reason
    held.decided_by, held.decided_at = by, database_now()
    held.save(update_fields=["state", "papers", "reason", "decided_by", "decided_at"])


def _claim_own_nik(held: Claim, chosen: Sequence[ClaimedNumber], by: User) -> bool | None:
    """Where the account's own NIK was shown, it is the account's from now on (typing a NIK first does not own it)."""
    account = held.claimant
    if account is None or account.nik is None or held.draft is None:
        return None
    state = DraftState.load(held.draft)
    shown = {state.answer("orang", "nik", one.item) for one in chosen if one.kind == SlotKind.NIK}
    if account.nik not in shown:
        return None
    try:
        claim_nik(user=account, by=by)
    except NikAlreadyClaimed:
        return False
    return True
