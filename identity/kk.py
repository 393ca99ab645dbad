"""The number of a family card (Kartu Keluarga): 6 digits of region, 6 of the day of issue (DDMMYY), 4 of serial.

It changes on marriage, moving, splitting and the death of the head, so an old number is not a wrong one.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from identity.nik_digits import length_hint
from identity.numbers import SIXTEEN_DIGITS, mask_digits, strip_separators

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MESSAGES: dict[str, "_StrPromise"] = {
    "empty": _("Type the KK number, the 16 digits at the top of the family card."),
    "characters": _("A KK number has digits only. Type the 16 digits at the top of the family card."),
    "length": _("A KK number has exactly 16 digits. Count the digits on the family card and type all of them."),
    "region": _("The first six digits of a KK number name a region and are never 00. Compare them with the card."),
    "date": _("Digits 7 to 12 of a KK number are a date of issue, and this is not one. Compare them with the card."),
    "serial": _("The last four digits of a KK number are never 0000. Compare them with the card."),
}
WOMANS_DAY = 40
YEARS_OF_CARDS = 50  # two-digit years below it are of this century
WARNINGS: dict[str, "_StrPromise"] = {
    "looks_like_nik": _(
        "Digits 7 and 8 are above 40, as in the NIK of a woman. Is this the number at the top of the family card (KK),"
        " or somebody's NIK from the table below it?"
    ),
    "issued_later": _("Digits 7 to 12 say a day of issue that has not come yet. Compare them with the card."),
}


class InvalidKk(ValueError):
    """Not a possible KK number. `message` says what to do; neither holds the digits."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message or MESSAGES[code]


@dataclass(frozen=True, repr=False)
class Kk:
    """A possible KK number; `digits` are 16 ASCII digits."""

    digits: str

    def __repr__(self) -> str:
        return f"<Kk {mask_kk(self.digits)}>"

    __str__ = __repr__


def parse_kk(text: str) -> Kk:
    """The KK number somebody typed; separators and full-width digits are allowed for. Raises InvalidKk.

    Day and month are checked up to 71 (cards keyed with the offset of a NIK exist) and 12, the year is not.
    """
    digits = strip_separators(text)
    if not digits:
        raise InvalidKk("empty")
    if not digits.isascii() or not digits.isdigit():
        raise InvalidKk("characters")
    if not SIXTEEN_DIGITS.match(digits):
        raise InvalidKk("length", length_hint(str(_("KK number")), len(digits)))
    if "00" in (digits[0:2], digits[2:4], digits[4:6]):
        raise InvalidKk("region")
    day, month = int(digits[6:8]), int(digits[8:10])
    if not (1 <= day <= 31 or 41 <= day <= 71) or not 1 <= month <= 12:
        raise InvalidKk("date")
    if digits[12:] == "0000":
        raise InvalidKk("serial")
    return Kk(digits)


def kk_warnings(kk: Kk, *, today: date) -> "list[tuple[str, _StrPromise]]":
    """(code, message) of what is unlikely about a KK number. Never a reason to refuse."""
    found = []
    day, month, year = (int(kk.digits[place : place + 2]) for place in (6, 8, 10))
    if day > WOMANS_DAY:
        found.append("looks_like_nik")
    elif (year, month, day) > (today.year % 100, today.month, today.day) and year < YEARS_OF_CARDS:
        found.append("issued_later")
    return [(code, WARNINGS[code]) for code in found]


def mask_kk(digits: str) -> str:
    """The number with its ends shown ("3171••••••••0001")."""
    return mask_digits(digits, head=4, tail=4)
