"""Changing a registered household until the window closes: the last version is copied into a draft, and submitting the
draft makes the next version of the same household. Until then the earlier version stands.

Order of locks as in `registration.submitting`, with the household's own row between the phase and the slots. Withdrawal
takes the same row, so that a change and a withdrawal come one after the other.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import ProtectedError

from audit.services import record
from registration.errors import NotEditable
from registration.handing import may_fill
from registration.models import ROSTER, Channel, Draft, DraftPage, Family, Household, Member, Slot, Submission
from registration.phase_lock import database_now, refuse_unless_open
from registration.state import ANSWERS, TYPED

if TYPE_CHECKING:
    from accounts.models import User

ROWS = "rows"  # of a frozen copy: {page's item: key of the family or member it became}


@dataclass(frozen=True)
class Earlier:
    """A household as it stands, with the rows of its families and members by key. `rows` leads from items to keys."""

    household: Household
    number: int
    rows: Mapping[str, str]
    families: Mapping[uuid.UUID, Family]
    members: Mapping[uuid.UUID, Member]

    def key_of(self, item: str) -> uuid.UUID:
        """The key of the row an item has become before, or a new one."""
        known = self.rows.get(item)
        return uuid.UUID(known) if known else uuid.uuid4()

    def outcome_of(self, key: uuid.UUID) -> str:
        return self.families[key].outcome if key in self.families else ""


def may_edit(household: Household, by: User) -> bool:
    """The account it belongs to; for a household of the counter the officers of its kelurahan. An officer changes
    other households only when their owner hands the change over."""
    if household.account_id is not None:
        return household.account_id == by.pk
    return household.channel == Channel.COUNTER and by.is_officer and household.kelurahan_id in by.kelurahan_codes


@transaction.atomic
def open_edit(*, household: Household, by: User) -> Draft:
    """A draft with all answers of the last version; the open one, if there is one.

    Raises PermissionDenied, NotEditable when it was withdrawn, NotOpen outside the registration window.
    """
    locked = Household.objects.select_for_update(of=("self",)).select_related("phase").get(pk=household.pk)
    if not may_edit(locked, by):
        raise PermissionDenied
    if locked.is_withdrawn or locked.submitted_at is None:
        raise NotEditable("withdrawn")
    refuse_unless_open(locked.phase, now=database_now())
    last = locked.submissions.order_by("-number")[0]
    found = Draft.objects.select_related("phase").filter(edits=locked, household=None).first()
    if found is not None:
        return _for_owner(found, by)
    draft = Draft.objects.create(
        phase=locked.phase,
        owner=by,
        channel=locked.channel,
        kelurahan=locked.kelurahan if locked.channel == Channel.COUNTER else None,
        edits=locked,
    )
    copy_pages(last.draft_id, draft)
    data = {"household": str(locked.pk), "version": last.number}
    record(by=by, verb="registration.open_edit", subject=draft, area_code=locked.kelurahan_id, data=data)
    return draft


def _for_owner(draft: Draft, by: User) -> Draft:
    """An open change goes with its household when that has come to another account."""
    if not draft.is_at_counter and draft.owner_id != by.pk:
        draft.owner = by
        draft.save(update_fields=["owner", "updated_at"])
    return draft


def copy_pages(source: uuid.UUID, target: Draft) -> None:
    """All pages of a draft, sealed anew for another one, in their order."""
    pages = list(DraftPage.objects.filter(draft=source))
    keys = sorted(uuid.uuid4() for _page in pages)  # pages are ordered by time, then key
    DraftPage.objects.bulk_create(
        DraftPage(
            id=key,
            draft=target,
            page=page.page,
            item=page.item,
            data={TYPED: page.data.get(TYPED, {}), ANSWERS: page.data.get(ANSWERS, {})},
            complete=page.complete,
            saved_by_id=page.saved_by_id,
        )
        for key, page in zip(keys, pages, strict=True)
    )


def detach_edit(*, draft: Draft, by: User) -> Draft:
    """Make an ordinary draft of a change whose household was withdrawn meanwhile: what was typed can be sent anew."""
    with transaction.atomic():
        locked = Draft.objects.select_for_update(of=("self",)).select_related("edits").get(pk=draft.pk)
        if not may_fill(locked, by):
            raise PermissionDenied
        if locked.household_id is None and locked.edits is not None and locked.edits.is_withdrawn:
            locked.edits = None
            locked.save(update_fields=["edits", "updated_at"])
            record(by=by, verb="registration.detach_edit", subject=locked)
        return locked


def hold_earlier(household_id: uuid.UUID) -> Earlier:
    """The household's row FOR UPDATE with what stands below it. Raises NotEditable when it was withdrawn."""
    household = Household.objects.select_for_update(of=("self",)).get(pk=household_id)
    if household.is_withdrawn:
        raise NotEditable("withdrawn")
    last: Submission = household.submissions.order_by("-number")[0]
    return Earlier(
        household,
        last.number,
        last.payload.get(ROWS, {}),
        {family.pk: family for family in Family.objects.filter(household=household)},
        {member.pk: member for member in Member.objects.filter(household=household)},
    )


def put_people(earlier: Earlier, families: Sequence[Family], members: Sequence[Member]) -> None:
    """Bring the rows to what the new version says. A row that differs is written anew under its own key, since people
    may change their places; foreign keys to it are looked at when the transaction ends, and row history keeps the old
    one. Raises NotEditable where somebody left out has results of later stages.
    """
    new_families = [one for one in families if not _is_same(one, earlier.families.get(one.pk))]
    new_members = [one for one in members if not _is_same(one, earlier.members.get(one.pk))]
    _take_out(Member.objects.filter(pk__in=[one.pk for one in new_members if one.pk in earlier.members]))
    _take_out(Family.objects.filter(pk__in=[one.pk for one in new_families if one.pk in earlier.families]))
    try:
        _drop(Member, [pk for pk in earlier.members if pk not in {one.pk for one in members}])
        _drop(Family, [pk for pk in earlier.families if pk not in {one.pk for one in families}])
    except ProtectedError as error:
        raise NotEditable("results") from error
    Family.objects.bulk_create(new_families)
    Member.objects.bulk_create(new_members)


def put_slots(household: Household, wanted: Sequence[Slot]) -> list[Slot]:
    """Free the numbers that the new version no longer names; returns the slots that are still to be taken."""
    keys = {(slot.kind, slot.index) for slot in wanted}
    held = {(slot.kind, slot.index): slot.pk for slot in Slot.objects.filter(household=household)}
    gone = [pk for key, pk in held.items() if key not in keys]
    if gone:
        Slot.objects.filter(pk__in=gone).delete()
    return [slot for slot in wanted if (slot.kind, slot.index) not in held]


def _drop(kind: type[Family | Member], gone: list[uuid.UUID]) -> None:
    if gone:
        kind._default_manager.filter(pk__in=gone).delete()


def _take_out(rows: models.QuerySet[Any]) -> None:
    """Delete rows that come back under the same keys, and so nothing that hangs on them."""
    rows._raw_delete(rows.db)


def _is_same(new: models.Model, old: models.Model | None) -> bool:
    fields = [field.attname for field in new._meta.concrete_fields if field.name not in ROSTER]
    return old is not None and all(getattr(new, name) == getattr(old, name) for name in fields)
