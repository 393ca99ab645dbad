"""What can be done with a draft and a household. Submitting itself is in `registration.submitting`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.datastructures import MultiValueDict

from audit.services import record
from registration.editing import detach_edit, may_edit, open_edit
from registration.errors import (
    AlreadyRegistered,
    AlreadySubmitted,
    Busy,
    Conflict,
    ConsentNeeded,
    HardStop,
    Incomplete,
    NotEditable,
    NotHandedOver,
    NotOpen,
    NotWithdrawable,
    TooMany,
    TooManyTries,
)
from registration.forms.base import PageForm
from registration.handing import (
    may_fill,
    open_handover,
    record_consent,
    return_handover,
    revoke_handover,
    take_handover,
)
from registration.models import Channel, Draft, DraftChange, DraftPage, Family, Household, Outcome, Phase, Slot
from registration.pages import Page, Repeats
from registration.phase_lock import database_now, refuse_unless_open, share_phase
from registration.stage import LAST_STAGE_TO_WITHDRAW
from registration.state import ANSWERS, TYPED, DraftState, Entry, Typed
from registration.submitting import may_submit, submit

if TYPE_CHECKING:
    from accounts.models import User
    from areas.models import Area

__all__ = [
    "AlreadyRegistered",
    "AlreadySubmitted",
    "Busy",
    "Conflict",
    "ConsentNeeded",
    "HardStop",
    "Incomplete",
    "NotEditable",
    "NotHandedOver",
    "NotOpen",
    "NotWithdrawable",
    "TooMany",
    "TooManyTries",
    "detach_edit",
    "discard_draft",
    "may_edit",
    "may_submit",
    "open_draft",
    "open_edit",
    "open_handover",
    "put_opted_out",
    "record_consent",
    "remove_item",
    "return_handover",
    "revoke_handover",
    "save_page",
    "submit",
    "take_handover",
    "withdraw",
]

MOST_OPEN_DRAFTS = 30  # of one citizen
MOST_ITEMS = {Repeats.ONCE: 1, Repeats.FAMILY: 20, Repeats.PERSON: 40}  # of one draft


@dataclass(frozen=True)
class Saved:
    """The page as saved: its bound form (valid or not) and the entry that is now stored."""

    form: PageForm
    entry: Entry
    state: DraftState


@transaction.atomic
def open_draft(*, by: User, phase: Phase, kelurahan: Area | None = None) -> Draft:
    """Begin a registration; with a `kelurahan` at its counter, by an officer who serves it.

    Raises NotOpen outside the registration window, TooMany with 30 open drafts, PermissionDenied for the wrong person.
    """
    refuse_unless_open(phase, now=database_now())
    if kelurahan is not None:
        if kelurahan.pk not in by.kelurahan_codes:
            raise PermissionDenied
        draft = Draft.objects.create(phase=phase, owner=by, kelurahan=kelurahan, channel=Channel.COUNTER)
        record(by=by, verb="registration.open_at_counter", subject=draft, area_code=kelurahan.pk)
        return draft
    if by.is_officer or by.is_admin:
        raise PermissionDenied
    if Draft.objects.open().filter(owner=by).count() >= MOST_OPEN_DRAFTS:
        raise TooMany
    return Draft.objects.create(phase=phase, owner=by, channel=Channel.ONLINE)


def lock_draft(draft: Draft) -> Draft:
    """The draft's row, held until the end of the transaction. Raises AlreadySubmitted if it has become a household."""
    locked = Draft.objects.select_for_update(of=("self",)).select_related("phase", "kelurahan").get(pk=draft.pk)
    if locked.household_id is not None:
        raise AlreadySubmitted
    return locked


@transaction.atomic
def save_page(
    *, draft: Draft, page: Page, item: str, posted: MultiValueDict[str, str], version: int, by: User
) -> Saved:
    """Keep what was typed on one page, valid or not.

    `version` is that of the entry the page was opened with (0: not saved yet). Raises Conflict when the page has been
    saved with other values since, TooMany for more KK or people than a draft holds, AlreadySubmitted, PermissionDenied
    when the draft has been taken out of the hands of `by`.
    """
    locked = _lock_to_fill(draft, by)
    rows = list(DraftPage.objects.filter(draft=locked))
    state = DraftState(locked, rows)
    before = state.entry(page.key, item)
    if not before.is_saved and len(state.items(page.key)) >= MOST_ITEMS[page.repeats]:
        raise TooMany
    form = page.build(state, item, posted)
    typed = form.typed(posted)
    if "confirmed" in posted:
        typed["confirmed"] = posted.getlist("confirmed")[:20]
    complete = form.is_valid()
    entry = Entry(page.key, item, typed, form.answers() if complete else {}, complete, before.version + 1)
    if before.version != version:
        if before.typed != typed:
            raise Conflict(form=form, stored=before, state=state)
        return Saved(form, before, state)
    row = next((row for row in rows if (row.page, row.item) == (page.key, item)), None)
    data = {TYPED: typed, ANSWERS: entry.answers}
    row = row or DraftPage(id=uuid.uuid4(), draft=locked, page=page.key, item=item, data=data)
    row.data = data
    row.complete, row.version, row.saved_by = complete, entry.version, by
    row.save()
    _note_change(locked, page.key, item, changed=_differing(before.typed, typed), by=by)
    locked.save(update_fields=["updated_at"])
    state.put(entry)
    return Saved(form, entry, state)


@transaction.atomic
def remove_item(*, draft: Draft, page: Page, item: str, by: User) -> None:
    """Take a KK with its people, or a person, out of the draft."""
    locked = _lock_to_fill(draft, by)
    items = [item]
    if page.repeats is Repeats.FAMILY:
        items += DraftState.load(locked).people(item)
    if DraftPage.objects.filter(draft=locked, item__in=items).delete()[0]:
        _note_change(locked, page.key, item, changed=None, by=by)
    locked.save(update_fields=["updated_at"])


def _lock_to_fill(draft: Draft, by: User) -> Draft:
    locked = lock_draft(draft)
    if not may_fill(locked, by):
        raise PermissionDenied
    return locked


def _differing(before: Typed, after: Typed) -> list[str]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name) and name != "confirmed"]


def _note_change(draft: Draft, page: str, item: str, *, changed: list[str] | None, by: User) -> None:
    """Both sides of a hand-over can see who changed what, so changes are noted from the first hand-over on.

    `changed` is None for a page that was removed.
    """
    if changed != [] and not draft.is_at_counter and draft.handovers.exists():
        names, removed = changed or [], changed is None
        DraftChange.objects.create(draft=draft, page=page, item=item, fields=names, removed=removed, by=by)


@transaction.atomic
def discard_draft(*, draft: Draft, by: User) -> None:
    """Delete a draft and everything typed in it. A helper may not: raises PermissionDenied."""
    locked = lock_draft(draft)
    if not locked.is_at_counter and locked.owner_id != by.pk:
        raise PermissionDenied
    record(by=by, verb="registration.discard_draft", subject=locked, area_code=locked.kelurahan_id or "")
    locked.delete()


@transaction.atomic
def withdraw(*, household: Household, by: User | None, reason: str) -> Household:
    """Take a registration back and free its NIK and KK numbers; allowed until stage 10. `by` is None for a family that
    does so with its own code.

    Raises NotWithdrawable when it was withdrawn before or the phase has gone past stage 10.
    """
    phase = share_phase(household.phase_id)
    locked = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    if locked.withdrawn_at is not None or locked.submitted_at is None or phase.stage > LAST_STAGE_TO_WITHDRAW:
        raise NotWithdrawable
    end_registration(locked, by=by, reason=reason)
    record(by=by, verb="registration.withdraw", subject=locked, area_code=locked.kelurahan_id)
    return locked


def end_registration(locked: Household, *, by: User | None, reason: str) -> None:
    """Mark a household, whose row is held, as withdrawn and delete its slots. Its rows stay as they were."""
    locked.withdrawn_at, locked.withdrawn_by = database_now(), by
    locked.withdrawal_reason, locked.withdrawn_with_code = reason, by is None
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawn_with_code"])
    Family.objects.filter(household=locked).update(outcome=Outcome.WITHDRAWN)
    Slot.objects.filter(household=locked).delete()


@transaction.atomic
def put_opted_out(*, household: Household, opted_out: bool, by: User) -> None:
    """Leave the household out of the public status check, or show it there again."""
    Household.objects.filter(pk=household.pk).update(opted_out=opted_out)
    verb = "registration.opt_out" if opted_out else "registration.opt_in"
    record(by=by, verb=verb, subject=household, area_code=household.kelurahan_id)
