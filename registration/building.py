"""The rows that the answers of a draft become: household, KK, people, slots, and what the frozen copy holds. Nothing is
stored here and nothing is locked; that is `registration.submitting`.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from identity.indexes import keyed_index
from registration.codes import Relation
from registration.editing import ROWS, Earlier
from registration.forms.household import FOR_OTHERS
from registration.handing import is_sent_for_owner
from registration.keeping import (
    columns_of_person,
    confirmed_of,
    details_of,
    dwelling_of,
    mothers_name,
    programmes_of,
)
from registration.models import Family, Household, Member, Outcome, Phase, Slot, SlotKind
from registration.review import FamilyReview, Person, Review

if TYPE_CHECKING:
    from accounts.models import User

PAYLOAD_VERSION = 2
Photo = dict[str, str]
Keys = dict[str, uuid.UUID]  # of rows, by the item of their page


def build_household(
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


def keys_of(review: Review, earlier: Earlier | None) -> Keys:
    """The key of the row that each KK and person becomes: the one it has been before, or a new one."""
    items = [family.item for family in review.families]
    items += [person.item for family in review.families for person in family.people]
    return {item: earlier.key_of(item) if earlier else uuid.uuid4() for item in items}


def build_families(
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


def slots_of(phase: Phase, household: Household, families: list[Family], members: list[Member]) -> list[Slot]:
    keys = {(SlotKind.KK, family.kk_index) for family in families}
    keys |= {(SlotKind.NIK, member.nik_index) for member in members if member.nik_index}
    ordered = sorted(keys, key=lambda key: (key[0].value, key[1]))
    return [Slot(phase=phase, kind=kind, index=index, household=household) for kind, index in ordered]


def frozen_answers(review: Review, keys: Keys, photos: list[Photo]) -> dict[str, Any]:
    """What a frozen copy holds: every answer as given, KK by KK."""
    pages = {task.page.key: task.answers for section in review.sections.values() for task in section.tasks}
    families = [
        {
            "kk": family.task.answers["kk"],
            "confirmed": review.state.entry("kk", family.item).typed.get("confirmed", []),
            "people": [{**person.answers, "confirmed": person.confirmed} for person in family.people],
        }
        for family in review.families
    ]
    return {
        "version": PAYLOAD_VERSION,
        "questionnaire": review.state.edition,
        "pages": pages,
        "confirmed": confirmed_of(review),
        "families": families,
        ROWS: {item: str(key) for item, key in keys.items()},
        "photos": photos,
    }
