"""The answers of a registered household and its people as question keys again, from columns and sealed details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registration.crosswalk import bdt, regsosek
from registration.models import Household, Member
from registration.questionnaire.question import NO, YES
from registration.questionnaire.versions import Edition


def household_answers(household: Household) -> dict[str, Any]:
    return {**household.dwelling, **household.declarations, **(household.details or {})}


def member_answers(member: Member, *, edition: str) -> dict[str, Any]:
    """What is known of a person; questions of another edition are absent, not answered with no."""
    found: dict[str, Any] = {
        "hubungan": member.relation,
        "status_kawin": member.marital,
        "jenis_kelamin": member.sex,
        "pekerjaan": member.occupation,
        "disabilitas": member.disability,
        "bekerja": YES if member.works else NO,
        **(member.details or {}),
    }
    if edition == Edition.SHORT:
        found["partisipasi"] = "masih" if member.in_school else "tidak_lagi" if member.school_level else "belum"
    return found


def neutral_of(question: str, *, in_bdt: str, in_regsosek: str) -> str:
    """The neutral answer that has both codes: together they keep every distinction. Raises LookupError for a pair
    that no answer has."""
    here = _table(bdt.HOUSE, question) or _table(bdt.STATED, question) or _table(bdt.PERSON, question)
    there = _table(regsosek.HOUSE, question) or _table(regsosek.PERSON, question)
    for answer in here:
        if here[answer] == in_bdt and there.get(answer) == in_regsosek:
            return answer
    raise LookupError(f"{question}: no answer is {in_bdt!r} in BDT and {in_regsosek!r} in Regsosek")


def _table(variables: Any, question: str) -> Mapping[str, str]:
    return next((v.codes for v in variables if v.question == question and hasattr(v, "codes")), {})
