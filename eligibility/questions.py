"""The six eligibility questions a family can answer itself, as plain Ya/Tidak.

The seventh rule ("not poor in the eyes of the community") is answered by the muskel alone and has no question.
In 2021 the two most common errors were questions left unanswered, so no answer is ever preselected and none may be
skipped in a registration (sources: docs/rules.md).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Answer = Literal["ya", "tidak"]
YES: Final = "ya"
NO: Final = "tidak"
ANSWERS: Final = ((YES, _("Yes")), (NO, _("No")))


@dataclass(frozen=True)
class Question:
    """One question. `excluding_answer` is the answer that speaks against a registration under `rule_key`."""

    key: str
    text: "StrPromise"
    help: "StrPromise"
    excluding_answer: Answer
    rule_key: str


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        key="ktp_dki",
        text=_("Does everyone in this household who has a KTP hold a Jakarta (DKI) KTP?"),
        help=_(
            "Look at the address printed on the KTP. The first digits of the NIK do not matter: they stay the same"
            " for life, even after moving."
        ),
        excluding_answer=NO,
        rule_key="ktp_non_dki",
    ),
    Question(
        key="domisili_dki",
        text=_("Does this household live in Jakarta now?"),
        help=_("What counts is where you really live, even if it is another address than the one on the KTP."),
        excluding_answer=NO,
        rule_key="domisili_luar_dki",
    ),
    Question(
        key="pegawai_tetap",
        text=_(
            "Is anyone on the KK a permanent employee of the state: PNS/ASN, TNI, Polri, BUMN, BUMD,"
            " or a member of DPR/DPRD?"
        ),
        help=_(
            "Honorary (honorer) and contract workers are not permanent employees. Pensioners are not either."
            " Answer for everyone on the KK, including relatives and domestic workers."
        ),
        excluding_answer=YES,
        rule_key="pegawai_tetap",
    ),
    Question(
        key="mobil",
        text=_("Does this household own a car?"),
        help=_("A motorcycle or a bajaj is not a car. A car you only drive for someone else is not yours."),
        excluding_answer=YES,
        rule_key="mobil",
    ),
    Question(
        key="njop",
        text=_(
            "Does this household own land, or land with a building, with an NJOP above Rp1,000,000,000"
            " (one billion rupiah)?"
        ),
        help=_(
            "The NJOP is printed on the yearly PBB letter. Exactly one billion is still allowed."
            " A house you rent or stay in is not yours."
        ),
        excluding_answer=YES,
        rule_key="njop",
    ),
    Question(
        key="air_kemasan",
        text=_("Is branded bottled water the main drinking water of this household?"),
        help=_("Refill water (air isi ulang), tap water and well water are not branded bottled water."),
        excluding_answer=YES,
        rule_key="air_kemasan",
    ),
)
EMPLOYEES_BEFORE_BUMD: Final = _(
    "Is anyone on the KK a permanent employee of the state: PNS/ASN, TNI, Polri, BUMN, or a member of DPR/DPRD?"
)  # until BUMD was named in October 2024
QUESTION_BY_KEY: Final = {question.key: question for question in QUESTIONS}
