"""Indonesian mobile numbers: 0812…, 62812… and +62 812-… are one number, kept as +62812…."""

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from identity.numbers import mask_digits, strip_separators

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# After +62 comes 8 and 8 to 11 more digits: Indonesian mobile numbers have 10 to 13 digits with the leading 0.
_MOBILE = re.compile(r"\A(?:\+62|0062|62|0)0?(8[0-9]{8,11})\Z")
_BRACKETS = str.maketrans("", "", "()/")

MESSAGES: dict[str, "_StrPromise"] = {
    "empty": _("Type a mobile number, such as 0812 3456 7890."),
    "characters": _("A mobile number has digits only, such as 0812 3456 7890."),
    "form": _("Type an Indonesian mobile number that begins with 08 or +628, such as 0812 3456 7890."),
}


class InvalidPhone(ValueError):
    """Not an Indonesian mobile number. `message` says what to do; neither holds the digits."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]


def normalise_phone(text: str) -> str:
    """The number as "+628…". Raises InvalidPhone."""
    compact = strip_separators(text).translate(_BRACKETS)
    if not compact:
        raise InvalidPhone("empty")
    if not re.fullmatch(r"\+?[0-9]+", compact):
        raise InvalidPhone("characters")
    found = _MOBILE.match(compact)
    if found is None:
        raise InvalidPhone("form")
    return f"+62{found[1]}"


def mask_phone(number: str) -> str:
    """The number with its last three digits shown ("+628•••••••890")."""
    return mask_digits(number, head=4, tail=3)
