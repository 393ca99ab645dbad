"""Submission: one transaction that turns a draft into a registered household, or leaves everything as it was.

Order of locks: the draft (the same submission twice), the phase shared (the closing second), for a new version its
household (a withdrawal at the same time), the slots in the order of their keys (two submissions with the same people
cannot deadlock).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from audit.services import record
from identity.indexes import keyed_index
from registration.attachments.adopting import close_draft
from registration.codes import Relation
from registration.consenting import represent
from registration.editing import ROWS, Earlier, hold_earlier, put_people, put_slots
from registration.errors import AlreadyRegistered, Busy, ConsentNeeded, HardStop, Incomplete
from registration.forms.household import FOR_OTHERS
from registration.handing import has_consent, is_in_hands_of, was_sent_by
from registration.keeping import (
    columns_of_person,
    confirmed_of,
    details_of,
    dwelling_of,
    mothers_name,
    programmes_of,
)
from registration.models import (
    Channel,
    Draft,
    Family,
    Household,
    Member,
    Outcome,
    Phase,
    Slot,
    SlotKind,
    Submission,
)
from registration.phase_lock import hold_phase
from registration.promises import promises_in_the_way
from registration.receipts import send_receipt
from registration.registry_lookup import kind_of
from registration.review import FamilyReview, Person, Review

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from accounts.models import User

    class Ties(TypedDict):
        promised: bool

    HeldDraft = WithAnnotations[Draft, Ties]

YES = "ya"
PAYLOAD_VERSION = 2
REFERENCE_TRIES = 3
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"
Photo = dict[str, str]
Keys = dict[str, uuid.UUID]  # of rows, by the item of their page


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
    household = _build_household(review, phase=phase, now=now, by=by, earlier=earlier)
    household.kind = kind_of(review.state)
    keys = _keys_of(review, earlier)
    families, members = _build_families(review, household, keys, earlier)
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
    slots = _slots(household.phase, household, families, members)
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


def is_sent_for_owner(draft: Draft, by: User) -> bool:
    """Whether an officer sends a citizen's own draft, which needs the citizen's word for it."""
    return not draft.is_at_counter and draft.owner_id != by.pk


def _refuse_stranger(draft: Draft, by: User) -> None:
    if draft.household_id is not None and was_sent_by(draft, by):  # a second copy of what has just been sent
        return
    if not may_submit(draft, by):
        raise PermissionDenied
    if is_sent_for_owner(draft, by) and not has_consent(draft, by):
        raise ConsentNeeded


def _build_household(
    review: Review, *, phase: Phase, now: datetime, by: User, earlier: Earlier | None = None
) -> Household:
    """A new household, or the earlier one with new answers: its reference, account and first submission stay."""
    draft = review.state.draft
    assisted = draft.is_at_counter or is_sent_for_owner(draft, by)
    household = (
        earlier.household
        if earlier
        else Household(
            channel=draft.channel,
            account=None if draft.is_at_counter else draft.owner,
            registered_by=by if assisted else None,
            submitted_at=now,
            submitted_by=by,
        )
    )
    household.phase = phase
    for name, value in _answers_of_household(review).items():
        setattr(household, name, value)
    if (household.for_others or assisted) and household.consent_given_at is None:
        household.consent_given_at = now
    return household


def _answers_of_household(review: Review) -> dict[str, Any]:
    """The columns of the household that its pages fill."""
    contact, ktp, home = review.answers("kontak"), review.answers("alamat-ktp"), review.answers("domisili")
    represented = review.answers("perwakilan")
    return {
        "for_others": contact.get("untuk") == FOR_OTHERS,
        "registrant_relation": represented.get("hubungan", ""),
        "consent_basis": represented.get("cara_setuju", ""),
        "kelurahan_id": home["kelurahan"],
        "address": home["alamat"],
        "rt": home["rt"],
        "rw": home["rw"],
        "ktp_kelurahan_id": ktp["kelurahan"],
        "ktp_address": ktp["alamat"],
        "ktp_rt": ktp["rt"],
        "ktp_rw": ktp["rw"],
        "ktp_region_text": ktp["daerah_lain"],
        "contact_phone": contact["telepon"] or None,
        "dwelling": dwelling_of(review),
        "declarations": review.answers("pernyataan"),
        "details": details_of(review),
        "programmes": programmes_of(review),
        "questionnaire": review.state.edition,
    }


def _keys_of(review: Review, earlier: Earlier | None) -> Keys:
    """The key of the row that each KK and person becomes: the one it has been before, or a new one."""
    items = [family.item for family in review.families]
    items += [person.item for family in review.families for person in family.people]
    return {item: earlier.key_of(item) if earlier else uuid.uuid4() for item in items}


def _build_families(
    review: Review, household: Household, keys: Keys, earlier: Earlier | None
) -> tuple[list[Family], list[Member]]:
    families, members = [], []
    for reviewed in review.families:
        family = _family(reviewed, household, keys[reviewed.item], earlier)
        families.append(family)
        heads_first = sorted(reviewed.people, key=lambda person: person.tasks[0].answers["hubungan"] != Relation.HEAD)
        members += [
            _member(person, family, number, mothers_name(review, person.item), keys[person.item])
            for number, person in enumerate(heads_first, 1)
        ]
    return families, members


def _family(reviewed: FamilyReview, household: Household, key: uuid.UUID, earlier: Earlier | None) -> Family:
    digits = reviewed.task.answers["kk"]
    return Family(
        id=key,
        household=household,
        outcome=(earlier.outcome_of(key) if earlier else "") or Outcome.PROCESSING,
        number=reviewed.number,
        kk=digits,
        kk_index=keyed_index("kk", digits, key_id=household.phase.index_key_id),
    )


def _member(person: Person, family: Family, number: int, mother: str, key: uuid.UUID) -> Member:
    who = person.answers
    phase = family.household.phase
    return Member(
        id=key,
        family=family,
        household=family.household,
        phase=phase,
        number=number,
        nik=who["nik"],
        nik_index=keyed_index("nik", who["nik"], key_id=phase.index_key_id) if who["nik"] else None,
        name=who["nama"],
        birth_place=who["tempat_lahir"],
        birth_date=date.fromisoformat(who["tanggal_lahir"]),
        sex=who["jenis_kelamin"],
        relation=who["hubungan"],
        marital=who["status_kawin"],
        **columns_of_person(who, edition=family.household.questionnaire, mother=mother),
        is_head=who["hubungan"] == Relation.HEAD,
    )


def _slots(phase: Phase, household: Household, families: list[Family], members: list[Member]) -> list[Slot]:
    keys = {(SlotKind.KK, family.kk_index) for family in families}
    keys |= {(SlotKind.NIK, member.nik_index) for member in members if member.nik_index}
    ordered = sorted(keys, key=lambda key: (key[0].value, key[1]))
    return [Slot(phase=phase, kind=kind, index=index, household=household) for kind, index in ordered]


def _freeze(
    review: Review, household: Household, keys: Keys, photos: list[Photo], *, number: int, now: datetime, by: User
) -> Submission:
    """The copy that never changes: every answer as given, KK by KK."""
    pages = {task.page.key: task.answers for section in review.sections.values() for task in section.tasks}
    families = [
        {
            "kk": family.task.answers["kk"],
            "confirmed": review.state.entry("kk", family.item).typed.get("confirmed", []),
            "people": [{**person.answers, "confirmed": person.confirmed} for person in family.people],
        }
        for family in review.families
    ]
    return Submission.objects.create(
        household=household,
        number=number,
        payload={
            "version": PAYLOAD_VERSION,
            "questionnaire": review.state.edition,
            "pages": pages,
            "confirmed": confirmed_of(review),
            "families": families,
            ROWS: {item: str(key) for item, key in keys.items()},
            "photos": photos,
        },
        submitted_at=now,
        by=by,
        channel=Channel.COUNTER if is_sent_for_owner(review.state.draft, by) else Channel(household.channel),
        draft=review.state.draft,
    )
