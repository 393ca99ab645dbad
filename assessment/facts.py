"""Facts for the rules, built from what a family answered and what the registers said."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils import timezone

from eligibility.facts import CarFact, HouseholdFacts, LandFact, PersonFacts
from matching.evidence import AssetItem, HouseholdEvidence, PersonEvidence
from matching.vocabulary import AssetKind, RegisterStatus, Value
from registration.models import Household, Member

LOOKED_UP: Final = frozenset({Value.RECORDS, Value.NO_RECORDS})


def facts_of(household: Household, members: Sequence[Member], evidence: HouseholdEvidence | None) -> HouseholdFacts:
    """Facts about one household; `members` are all of its people. Without evidence, only what the family says."""
    heard = evidence or HouseholdEvidence(household_id=household.pk)
    objects = _object_refs(heard.assets)
    declared = HouseholdFacts.from_declarations(household.declarations)
    return HouseholdFacts(
        declarations=declared.declarations,
        declared_on=declared_on(household),
        people=tuple(person_facts(member, heard.people.get(member.pk)) for member in members),
        cars=tuple(
            CarFact(person_ref=_ref(item.member_id), as_of=item.as_of, object_ref=objects.get(item.object_key, ""))
            for item in heard.assets
            if item.kind == AssetKind.CAR
        ),
        land=tuple(
            LandFact(
                person_ref=_ref(item.member_id),
                njop=item.value,
                as_of=item.as_of,
                object_ref=objects.get(item.object_key, ""),
                kk_ref=str(item.family_id),
            )
            for item in heard.assets
            if item.kind == AssetKind.PROPERTY
        ),
    )


def declared_on(household: Household) -> date | None:
    """The day the family gave its answers."""
    return timezone.localdate(household.submitted_at) if household.submitted_at else None


def person_facts(member: Member, heard: PersonEvidence | None) -> PersonFacts:
    """One person; `heard` is None where no source has looked at this person yet."""
    person = PersonFacts(
        ref=str(member.pk),
        kk_ref=str(member.family_id),
        has_nik=member.nik_index is not None,
        declared_occupation=member.occupation,
    )
    if heard is None:
        return person
    return PersonFacts(
        ref=person.ref,
        kk_ref=person.kk_ref,
        has_nik=person.has_nik,
        declared_occupation=person.declared_occupation,
        population_value=heard.population_value,
        population_as_of=heard.population_as_of,
        ktp_area=current_area(heard),
        kk_occupation=heard.occupation or None,
        assets_checked=True if heard.assets_value in LOOKED_UP else None,
        assets_as_of=heard.assets_as_of,
    )


def current_area(heard: PersonEvidence) -> str | None:
    """Area of the current KTP. None for somebody recorded as moved: the old area says nothing about the new one."""
    return None if heard.register_status == RegisterStatus.MOVED else heard.area_code or None


def _object_refs(items: Sequence[AssetItem]) -> dict[tuple[str, str] | None, str]:
    """A short reference for each object with a number: facts carry no plates and no numbers of land."""
    keys = dict.fromkeys(item.object_key for item in items if item.object_key)
    return {key: f"object {number}" for number, key in enumerate(keys, start=1)}


def _ref(pk: UUID | None) -> str | None:
    return str(pk) if pk else None
