"""What was typed on the pages of the form, and what the household in the database says about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from registration.models import Draft, Household, Member
from tests.journeys.families import Home, Kk, Person
from tests.journeys.five import KTP_OF_JAKARTA
from tests.people import GAMBIR, SITI_PHONE, siti

YES_NO = {True: "ya", False: "tidak"}
MONTHS = {"bantuan_sembako": "2025-01"}  # typed as 1/2025


def assert_kept(reference: str, home: Home) -> None:
    """Exactly one household, with the families, people and answers that were typed."""
    household = Household.objects.get()
    assert (household.reference, household.account, household.submitted_by) == (reference, siti(), siti())
    assert [draft.household for draft in Draft.objects.all()] == [household]
    assert (household.kelurahan_id, household.ktp_kelurahan_id, household.ktp_region_text) == (GAMBIR, GAMBIR, "")
    assert household.address == household.ktp_address == KTP_OF_JAKARTA["alamat"]
    assert (household.rt, household.rw, household.contact_phone) == ("007", "004", SITI_PHONE)
    families = list(household.families.order_by("number"))
    assert [family.kk for family in families] == [family.number for family in home.families]
    for family, typed in zip(families, home.families, strict=True):
        assert [who_is(member) for member in family.members.order_by("number")] == who_they_are(typed)
        for member, person in zip(family.members.order_by("number"), typed.people, strict=True):
            expected = answers_about(person)
            assert {name: answers_of(member).get(name) for name in expected} == expected, person.name
    expected = answers_about_home(home)
    kept = {**household.dwelling, **household.declarations, **(household.details or {})}
    assert {name: kept.get(name) for name in expected} == expected
    assert household.programmes == home.after["program"]["program"]


def who_is(member: Member) -> tuple[object, ...]:
    return (member.name, member.nik or "", member.birth_date, member.sex, member.relation, member.marital)


def who_they_are(family: Kk) -> list[tuple[object, ...]]:
    return [(one.name, one.nik, one.born, one.sex, one.relation, one.marital) for one in family.people]


def answers_of(member: Member) -> dict[str, Any]:
    asked_of = {} if member.pregnant is None else {"hamil": YES_NO[member.pregnant]}
    return {
        **(member.details or {}),
        **asked_of,
        "bekerja": YES_NO[member.works],
        "pekerjaan": member.occupation,
        "disabilitas": member.disability,
    }


def answers_about(person: Person) -> dict[str, Any]:
    typed = {name: answer for answers in person.activity.values() for name, answer in answers.items()}
    return {**without_none_of_these(joined(typed)), "ibu_kandung": "Sumiati"}


def answers_about_home(home: Home) -> dict[str, Any]:
    once = {name: answer for key, answers in home.after.items() if key != "program" for name, answer in answers.items()}
    return {**without_none_of_these(once), **MONTHS, "lama_tinggal": 12}


def without_none_of_these(typed: dict[str, Any]) -> dict[str, Any]:
    """The mark "none of these" is kept as an empty list."""
    return {name: [] if answer == ["tidak_ada"] else answer for name, answer in typed.items()}


def joined(typed: dict[str, Any]) -> dict[str, Any]:
    """The day on which the pregnancy began, from its three boxes."""
    plain = {name: answer for name, answer in typed.items() if not name.startswith("hamil_sejak_")}
    if "hamil_sejak_year" not in typed:
        return plain
    year, month, day = (int(typed[f"hamil_sejak_{part}"]) for part in ("year", "month", "day"))
    return {**plain, "hamil_sejak": date(year, month, day).isoformat()}
