"""How alike a member and an entry of the register are, in a number and in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from identity.names import compare_names
from matching.linking.models import Candidate, Way

# What an agreeing field adds to the score of 100; the name adds its part by how alike it is after folding.
NAME_WEIGHT: Final = 55
WEIGHTS: Final[dict[str, int]] = {"birth_date": 15, "kk": 15, "kelurahan": 10, "sex": 5}
NAMES: Final[dict[str, Promise]] = {
    "birth_date": _("date of birth"),
    "kk": _("KK number"),
    "kelurahan": _("kelurahan of the KTP"),
    "sex": _("sex"),
}
# Serials follow one another: whoever was born on the same day in the same kecamatan has a neighbouring number. So the
# name has to be alike, or half alike where the KK and the date of birth are the same.
NAME_ALIKE: Final = 80
NAME_ALIKE_ON_THE_KK: Final = 50


def score_of(*, ours: str, theirs: str, agreeing: Mapping[str, bool]) -> tuple[int, int, list[str]]:
    """(score, likeness of the names, fields that agree), each number 0 to 100."""
    name = int(compare_names(ours, theirs).score)
    agrees = [field for field in WEIGHTS if agreeing.get(field)]
    return round(name * NAME_WEIGHT / 100) + sum(WEIGHTS[field] for field in agrees), name, agrees


def is_worth_a_look(name: int, agrees: list[str]) -> bool:
    same_child = "kk" in agrees and "birth_date" in agrees
    return name >= (NAME_ALIKE_ON_THE_KK if same_child else NAME_ALIKE)


def reasons_of(candidate: Candidate) -> list[str]:
    """Why this entry is suggested, in sentences of the reader's language. They name no digit of any number."""
    said = [_how_found(candidate), gettext("The names are alike: %(score)d of 100.") % {"score": candidate.name_score}]
    fields = [str(NAMES[field]) for field in candidate.agrees if field in NAMES]
    if fields:
        said.append(gettext("The same: %(fields)s.") % {"fields": ", ".join(fields)})
    return said


def _how_found(candidate: Candidate) -> str:
    if candidate.way == Way.DIGIT:
        return gettext("Digit %(position)d of the NIK may have been mistyped.") % {"position": candidate.position}
    if candidate.way == Way.SWAP:
        first = candidate.position or 0
        return gettext("Digits %(first)d and %(second)d of the NIK may have changed places.") % {
            "first": first,
            "second": first + 1,
        }
    if candidate.way == Way.FAMILY:
        return gettext("In the register this person stands on the family's KK.")
    return gettext("The register knows somebody born on the same day in the same kelurahan.")
