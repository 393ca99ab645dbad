"""The NIK, the national identity number: 6 digits of region, 6 of birth date (DDMMYY, day + 40 for women), 4 of serial.

The region is that of the first registration and the NIK never changes, not on moving and not when a birth date is
corrected (Dukcapil). So what is impossible is an error, and what is only unlikely is a warning that a person may
overrule. A number of the right form may still belong to nobody: only the population register knows.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from identity.nik_digits import (
    DAY_OFFSET_OF_WOMEN,
    birth_date_hint,
    impossible_date_hint,
    length_hint,
    sex_hint,
)
from identity.numbers import SIXTEEN_DIGITS, mask_digits, strip_separators

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Sex = Literal["L", "P"]
# Provinces of the Ministry of Home Affairs' list (Kepmendagri 300.2.2-2138/2025), the first two digits of a NIK.
PROVINCES = frozenset(
    {"11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "31", "32", "33", "34", "35", "36"}
    | {"51", "52", "53", "61", "62", "63", "64", "65", "71", "72", "73", "74", "75", "76", "81", "82"}
    | {"91", "92", "93", "94", "95", "96"}
)

MESSAGES: dict[str, "_StrPromise"] = {
    "empty": _("Type the NIK, the 16 digits at the top of the KTP."),
    "characters": _("A NIK has digits only. Type the 16 digits at the top of the KTP, without letters or signs."),
    "length": _("A NIK has exactly 16 digits. Count the digits on the KTP and type all of them."),
    "region": _("The first six digits of a NIK name a region and are never 00. Compare them with the KTP."),
    "date": _("Digits 7 to 12 of a NIK are a birth date, and this is not one. Compare them with the KTP."),
    "serial": _("The last four digits of a NIK are never 0000. Compare them with the KTP."),
}
WARNINGS: dict[str, "_StrPromise"] = {
    "region_unknown": _("We do not know the region in the first six digits. Check them once more against the KTP."),
}


class InvalidNik(ValueError):
    """Not a possible NIK. `message` says what to do; it quotes two of the digits at most, the exception none."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message or MESSAGES[code]


@dataclass(frozen=True)
class NikWarning:
    code: str
    message: "_StrPromise | str"


@dataclass(frozen=True, repr=False)
class Nik:
    """A possible NIK; `digits` are 16 ASCII digits."""

    digits: str

    def __repr__(self) -> str:
        return f"<Nik {mask_nik(self.digits)}>"

    __str__ = __repr__

    @property
    def region_code(self) -> str:
        """Province, kota and kecamatan of the first registration, as six digits."""
        return self.digits[:6]

    @property
    def sex(self) -> Sex:
        """As the population register writes it: "L" for men, "P" for women."""
        return "P" if int(self.digits[6:8]) > DAY_OFFSET_OF_WOMEN else "L"

    @property
    def serial(self) -> str:
        return self.digits[12:]

    def birth_date(self, today: date) -> date:
        """The birth date in the number, in the latest year that is not in the future on `today`."""
        day, month, two_digits = _date_parts(self.digits)
        for year in (2000 + two_digits, 1900 + two_digits):
            found = _date_or_none(year, month, day)
            if found is not None and found <= today:
                return found
        # Only 29 February 1900 (no leap year) comes here before the year 2000 + YY is reached.
        return date(2000 + two_digits, month, day)


def parse_nik(text: str) -> Nik:
    """The NIK somebody typed: spaces, dots, dashes and full-width digits are allowed for. Raises InvalidNik."""
    digits = strip_separators(text)
    if not digits:
        raise InvalidNik("empty")
    if not digits.isascii() or not digits.isdigit():
        raise InvalidNik("characters")
    if not SIXTEEN_DIGITS.match(digits):
        raise InvalidNik("length", length_hint("NIK", len(digits)))
    if "00" in (digits[0:2], digits[2:4], digits[4:6]):
        raise InvalidNik("region")
    day, month, two_digits = _date_parts(digits)
    if not any(_date_or_none(century + two_digits, month, day) for century in (1900, 2000)):
        raise InvalidNik("date", impossible_date_hint(digits))
    if digits[12:] == "0000":
        raise InvalidNik("serial")
    return Nik(digits)


def nik_warnings(
    nik: Nik, *, known_regions: Container[str] = (), birth_date: date | None = None, sex: str | None = None
) -> list[NikWarning]:
    """What is unlikely about a NIK, given what else the person said. Never a reason to refuse.

    `known_regions` are prefixes of six digits. They are complete for the provinces they name only, so a region of a
    province that is not among them is taken as known if the province exists.
    """
    found: list[NikWarning] = []
    if not _is_known_region(nik.region_code, known_regions):
        found.append(NikWarning("region_unknown", WARNINGS["region_unknown"]))
    if birth_date is not None and not _has_birth_date(nik, birth_date):
        found.append(NikWarning("birth_date_differs", birth_date_hint(nik.digits, birth_date)))
    if sex in ("L", "P") and sex != nik.sex:
        found.append(NikWarning("sex_differs", sex_hint(nik.digits, sex)))
    return found


def mask_nik(digits: str) -> str:
    """The number with region and serial shown ("3171••••••••0001"): the birth date stays hidden."""
    return mask_digits(digits, head=4, tail=4)


def _is_known_region(code: str, known_regions: Container[str]) -> bool:
    if code in known_regions:
        return True
    lists_the_province = any(f"{code[:2]}{rest:04d}" in known_regions for rest in _LOWER_CODES)
    return code[:2] in PROVINCES and not lists_the_province


_LOWER_CODES = tuple(city * 100 + 1 for city in range(1, 100))  # every kota has a first kecamatan


def _has_birth_date(nik: Nik, birth_date: date) -> bool:
    day, month, two_digits = _date_parts(nik.digits)
    return (day, month, two_digits) == (birth_date.day, birth_date.month, birth_date.year % 100)


def _date_parts(digits: str) -> tuple[int, int, int]:
    """Day without the women's offset, month, two-digit year."""
    day = int(digits[6:8])
    if day > DAY_OFFSET_OF_WOMEN:
        day -= DAY_OFFSET_OF_WOMEN
    return day, int(digits[8:10]), int(digits[10:12])


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
