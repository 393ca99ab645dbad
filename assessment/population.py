"""Problems in the population data: nothing that excludes anybody, and each with the steps that repair it.

A comparison alone never rejects a family. What it shows here becomes a finding with the verdict UNKNOWN, so that the
family can read it and repair it. A source that did not answer is nobody's fault and makes no finding.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from matching.evidence import PersonEvidence
from matching.vocabulary import DIFFERS, AreaLevel, RegisterStatus, Value

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOVED: Final = "pindah"
WIDER: Final = (AreaLevel.KOTA, AreaLevel.PROVINCE)  # differences named by more than the kelurahan


@dataclass(frozen=True)
class Problem:
    title: "StrPromise"
    what: "StrPromise"
    remedy: "StrPromise"


PROBLEMS: Final[dict[str, Problem]] = {
    Value.DECEASED: Problem(
        _("Recorded as deceased"),
        _("The population register says that this person has died."),
        _(
            "If this person is alive, go to the Dukcapil counter at the kelurahan together with the KTP and KK; the"
            " record can be corrected. If the person has died, ask there for the death certificate and a new KK."
        ),
    ),
    Value.INACTIVE: Problem(
        _("NIK not active"),
        _("The NIK of this person is not active at the moment. This can be repaired and is not a refusal."),
        _(
            "Take the KTP, the KK and a letter from RT/RW that says where this person lives to the Dukcapil counter at"
            " the kelurahan and ask to make the NIK active again (aktivasi NIK)."
        ),
    ),
    Value.MISMATCH: Problem(
        _("Data do not match the population register"),
        _("What is written in the registration differs from the population register."),
        _(
            "Compare the registration with the KTP and KK. If the registration is right, ask for a statement letter"
            " (PM1) at your kelurahan and have the record corrected at the Dukcapil counter."
        ),
    ),
    Value.NOT_FOUND: Problem(
        _("NIK not found"),
        _("The population register did not find this NIK."),
        _(
            "Compare the NIK with the KTP digit by digit. If it is right, ask the Dukcapil counter at the kelurahan to"
            " bring the NIK into the central register; a statement letter (PM1) from the kelurahan helps."
        ),
    ),
    Value.DOUBLE: Problem(
        _("NIK recorded twice"),
        _("The population register holds this person or this NIK twice."),
        _("Ask the Dukcapil counter at the kelurahan to settle the double record; bring the KTP and KK."),
    ),
    Value.BAD_FORMAT: Problem(
        _("NIK in a wrong form"),
        _("The population register cannot read this NIK."),
        _("Compare the NIK with the KTP digit by digit, and tell the officer at your kelurahan what is right."),
    ),
    MOVED: Problem(
        _("Recorded as moved"),
        _("The population register says that this person has moved; the new address is not known to us yet."),
        _("If this person lives here, ask the Dukcapil counter at the kelurahan to bring the record up to date."),
    ),
}
FIELD_NAMES: Final[dict[str, "StrPromise"]] = {
    "name": _("name"),
    "birth_date": _("date of birth"),
    "sex": _("sex"),
    "kk": _("KK number"),
    "kelurahan": _("kelurahan of the KTP"),
    "kota": _("kota or kabupaten of the KTP"),
    "provinsi": _("province of the KTP"),
}


def problem_of(heard: PersonEvidence) -> str | None:
    """Key of the problem a comparison shows, or None."""
    if heard.population_value in PROBLEMS:
        return str(heard.population_value)
    return MOVED if heard.register_status == RegisterStatus.MOVED else None


def differing_fields(heard: PersonEvidence) -> list[str]:
    """Names of the compared fields that differ, in the order of FIELD_NAMES. Never their values.

    Another kelurahan is told apart from another kota or province. The occupation is left out: an old entry on the KK
    asks for no repair.
    """
    differing = [name for name in FIELD_NAMES if _result(heard.fields.get(name)) == DIFFERS]
    wider = heard.area_level if heard.area_level in WIDER else None
    return [wider if wider and name == "kelurahan" else name for name in differing]


def _result(compared: Any) -> Any:
    return compared.get("result") if isinstance(compared, dict) else compared
