"""What single digits of a NIK say, in sentences that help to find the one that was mistyped.

The sentences quote two digits at most, never more of the number.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

DAY_OFFSET_OF_WOMEN = 40
LAST_DAY = 31


def sex_in_words(sex: str) -> str:
    return _("a woman") if sex == "P" else _("a man")


def say_day(digits: str) -> str:
    """Digits 7 and 8: "45" is "day 5, a woman"."""
    day, sex = int(digits[6:8]), "L"
    if day > DAY_OFFSET_OF_WOMEN:
        day, sex = day - DAY_OFFSET_OF_WOMEN, "P"
    return _("Digits 7 and 8 of the NIK are %(digits)s: day %(day)s, %(sex)s (for women 40 is added to the day).") % {
        "digits": digits[6:8],
        "day": day,
        "sex": sex_in_words(sex),
    }


def birth_date_hint(digits: str, birth_date: date) -> str:
    """Which parts of a birth date differ from the NIK; "" where none does."""
    found = []
    day = int(digits[6:8])
    if (day - DAY_OFFSET_OF_WOMEN if day > DAY_OFFSET_OF_WOMEN else day) != birth_date.day:
        found += [say_day(digits), _("You wrote day %(day)s.") % {"day": birth_date.day}]
    if int(digits[8:10]) != birth_date.month:
        found.append(
            _("Digits 9 and 10 of the NIK are %(digits)s: the month %(nik)s. You wrote the month %(month)s.")
            % {"digits": digits[8:10], "nik": _month(int(digits[8:10])), "month": _month(birth_date.month)}
        )
    if int(digits[10:12]) != birth_date.year % 100:
        found.append(
            _("Digits 11 and 12 of the NIK are %(digits)s: the year ..%(digits)s. You wrote the year %(year)s.")
            % {"digits": digits[10:12], "year": birth_date.year}
        )
    if not found:
        return ""
    return " ".join([*found, _("Check both; they may differ where a birth date was corrected.")])


def sex_hint(digits: str, sex: str) -> str:
    """The NIK says another sex than was chosen."""
    chosen = _("You chose: %(sex)s.") % {"sex": sex_in_words(sex)}
    return " ".join([say_day(digits), chosen, _("Check both.")])


def impossible_date_hint(digits: str) -> str:
    """Why digits 7 to 12 cannot be a birth date."""
    day, month = int(digits[6:8]), int(digits[8:10])
    if not 1 <= month <= 12:
        return _("Digits 9 and 10 of the NIK are a month, and there is no month %(digits)s. Compare with the KTP.") % {
            "digits": digits[8:10]
        }
    if not (1 <= day <= LAST_DAY or 1 <= day - DAY_OFFSET_OF_WOMEN <= LAST_DAY):
        return _(
            "Digits 7 and 8 of the NIK are a day: 01 to 31, or 41 to 71 for women. %(digits)s is neither. Compare with"
            " the KTP."
        ) % {"digits": digits[6:8]}
    return _("%(said)s But the month in digits 9 and 10 has no such day. Compare with the KTP.") % {
        "said": say_day(digits)
    }


def length_hint(kind: str, count: int) -> str:
    """How many of the sixteen digits there are."""
    if count < 16:
        return _("A %(kind)s has exactly 16 digits. You typed %(count)s (missing: %(missing)s).") % {
            "kind": kind,
            "count": count,
            "missing": 16 - count,
        }
    return _("A %(kind)s has exactly 16 digits. You typed %(count)s (too many: %(more)s).") % {
        "kind": kind,
        "count": count,
        "more": count - 16,
    }


def _month(number: int) -> str:
    return date_format(date(2000, number, 1), "F")
