"""Indonesian mobile numbers: 0812…, 62812…, 812… and +62 812-… are one number, kept as +62812…."""

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from identity.numbers import mask_digits, strip_separators

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What stands before the 8 in an address book, on a business card or on a sign: nothing, 0, 62, +62, 0062, +62 (0).
_PREFIX = r"(?:\+62|0062|62|0)?0?"
# After +62 comes 8 and 8 to 11 more digits: Indonesian mobile numbers have 10 to 13 digits with the leading 0.
_MOBILE = re.compile(rf"\A{_PREFIX}(8[0-9]{{8,11}})\Z")
_TOO_SHORT = re.compile(rf"\A{_PREFIX}8[0-9]{{0,7}}\Z")
_TOO_LONG = re.compile(rf"\A{_PREFIX}8[0-9]{{12,}}\Z")
# Area codes begin with 2 to 7 or 9 (021 Jakarta, 022 Bandung, 0274 Yogyakarta): nobody reads messages there.
_LANDLINE = re.compile(r"\A(?:\+620?|00620?|620?|0)[2-79][0-9]{4,11}\Z")
_BEGINS_WITH = re.compile(r"\A(?:tel|whatsapp|wa|hp|telp|no)[.:]*(?=[0-9+])", re.IGNORECASE)
_BRACKETS = str.maketrans("", "", "()[]/_,\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # and unseen marks

MESSAGES: dict[str, "_StrPromise"] = {
    "empty": _("Type a mobile number, such as 0812 3456 7890."),
    "characters": _("A mobile number has digits only, such as 0812 3456 7890."),
    "short": _("This number has too few digits. A mobile number has 10 to 13, such as 0812 3456 7890."),
    "long": _("This number has too many digits. A mobile number has 10 to 13, such as 0812 3456 7890."),
    "landline": _("This looks like a landline, which gets no messages. Type a mobile number that begins with 08."),
    "form": _("Type an Indonesian mobile number that begins with 08 or +628, such as 0812 3456 7890."),
}
_REFUSED = (("short", _TOO_SHORT), ("long", _TOO_LONG), ("landline", _LANDLINE))


class InvalidPhone(ValueError):
    """Not an Indonesian mobile number. `message` says what to do; neither holds the digits."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]


def normalise_phone(text: str) -> str:
    """The number as "+628…". Raises InvalidPhone."""
    compact = _BEGINS_WITH.sub("", strip_separators(text).translate(_BRACKETS))
    if not compact:
        raise InvalidPhone("empty")
    if not re.fullmatch(r"\+?[0-9]+", compact):
        raise InvalidPhone("characters")
    found = _MOBILE.match(compact)
    if found is None:
        raise InvalidPhone(next((code for code, form in _REFUSED if form.match(compact)), "form"))
    return f"+62{found[1]}"


def mask_phone(number: str) -> str:
    """The number with its last three digits shown ("+628•••••••890")."""
    return mask_digits(number, head=4, tail=3)
