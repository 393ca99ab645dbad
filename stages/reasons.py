"""Every reason a decision about a family may carry, in the words the family reads, with what it can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessment.models import IssueKind
from eligibility.rules import RULE_BY_KEY
from stages.muskel_results import MUSKEL_REASONS, MuskelResult

NEXT_PHASE = _("You can ask the kelurahan to look at this again, and register anew in the next phase.")
ASK_KELURAHAN = _(
    "If this is wrong, go to your kelurahan with your KK and KTP, tell the social officer (Pendamsos), and register"
    " anew in the next phase."
)


@dataclass(frozen=True)
class Words:
    """`remedy` is empty where nothing has to be done."""

    sentence: Promise
    remedy: Promise | str = ""


REASONS: dict[str, Words] = {
    **{
        f"muskel.{reason.code}": Words(reason.sentence, "" if reason.result == MuskelResult.IN_NEED else ASK_KELURAHAN)
        for reason in MUSKEL_REASONS
    },
    "conflict.propose": Words(
        _("The kelurahan meeting and the data did not agree. A person looked at it and decided for the family.")
    ),
    "conflict.not_propose": Words(
        _("The kelurahan meeting and the data did not agree. A person looked at it and decided not to propose."),
        NEXT_PHASE,
    ),
    "cleaning.flagged": Words(
        _("Something in the registered data has to be put right."),
        _("Take your KK and KTP to your kelurahan; the officer can see what is missing and helps you to repair it."),
    ),
    "siksng.sent": Words(_("The data were entered into SIKS-NG, the system of the Ministry of Social Affairs.")),
    "siksng.failed": Words(
        _("SIKS-NG, the system of the Ministry of Social Affairs, did not accept the data."),
        _("Take your KK and KTP to your kelurahan so that the officer can repair the data."),
    ),
    "siksng.accepted": Words(_("SIKS-NG, the system of the Ministry of Social Affairs, accepted the data.")),
    "ministry.determined": Words(_("The Ministry of Social Affairs has determined the family.")),
    "ministry.data_problem": Words(
        _("The Ministry of Social Affairs has determined the family; its population data need a repair."),
        _("Go to your kelurahan with your KK and KTP and ask for a PM1 letter, so that the data can be repaired."),
    ),
    "ministry.ineligible": Words(
        _("The family is in the registry, but the ministry finds it not eligible for assistance at present."),
        _("You can ask for a new look through Cek Bansos or at your kelurahan."),
    ),
    "ministry.refused": Words(
        _("The Ministry of Social Affairs did not determine the family."),
        _("You can ask for a new look through Cek Bansos or at your kelurahan, and register anew in the next phase."),
    ),
    "ministry.not_on_list": Words(_("The family is not on the ministry's list."), NEXT_PHASE),
    "reopened": Words(_("The phase went back to an earlier stage; the family's data are being looked at again.")),
}


def reason_words(code: str, data: Mapping[str, Any] | None = None, text: str = "") -> Words:
    """The words of one decision in the reader's language. Raises KeyError for a code the table does not hold."""
    words = REASONS[code]
    details = " ".join(part for part in (_points(data or {}), _date(data or {}), _said(data or {}, text)) if part)
    return Words(f"{words.sentence} {details}".strip(), str(words.remedy))  # type: ignore[arg-type]


def rule_titles(keys: list[str]) -> list[str]:
    """Titles of exclusion rules, as families know them."""
    return [str(RULE_BY_KEY[key].texts.title) for key in keys if key in RULE_BY_KEY]


def _points(data: Mapping[str, Any]) -> str:
    issues = {kind.value: str(kind.label) for kind in IssueKind}
    points = [*rule_titles(data.get("rules", [])), *(issues[kind] for kind in data.get("issues", []))]
    return gettext("It concerns: %(rules)s.") % {"rules": ", ".join(points)} if points else ""


def _date(data: Mapping[str, Any]) -> str:
    if not data.get("as_of"):
        return ""
    day = date.fromisoformat(str(data["as_of"]))
    return gettext("As of %(day)s.") % {"day": date_format(day, "DATE_FORMAT")}


def _said(data: Mapping[str, Any], text: str) -> str:
    said = (text or str(data.get("said", ""))).strip()
    return gettext("Reason given: %(text)s") % {"text": said} if said else ""
