"""A registered household and its people in words, in whatever edition of the questionnaire they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from eligibility.programmes import PROGRAMMES
from registration.crosswalk.stored import household_answers, member_answers
from registration.dwelling import QUESTIONS as DWELLING
from registration.questionnaire.livelihood import QUESTIONS as LIVELIHOOD
from registration.questionnaire.person import QUESTIONS as PERSON
from registration.questionnaire.person_codes import DEED
from registration.questionnaire.question import lines

if TYPE_CHECKING:
    from registration.models import Household, Member

Lines = list[tuple[str, str]]


def household_lines(household: Household) -> Lines:
    """(question, answer) about the dwelling, what the household has and needs, and the programmes it asks for."""
    found = lines((*DWELLING, *LIVELIHOOD), household_answers(household))
    if household.programmes:
        names = {programme.key: programme.name for programme in PROGRAMMES}
        asked = ", ".join(names.get(key, key) for key in household.programmes)
        found.append((_("For which programmes do you ask to be proposed?"), asked))
    return found


def member_lines(member: Member, *, edition: str) -> Lines:
    """(question, answer) about a person's documents, school, work, health and mother. Opens what is sealed."""
    answers = member_answers(member, edition=edition)
    found = lines(PERSON, answers)
    if "akta_nikah" in answers:
        words = str(dict(DEED)[answers["akta_nikah"]])
        found.append((_("Is there a marriage or divorce certificate?"), words))
    if "ibu_kandung" in answers:
        found.append((_("Mother of %(name)s") % {"name": member.name}, answers["ibu_kandung"]))
    return found
