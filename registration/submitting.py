"""Submission: one transaction that turns a draft into a registered household, or leaves everything as it was.

Order of locks: the draft (the same submission twice), the phase shared (the closing second), for a new version its
household (a withdrawal at the same time), the slots in the order of their keys (two submissions with the same people
cannot deadlock).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, cast

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from audit.services import record
from registration import building
from registration.attachments.adopting import close_draft
from registration.consenting import represent
from registration.editing import Earlier, hold_earlier, put_people, put_slots
from registration.errors import AlreadyRegistered, Busy, ConsentNeeded, HardStop, Incomplete
from registration.handing import has_consent, is_in_hands_of, is_sent_for_owner, was_sent_by
from registration.models import (
    Channel,
    Draft,
    Family,
    Household,
    Member,
    Slot,
    Submission,
)
from registration.phase_lock import hold_phase
from registration.promises import promises_in_the_way
from registration.receipts import send_receipt
from registration.registry_lookup import kind_of
from registration.review import Review

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from accounts.models import User

    class Ties(TypedDict):
        promised: bool

    HeldDraft = WithAnnotations[Draft, Ties]

REFERENCE_TRIES = 3
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"


def submit(*, draft: Draft, by: User) -> Household:
    """Register the household of a draft, or make the next version of the household that it changes; a second call
    returns the same household.

    Raises NotOpen, Incomplete, HardStop, AlreadyRegistered, NotEditable, ConsentNeeded or Busy; the draft is kept in
    every case.
    """
    redeems = False
    for attempt in range(1, REFERENCE_TRIES + 1):
        try:
            with transaction.atomic():
                return _submit_once(draft=draft, by=by, redeems=redeems)
        except IntegrityError as error:
            name = _constraint_of(error)
            if name == "slot_once_per_phase":
                if redeems or not promises_in_the_way(draft).exists():
                    raise AlreadyRegistered from error
                redeems = True
                continue
            if "reference" not in name or attempt == REFERENCE_TRIES:
                raise
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) in (LOCK_NOT_AVAILABLE, DEADLOCK):
                raise Busy from error
            raise
    raise Busy


def _constraint_of(error: IntegrityError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "")


def _submit_once(*, draft: Draft, by: User, redeems: bool = False) -> Household:
    held = hold_draft(draft)
    _refuse_stranger(held, by)
    if held.household_id is not None:  # the household is read now: a joined row would be as old as the wait
        return Household.objects.select_related("phase").get(pk=held.household_id)
    phase, now = hold_phase(held.phase_id)
    held.phase = phase
    review = Review.of(held)
    if review.missing:
        raise Incomplete(review.missing)
    if review.stops:
        raise HardStop(review.stops)
    earlier = hold_earlier(held.edits_id) if held.edits_id is not None else None
    household = building.build_household(review, phase=phase, now=now, by=by, earlier=earlier)
    household.kind = kind_of(review.state)
    keys = building.keys_of(review, earlier)
    families, members = building.build_families(review, household, keys, earlier)
    _store(held, household, families, members, earlier, redeems=redeems)
    represent(household=household, said=review.answers("perwakilan"), by=by)
    photos = close_draft(draft=held, household=household, by=by)
    _freeze(review, household, keys, photos, number=earlier.number + 1 if earlier else 1, now=now, by=by)
    record(
        by=by,
        verb="registration.resubmit" if earlier else "registration.submit",
        subject=household,
        area_code=household.kelurahan_id,
        data={"channel": household.channel, "families": len(families), "people": len(members)},
    )
    send_receipt(household=household)
    return household


def _store(
    held: HeldDraft,
    household: Household,
    families: list[Family],
    members: list[Member],
    earlier: Earlier | None,
    *,
    redeems: bool,
) -> None:
    slots = building.slots_of(household.phase, household, families, members)
    if held.promised or redeems:  # what an accepted claim kept for this draft becomes its own
        promises_in_the_way(held).delete()
    if earlier is None:
        household.save(force_insert=True)
        Family.objects.bulk_create(families)
        Member.objects.bulk_create(members)
    else:
        household.save()
        put_people(earlier, families, members)
        slots = put_slots(household, slots)
    Slot.objects.bulk_create(slots)


def drafts_with_ties() -> QuerySet[HeldDraft, HeldDraft]:
    """Drafts that say whether a claim has promised them slots: what is rare costs the usual submission no query.

    The answer is as old as the wait for the draft. A promise made meanwhile stands in the way of the slots, and
    `submit` tries again with it.
    """
    promised = Exists(Slot.objects.filter(promised_to=OuterRef("pk")))
    drafts = Draft.objects.select_related("kelurahan", "owner")
    tied = drafts.annotate(promised=promised)
    return cast("QuerySet[HeldDraft, HeldDraft]", tied)


def hold_draft(draft: Draft) -> HeldDraft:
    """The draft's row FOR UPDATE: twenty copies of one submission go through one by one."""
    return drafts_with_ties().select_for_update(of=("self",)).get(pk=draft.pk)


def may_submit(draft: Draft, by: User) -> bool:
    """Whoever registers at a counter answers for having seen the family, so it is an officer of that kelurahan; an
    admin may look into such a draft and repair it, not send it."""
    if draft.is_at_counter:
        return by.is_officer and draft.kelurahan_id in by.kelurahan_codes
    return draft.owner_id == by.pk or is_in_hands_of(draft, by)


def _refuse_stranger(draft: Draft, by: User) -> None:
    if draft.household_id is not None and was_sent_by(draft, by):  # a second copy of what has just been sent
        return
    if not may_submit(draft, by):
        raise PermissionDenied
    if is_sent_for_owner(draft, by) and not has_consent(draft, by):
        raise ConsentNeeded


def _freeze(
    review: Review,
    household: Household,
    keys: building.Keys,
    photos: list[building.Photo],
    *,
    number: int,
    now: datetime,
    by: User,
) -> Submission:
    """The copy that never changes."""
    return Submission.objects.create(
        household=household,
        number=number,
        payload=building.frozen_answers(review, keys, photos),
        submitted_at=now,
        by=by,
        channel=Channel.COUNTER if is_sent_for_owner(review.state.draft, by) else Channel(household.channel),
        draft=review.state.draft,
    )
