"""What is held about drafts: what was typed, the photos, hand-overs to a desk, and who saved which page meanwhile.

A draft that has become a household keeps its hand-overs and changes; they are told with that household.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from home.my_data_values import Numbers, fields_of, moment
from registration.forms.household import FOR_OTHERS
from registration.models import Attachment, Draft, DraftChange, DraftPage, Handover, Household
from registration.state import TYPED, DraftState

Row = dict[str, Any]
PHOTO = ("kind", "size", "width", "height", "added_at", "confirmed_at", "removed_at")
HANDOVER = ("kelurahan", "opened_at", "expires_at", "taken_at", "consent_at", "ended_at", "end")


def open_drafts(user: User) -> list[Draft]:
    return list(
        Draft.objects.open().filter(owner=user, channel="online").select_related("phase").order_by("created_at")
    )


def drafts_of(households: Sequence[Household]) -> list[Draft]:
    """The drafts that these households came from, one for each version."""
    return list(Draft.objects.filter(household__in=households).order_by("created_at"))


class DraftTrail:
    """Pages, photos, hand-overs and changes of some drafts, each table read once."""

    def __init__(self, unsent: Sequence[Draft], sent: Sequence[Draft]) -> None:
        self.drafts = {draft.pk: draft for draft in (*unsent, *sent)}
        self.pages: dict[UUID, list[DraftPage]] = _by_draft(DraftPage.objects.filter(draft__in=unsent))
        self.photos: dict[UUID, list[Attachment]] = _by_draft(Attachment.objects.filter(draft__in=unsent))
        self._handovers: dict[UUID, list[Handover]] = _by_draft(
            Handover.objects.filter(draft__in=self.drafts).select_related("kelurahan")
        )
        self._changes: dict[UUID, list[DraftChange]] = _by_draft(DraftChange.objects.filter(draft__in=self.drafts))

    def of_household(self, household: Household) -> list[Draft]:
        return [draft for draft in self.drafts.values() if draft.household_id == household.pk]

    def steps(self, drafts: Iterable[Draft], user: User, numbers: Numbers) -> Row:
        """Hand-overs without their codes, and changes without answers; people are told by their role."""
        among = list(drafts)
        return {
            "handovers": [
                fields_of(row, numbers, only=HANDOVER) for draft in among for row in self._handovers[draft.pk]
            ],
            "draft_changes": [
                {
                    "at": moment(row.at),
                    "role": _role(row, draft, user),
                    "page": row.page,
                    "fields": row.fields,
                    "removed": row.removed,
                }
                for draft in among
                for row in self._changes[draft.pk]
            ],
        }


def _by_draft(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.draft_id].append(row)
    return found


def _role(change: DraftChange, draft: Draft, user: User) -> str:
    """Only the owner and the kelurahan it was handed to type into a draft; it may have had another owner before."""
    if change.by_id == user.pk:
        return "sendiri"
    return "warga" if change.by_id == draft.owner_id else "petugas"


def photo(row: Attachment, numbers: Numbers) -> Row:
    """What was sent, and where it is seen: the pictures themselves are too large for a copy, and each has a page that
    asks who is looking. A photo that was removed is shown no more."""
    told = fields_of(row, numbers, only=PHOTO)
    seen = reverse("registration:photo_show", kwargs={"photo": row.pk}) if row.removed_at is None else None
    return {**told, "picture": seen}


def facts_about_drafts(drafts: Sequence[Draft], trail: DraftTrail, user: User, numbers: Numbers) -> list[Row]:
    return [_draft(draft, trail, user, numbers) for draft in drafts]


def _draft(draft: Draft, trail: DraftTrail, user: User, numbers: Numbers) -> Row:
    rows = trail.pages[draft.pk]
    state = DraftState(draft, rows)
    for_others = state.entry("kontak").typed.get("untuk", [""])[0] == FOR_OTHERS
    told = {
        "phase": draft.phase.name,
        "created_at": moment(draft.created_at),
        "updated_at": moment(draft.updated_at),
        "for_others": for_others,
    }
    if for_others:
        return told
    items = _own_items(state, user)
    pages = [row for row in rows if not row.item or row.item in items]
    return {
        **told,
        "pages": [{"page": row.page, **numbers.typed(row.data.get(TYPED, {}))} for row in pages],
        "photos": [photo(row, numbers) for row in trail.photos[draft.pk]],
        **trail.steps([draft], user, numbers),
    }


def _own_items(state: DraftState, user: User) -> set[str]:
    """The KK and people of the asker's own family; all of them while nobody has the asker's NIK."""
    nik = user.nik or ""
    own = {
        state.family_of(person)
        for person in state.people()
        if nik and "".join("".join(state.entry("orang", person).typed.get("nik", [])).split()) == nik
    } or set(state.families())
    people = {person for family in own for person in state.people(family)}
    return own | people if state.families() else set(state.people())
