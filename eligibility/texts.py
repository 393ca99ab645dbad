"""What each rule says to a family: plain words, and always a way forward."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from eligibility.facts import Source
from eligibility.verdicts import Severity, Verdict

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


NOTHING_TO_DO: Final = _("You do not have to do anything. An open check never counts against you.")


@dataclass(frozen=True)
class RuleTexts:
    """`stated` answers the family's own word, `claimed` what a source says; each with its remedy."""

    title: "StrPromise"
    stated: "StrPromise"
    claimed: "StrPromise"
    clear: "StrPromise"
    unknown: "StrPromise"
    remedy_stated: "StrPromise"
    remedy_claimed: "StrPromise"

    def sentence(self, verdict: Verdict, severity: Severity, source: str) -> "StrPromise":
        """The result in words. An open question is worded as such, not as an open check of a register."""
        if verdict is Verdict.UNKNOWN and source == Source.STATEMENT:
            return _("This question is still open.")
        if verdict is Verdict.EXCLUDED:
            return self.stated if severity is Severity.HARD else self.claimed
        return self.clear if verdict is Verdict.CLEAR else self.unknown

    def remedy(self, verdict: Verdict, severity: Severity) -> "StrPromise | str":
        """What the family can do; empty where nothing has to be done."""
        if verdict is Verdict.EXCLUDED:
            return self.remedy_stated if severity is Severity.HARD else self.remedy_claimed
        return "" if verdict is Verdict.CLEAR else NOTHING_TO_DO


KTP: Final = RuleTexts(
    title=_("Jakarta KTP"),
    stated=_("You stated that not everyone in this household holds a Jakarta KTP."),
    claimed=_("According to the population register, the current KTP of this person is from outside Jakarta."),
    clear=_("The KTP is from Jakarta."),
    unknown=_("We could not yet see in the population register where this person's KTP is from."),
    remedy_stated=_(
        "If you live in Jakarta, move your KTP to your Jakarta address first: ask for a moving letter where your KTP"
        " was issued and take it to the Dukcapil counter at your kelurahan. After that you can register."
    ),
    remedy_claimed=_(
        "If this person already has a Jakarta KTP, object here with a photo of the KTP, or ask the Dukcapil counter at"
        " your kelurahan to bring the record up to date. The first digits of the NIK do not matter."
    ),
)
DOMICILE: Final = RuleTexts(
    title=_("Living in Jakarta"),
    stated=_("You stated that this household does not live in Jakarta now."),
    claimed=_("A report says that this household does not live at a Jakarta address."),
    clear=_("The household lives in Jakarta."),
    unknown=_("It is not yet confirmed where the household lives."),
    remedy_stated=_(
        "If you do live in Jakarta, correct your answer. If you live elsewhere, you can ask to be proposed at the"
        " kelurahan or desa where you live."
    ),
    remedy_claimed=_("If you do live here, object with a letter from your RT/RW that confirms where you live."),
)
EMPLOYEE: Final = RuleTexts(
    title=_("Permanent employee of the state on the KK"),
    stated=_("You stated that someone on the KK is a permanent employee of the state."),
    claimed=_("The occupation entered for someone on this KK is that of a permanent employee of the state."),
    clear=_("Nobody on the KK is a permanent employee of the state."),
    unknown=_("It is not yet known whether someone on the KK is a permanent employee of the state."),
    remedy_stated=_(
        "If the employee is your employer or a relative whose KK you are entered on, ask the Dukcapil counter at your"
        " kelurahan for a KK of your own. Honorary and contract workers and pensioners do not count: correct your"
        " answer if that is the case."
    ),
    remedy_claimed=_(
        "An occupation on the KK is often out of date. If this person is an honorary or contract worker, a pensioner,"
        " or has another job, object with a letter that shows it, and ask the Dukcapil counter at your kelurahan to"
        " correct the occupation."
    ),
)
CAR: Final = RuleTexts(
    title=_("Owning a car"),
    stated=_("You stated that this household owns a car."),
    claimed=_("The vehicle tax list carries a car in the name of someone in this household."),
    clear=_("No car is known for this household."),
    unknown=_("The vehicle tax list has not been checked yet for everyone in this household."),
    remedy_stated=_(
        "If the car has been sold, report the sale to Bapenda (blokir/lapor jual at pajakonline.jakarta.go.id, with"
        " KTP, KK, proof of sale and a statement) and then answer again. Motorcycles are allowed."
    ),
    remedy_claimed=_(
        "If the car has been sold or your name was only borrowed, report it to Bapenda (blokir/lapor jual at"
        " pajakonline.jakarta.go.id, with KTP, KK, proof of sale and a statement) and object here with the receipt."
        " Motorcycles are allowed."
    ),
)
LAND: Final = RuleTexts(
    title=_("Land or building with an NJOP above the limit"),
    stated=_("You stated that this household owns land, or land with a building, with an NJOP above Rp1,000,000,000."),
    claimed=_("The land tax list carries land in the name of someone in this household with an NJOP above the limit."),
    clear=_("No land with an NJOP above the limit is known for this household."),
    unknown=_("The land tax list has not been checked yet for everyone in this household."),
    remedy_stated=_(
        "Look at the NJOP on your latest PBB letter: exactly Rp1,000,000,000 is still allowed, and a house you rent or"
        " stay in does not count. Correct your answer if it was not right."
    ),
    remedy_claimed=_(
        "If the land has been sold, is an inheritance that has not been divided, or is not yours, object here with the"
        " PBB letter or another paper that shows it, and ask Bapenda to correct the name."
    ),
)
WATER: Final = RuleTexts(
    title=_("Branded bottled water as main drinking water"),
    stated=_("You stated that branded bottled water is the main drinking water of this household."),
    claimed=_("A report says that branded bottled water is the main drinking water of this household."),
    clear=_("The main drinking water is not branded bottled water."),
    unknown=_("It is not yet known what the household mainly drinks."),
    remedy_stated=_(
        "Refill water (air isi ulang), tap water and well water are allowed. If that is what you mainly drink, correct"
        " your answer."
    ),
    remedy_claimed=_("If you mainly drink refill, tap or well water, object here and say so; a visit can confirm it."),
)
COMMUNITY: Final = RuleTexts(
    title=_("Decision of the muskel"),
    stated=_("The muskel decided that this family is able to provide for itself."),
    claimed=_("The muskel decided that this family is able to provide for itself."),
    clear=_("The muskel decided that this family is in need."),
    unknown=_("The muskel decides this. The meeting has not been held or has not decided about this family yet."),
    remedy_stated=_(
        "Ask your kelurahan for the reason in the berita acara, and tell the officer what has changed in your"
        " situation."
    ),
    remedy_claimed=_(
        "Ask your kelurahan for the reason in the berita acara, and tell the officer what has changed in your"
        " situation."
    ),
)
