"""Numbers of sixteen digits as people type them."""

import re
import unicodedata

SIXTEEN_DIGITS = re.compile(r"\A[0-9]{16}\Z")
# Spaces, dots and every kind of dash, as on photocopies and in messages; also what copying brings along unseen.
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff\u00ad]+")


def strip_separators(text: str) -> str:
    """The text in one form (NFKC: full-width digits become ASCII) without spaces, dots and dashes."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def mask_digits(digits: str, *, head: int, tail: int) -> str:
    """The first and last digits with dots between, to recognise a number by without showing it."""
    if len(digits) <= head + tail:
        return "•" * len(digits)
    return digits[:head] + "•" * (len(digits) - head - tail) + digits[len(digits) - tail :]
