"""Which passwords are refused: short, common, or made of what is known about their owner.

Django's validators call these with the user, saved or not, the password is meant for.
"""

import re
import unicodedata
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.proofs import LONGEST_PASSWORD
from identity.nik import InvalidNik, parse_nik

SHORTEST_PASSWORD = 8
PIECE_OF_NUMBER = 8  # digits of a NIK or phone in a row that already give it away
SHORTEST_NAME_WORD = 4
# Words people in Indonesia choose (beside Django's list of 20,000), compared without the digits and signs around them.
COMMON_WORDS = frozenset(
    """
    bismillah alhamdulillah allahuakbar indonesia indonesiaku jakarta jakartaku persija rahasia rahasiaku katasandi
    kata sandi password sayang sayangku cinta cintaku akucintakamu akusayangkamu iloveyou qwerty qwertyui asdfgh
    asdfghjkl anakku keluarga keluargaku mamapapa ayahibu kucing kucingku merdeka pancasila garuda bansos dtks
    dinsos kemensos admin petugas administrator doraemon naruto bahagia sukses semangat
    """.split()  # noqa: SIM905 – a list of words reads better as text
)
MONTHS = (
    ("januari", "jan", "january"), ("februari", "feb", "pebruari", "february"), ("maret", "mar", "march"),
    ("april", "apr"), ("mei", "may"), ("juni", "jun", "june"), ("juli", "jul", "july"),
    ("agustus", "agu", "ags", "agt", "aug", "august"), ("september", "sep", "sept"),
    ("oktober", "okt", "oct", "october"), ("november", "nov", "nopember", "nop"),
    ("desember", "des", "dec", "december"),
)  # fmt: skip


class Length:
    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST_PASSWORD:
            raise ValidationError(
                _("Use at least %(number)d characters. A few words in a row are easy to remember and hard to guess."),
                code="password_too_short",
                params={"number": SHORTEST_PASSWORD},
            )
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(
                _("Use at most %(number)d characters."),
                code="password_too_long",
                params={"number": LONGEST_PASSWORD},
            )

    def get_help_text(self) -> str:
        return gettext("At least %(number)d characters.") % {"number": SHORTEST_PASSWORD}


class NotCommon(CommonPasswordValidator):
    def validate(self, password: str, user: Any = None) -> None:
        plain = _plain(password)
        core = plain.strip("0123456789")
        few_kinds = len(set(password)) < 4 or plain.isdigit()
        if few_kinds or core in COMMON_WORDS or plain in self.passwords or password.lower() in self.passwords:
            raise ValidationError(
                _("Many people use this password, so it is guessed first. Choose another one, not only digits."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return gettext("Not a password that many people use, and not only digits.")


class NotAboutYou:
    """Refuses a password with the owner's NIK, phone, name or birth date (taken from the NIK) in it."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None:
            return
        digits, plain = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", password)), _plain(password)
        nik = getattr(user, "nik", None) or ""
        phone = getattr(user, "phone", None) or ""
        if _has_piece(digits, nik) or _has_piece(digits, phone.removeprefix("+62")):
            raise ValidationError(
                _("Do not use your NIK or phone number in the password: others know them."), code="password_has_number"
            )
        if any(form in plain for form in _birth_dates(nik)) or any(form in digits for form in _digit_dates(nik)):
            raise ValidationError(
                _("Do not use your birth date in the password: it is part of your NIK."), code="password_has_birth_date"
            )
        if any(word in plain for word in _name_words(getattr(user, "name", "") or "")):
            raise ValidationError(_("Do not use your name in the password."), code="password_has_name")

    def get_help_text(self) -> str:
        return gettext("Without your NIK, birth date or name.")


def _plain(text: str) -> str:
    """Small letters and digits only, without accents."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _has_piece(digits: str, number: str) -> bool:
    """Whether `digits` holds a run of `number` that is long enough to give it away."""
    starts = range(len(number) - PIECE_OF_NUMBER + 1)
    return any(number[start : start + PIECE_OF_NUMBER] in digits for start in starts)


def _birth_date(nik: str) -> date | None:
    try:
        return parse_nik(nik).birth_date(timezone.localdate())
    except InvalidNik:
        return None


def _digit_dates(nik: str) -> set[str]:
    """The birth date as people type it in digits: 17081990, 170890, 19900817, 900817, 1781990; and as in the NIK."""
    born = _birth_date(nik)
    if born is None:
        return set()
    day, month, year = f"{born.day:02}", f"{born.month:02}", f"{born.year}"
    short = f"{born.day}{born.month}{year}"
    return {
        f"{day}{month}{year}", f"{day}{month}{year[2:]}", f"{year}{month}{day}", f"{year[2:]}{month}{day}",
        f"{month}{day}{year}", short, nik[6:12],
    }  # fmt: skip


def _birth_dates(nik: str) -> set[str]:
    """The birth date with the month in words, such as 17agustus1990 or 17agt90."""
    born = _birth_date(nik)
    if born is None:
        return set()
    days = {f"{born.day:02}", f"{born.day}"}
    years = {f"{born.year}", f"{born.year}"[2:]}
    return {
        text
        for name in MONTHS[born.month - 1]
        for day in days
        for year in years
        for text in (f"{day}{name}{year}", f"{name}{day}{year}", f"{year}{name}{day}")
    }


def _name_words(name: str) -> set[str]:
    """Words of a name worth refusing, and the whole name written together."""
    words = [_plain(word) for word in name.split()]
    whole = "".join(words)
    return {word for word in words if len(word) >= SHORTEST_NAME_WORD} | ({whole} if len(whole) >= 3 else set())
