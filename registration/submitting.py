"""Submission: one transaction that turns a draft into a registered household, or leaves everything as it was.

Order of locks: the draft (the same submission twice), the phase shared (the closing second), the slots in the order of
their keys (two submissions with the same people cannot deadlock).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction

from audit.services import record
from identity.indexes import keyed_index
from registration.attachments.adopting import adopt
from registration.codes import Relation
from registration.errors import AlreadyRegistered, Busy, HardStop, Incomplete
from registration.forms.household import FOR_OTHERS
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
    Phase,
    Slot,
    SlotKind,
    Submission,
)
from registration.phase_lock import hold_phase
from registration.receipts import send_receipt
from registration.review import FamilyReview, Person, Review

if TYPE_CHECKING:
    from accounts.models import User

YES = "ya"
PAYLOAD_VERSION = 2
REFERENCE_TRIES = 3
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"


def submit(*, draft: Draft, by: User) -> Household:
    """Register the household of a draft; a second call returns the same household.

    Raises NotOpen, Incomplete, HardStop, AlreadyRegistered or Busy; the draft is kept in every case.
    """
    for attempt in range(1, REFERENCE_TRIES + 1):
        try:
            with transaction.atomic():
                return _submit_once(draft=draft, by=by)
        except IntegrityError as error:
            name = _constraint_of(error)
            if name == "slot_once_per_phase":
                raise AlreadyRegistered from error
            if "reference" not in name or attempt == REFERENCE_TRIES:
                raise
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) in (LOCK_NOT_AVAILABLE, DEADLOCK):
                raise Busy from error
            raise
    raise Busy


def _constraint_of(error: IntegrityError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "")


def _submit_once(*, draft: Draft, by: User) -> Household:
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
    household = _build_household(review, phase=phase, now=now, by=by)
    families, members = _build_families(review, household)
    household.save(force_insert=True)
    Family.objects.bulk_create(families)
    Member.objects.bulk_create(members)
    Slot.objects.filter(promised_to=held).delete()  # what an accepted claim kept for this draft becomes its own
    Slot.objects.bulk_create(_slots(phase, household, families, members))
    _freeze(review, household, now=now, by=by)
    held.household = household
    held.save(update_fields=["household", "updated_at"])
    record(
        by=by,
        verb="registration.submit",
        subject=household,
        area_code=household.kelurahan_id,
        data={"channel": household.channel, "families": len(families), "people": len(members)},
    )
    send_receipt(household=household)
    return household


def hold_draft(draft: Draft) -> Draft:
    """The draft's row FOR UPDATE: twenty copies of one submission go through one by one."""
    return Draft.objects.select_for_update(of=("self",)).select_related("kelurahan", "owner").get(pk=draft.pk)


def may_submit(draft: Draft, by: User) -> bool:
    """Whoever registers at a counter answers for having seen the family, so it is an officer of that kelurahan; an
    admin may look into such a draft and repair it, not send it."""
    if draft.is_at_counter:
        return by.is_officer and draft.kelurahan_id in by.kelurahan_codes
    return draft.owner_id == by.pk


def _refuse_stranger(draft: Draft, by: User) -> None:
    if not may_submit(draft, by):
        raise PermissionDenied


def _build_household(review: Review, *, phase: Phase, now: datetime, by: User) -> Household:
    draft = review.state.draft
    contact, ktp, home = review.answers("kontak"), review.answers("alamat-ktp"), review.answers("domisili")
    represented = review.answers("perwakilan")
    for_others = contact.get("untuk") == FOR_OTHERS
    return Household(
        phase=phase,
        account=None if draft.is_at_counter else draft.owner,
        registered_by=by if draft.is_at_counter else None,
        channel=draft.channel,
        for_others=for_others,
        registrant_relation=represented.get("hubungan", ""),
        consent_basis=represented.get("cara_setuju", ""),
        consent_given_at=now if for_others or draft.is_at_counter else None,
        kelurahan_id=home["kelurahan"],
        address=home["alamat"],
        rt=home["rt"],
        rw=home["rw"],
        ktp_kelurahan_id=ktp["kelurahan"],
        ktp_address=ktp["alamat"],
        ktp_rt=ktp["rt"],
        ktp_rw=ktp["rw"],
        ktp_region_text=ktp["daerah_lain"],
        contact_phone=contact["telepon"] or None,
        dwelling=dwelling_of(review),
        declarations=review.answers("pernyataan"),
        details=details_of(review),
        programmes=programmes_of(review),
        questionnaire=review.state.edition,
        submitted_at=now,
        submitted_by=by,
    )


def _build_families(review: Review, household: Household) -> tuple[list[Family], list[Member]]:
    families, members = [], []
    for reviewed in review.families:
        family = _family(reviewed, household)
        families.append(family)
        heads_first = sorted(reviewed.people, key=lambda person: person.tasks[0].answers["hubungan"] != Relation.HEAD)
        members += [
            _member(person, family, number, mothers_name(review, person.item))
            for number, person in enumerate(heads_first, 1)
        ]
    return families, members


def _family(reviewed: FamilyReview, household: Household) -> Family:
    digits = reviewed.task.answers["kk"]
    return Family(
        id=uuid.uuid4(),
        household=household,
        number=reviewed.number,
        kk=digits,
        kk_index=keyed_index("kk", digits, key_id=household.phase.index_key_id),
    )


def _member(person: Person, family: Family, number: int, mother: str) -> Member:
    who = person.answers
    phase = family.household.phase
    return Member(
        id=uuid.uuid4(),
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


def _freeze(review: Review, household: Household, *, now: datetime, by: User) -> Submission:
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
        number=1,
        payload={
            "version": PAYLOAD_VERSION,
            "questionnaire": review.state.edition,
            "pages": pages,
            "confirmed": confirmed_of(review),
            "families": families,
            "photos": adopt(draft=review.state.draft, household=household),
        },
        submitted_at=now,
        by=by,
        channel=Channel(household.channel),
        draft=review.state.draft,
    )
