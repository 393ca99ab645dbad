"""How alike a member and an entry of the register are, weighed by the linkage model and said in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.linking.model import Weighed
from matching.linking.models import Candidate, Way

# An officer's look is worth it where at least one suggestion in five is right.
WORTH_A_LOOK: Final = 0.2
SURE: Final = 99  # of 100 at most: a suggestion is never certain
LIKELY: Final[tuple[tuple[int, Promise], ...]] = (
    (95, _("Very likely this person")),
    (70, _("Likely this person")),
    (0, _("Possibly this person")),
)
NAMES: Final[dict[str, Promise]] = {
    "birth_date": _("date of birth"),
    "kk": _("KK number"),
    "kelurahan": _("kelurahan of the KTP"),
    "sex": _("sex"),
}


def is_worth_a_look(weighed: Weighed) -> bool:
    return weighed.probability >= WORTH_A_LOOK


def score_of(weighed: Weighed) -> int:
    """0 to 99 of 100."""
    return min(int(weighed.probability * 100), SURE)


def agreeing(levels: Mapping[str, str | None]) -> list[str]:
    """Fields that are the same, as their names are listed."""
    return [field for field in NAMES if levels.get(field) == "equal"]


def likelihood_of(candidate: Candidate) -> Promise:
    return next(words for least, words in LIKELY if candidate.score >= least)


def reasons_of(candidate: Candidate) -> list[str]:
    """Why this entry is suggested, in sentences of the reader's language. They name no digit of any number."""
    said = [_how_found(candidate), gettext("The names are alike: %(score)d of 100.") % {"score": candidate.name_score}]
    levels = candidate.weighed.get("levels", {})  # none before there were models
    near = [field for field in NAMES if levels.get(field) not in (None, "equal", "other")]
    differing = [field for field in NAMES if levels.get(field) == "other"]
    for sentence, fields in (
        (gettext("The same: %(fields)s."), [field for field in NAMES if field in candidate.agrees]),
        (gettext("Nearly the same: %(fields)s."), near),
        (gettext("Different: %(fields)s."), differing),
    ):
        if fields:
            said.append(sentence % {"fields": ", ".join(str(NAMES[field]) for field in fields)})
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
