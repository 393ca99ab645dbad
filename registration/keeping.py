"""Where the answers of a draft are kept in the household: in columns that rules and lists ask, or sealed as details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from registration.codes import Occupation
from registration.forms.answers import mother_of
from registration.pages import Section
from registration.questionnaire.livelihood import QUESTIONS as LIVELIHOOD
from registration.questionnaire.person import QUESTIONS as PERSON
from registration.questionnaire.person_codes import LEVEL_OF_SCHOOL
from registration.questionnaire.question import YES
from registration.questionnaire.survey import Home, survey_of
from registration.questionnaire.versions import Edition

if TYPE_CHECKING:
    from registration.review import Review

IN_COLUMNS: Final = frozenset({"bekerja", "pekerjaan"})
HEALTH: Final = ("hamil", "disabilitas")  # what the short edition asks of it
DETAILS_OF_PERSON: Final = frozenset(question.key for question in PERSON) - IN_COLUMNS | {"akta_nikah"}
DETAILS_OF_HOUSEHOLD: Final = frozenset(question.key for question in LIVELIHOOD)


def columns_of_person(who: Mapping[str, Any], *, edition: str, mother: str = "") -> dict[str, Any]:
    """The columns of `Member` that hold what a person does and needs; `who` are the answers of all pages about them."""
    if edition == Edition.SHORT:
        health = {name: who[name] for name in HEALTH if name in who}
        school = {"in_school": who["masih_sekolah"] == YES, "school_level": who["jenjang"]}
        return {**_shared(who), **school, "details": health}
    at_school = who.get("partisipasi") == "masih"
    details = {name: who[name] for name in DETAILS_OF_PERSON if who.get(name) not in (None, "")}
    return {
        **_shared(who),
        "in_school": at_school,
        "school_level": LEVEL_OF_SCHOOL.get(who.get("jenjang", ""), ""),
        "occupation": who.get("pekerjaan") or (Occupation.STUDENT if at_school else Occupation.NONE),
        "details": {**details, **({"ibu_kandung": mother} if mother else {})},
    }


def _shared(who: Mapping[str, Any]) -> dict[str, Any]:
    return {"occupation": who.get("pekerjaan"), "works": who.get("bekerja") == YES}


def dwelling_of(review: Review) -> dict[str, Any]:
    """Answers about the dwelling, less what is kept sealed."""
    found = _answers_of(review, Section.DWELLING)
    return {name: value for name, value in found.items() if name not in DETAILS_OF_HOUSEHOLD}


def details_of(review: Review) -> dict[str, Any] | None:
    """What the household has, receives and needs, with the ten answers of the survey; None in the short edition."""
    if review.state.edition == Edition.SHORT:
        return None
    found = {name: value for section in Section for name, value in _answers_of(review, section).items()}
    details = {name: found[name] for name in DETAILS_OF_HOUSEHOLD if found.get(name) not in (None, "")}
    people = [person.answers for family in review.families[:1] for person in family.people]
    works = next((who.get("bekerja") for who in people if who.get("hubungan") == "kepala"), None)
    home = Home(dwelling_of(review), details, works == YES if works else None, len(review.families))
    return {**details, "survei": survey_of(home)}


def programmes_of(review: Review) -> list[str]:
    """Keys of the programmes the family asks to be proposed for."""
    asked: list[str] = review.answers("program").get("program", [])
    return asked


def mothers_name(review: Review, person: str) -> str:
    return str(review.answers("ibu-kandung").get(mother_of(person), ""))


def confirmed_of(review: Review) -> dict[str, list[str]]:
    """Warnings that were confirmed on pages about the household, by page."""
    entries = {
        task.page.key: review.state.entry(task.page.key).typed.get("confirmed", [])
        for section in review.sections.values()
        for task in section.tasks
    }
    return {key: codes for key, codes in entries.items() if codes}


def _answers_of(review: Review, section: Section) -> dict[str, Any]:
    return {name: value for task in review.sections[section].tasks for name, value in task.answers.items()}
