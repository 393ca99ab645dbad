"""Which numbers of a draft are registered already, and by what. For officers' eyes and for the claim itself only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from identity.indexes import keyed_index
from identity.kk import mask_kk
from identity.nik import mask_nik
from registration.models import Claim, Draft, Household, Slot, SlotKind
from registration.state import DraftState

if TYPE_CHECKING:
    from accounts.models import User

Key = tuple[str, bytes]  # kind and index, as a slot has them
PAGE_OF = {SlotKind.KK: ("kk", "kk"), SlotKind.NIK: ("orang", "nik")}


@dataclass(frozen=True)
class Contested:
    """A number typed on the page `item` of a draft, and the slot somebody else has it with."""

    kind: SlotKind
    item: str
    slot: Slot


def numbers_in(state: DraftState) -> dict[Key, str]:
    """The valid NIK and KK numbers of a draft as keys of slots in its phase, with the item they were typed on."""
    key_id = state.draft.phase.index_key_id
    found: dict[Key, str] = {}
    for kind, (page, field) in PAGE_OF.items():
        for item in state.items(page):
            digits = state.answer(page, field, item)
            if digits:
                found[(kind.value, keyed_index(kind.value, digits, key_id=key_id))] = item
    return found


def slots_elsewhere(keys: Mapping[Key, str], draft: Draft) -> list[Slot]:
    """Slots of these numbers in the draft's phase, less those promised to it or held by the household it changes."""
    slots = Slot.objects.filter(phase=draft.phase_id, index__in=[index for _kind, index in keys])
    slots = slots.exclude(promised_to=draft).select_related("household").order_by("kind", "index")
    own = draft.edits_id
    return [slot for slot in slots if (slot.kind, slot.index) in keys and (own is None or slot.household_id != own)]


def contested_numbers(state: DraftState) -> list[Contested]:
    keys = numbers_in(state)
    return [
        Contested(SlotKind(slot.kind), keys[(slot.kind, slot.index)], slot)
        for slot in slots_elsewhere(keys, state.draft)
    ]


def own_registrations(draft: Draft, user: User) -> list[Household]:
    """The user's own registrations, if they and nothing else are in the way of the draft; of others nothing is said."""
    contested = contested_numbers(DraftState.load(draft))
    households = {one.slot.household for one in contested}
    own = [one for one in households if one is not None and one.account_id == user.pk]
    return sorted(own, key=lambda one: one.reference) if len(own) == len(households) else []


@dataclass(frozen=True)
class ClaimedLine:
    """A claimed number as an officer reads it. `household` is the holder where it is of the officer's own kelurahan."""

    pk: str
    label: str
    who: str
    household: Household | None
    is_elsewhere: bool
    is_promised: bool
    moved: bool


def claimed_lines(claim: Claim, *, for_officer: User) -> list[ClaimedLine]:
    """What was claimed, in the words of the claimant's own draft; a holder of another kelurahan is never named."""
    state = DraftState.load(claim.draft) if claim.draft else None
    lines = []
    for number in claim.numbers.select_related("holder"):
        label, who = _in_words(state, SlotKind(number.kind), number.item)
        holder = number.holder
        is_own = holder is not None and holder.kelurahan_id in for_officer.kelurahan_codes
        lines.append(
            ClaimedLine(
                pk=str(number.pk),
                label=label,
                who=who,
                household=holder if is_own else None,
                is_elsewhere=holder is not None and not is_own,
                is_promised=number.holder_draft_id is not None,
                moved=number.moved,
            )
        )
    return lines


def _in_words(state: DraftState | None, kind: SlotKind, item: str) -> tuple[str, str]:
    page, field = PAGE_OF[kind]
    digits = (state.answer(page, field, item) if state else None) or ""
    if kind is SlotKind.NIK:
        masked = mask_nik(digits) if digits else "…"
        return _("NIK %(number)s") % {"number": masked}, state.name_of(item) if state else ""
    masked = mask_kk(digits) if digits else "…"
    return _("KK number %(number)s") % {"number": masked}, ""
