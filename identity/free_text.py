"""Numbers of people in free text: nobody needs them there, and there they would stand in the clear.

People type their NIK or phone into any box that offers room, and other systems put them into their reasons.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Sixteen digits (NIK, KK) or a mobile number, also with spaces, dots or dashes between. Rupiah amounts, the eighteen
# digits of a land tax object and plates are let through.
_BETWEEN = r"[\s.\-/\u2010-\u2015]{0,3}"
_NUMBERS = re.compile(
    rf"(?<!\d)(?<!\d[.\-/])(?:\d(?:{_BETWEEN}\d){{15}}|(?:\+?62|0){_BETWEEN}8(?:{_BETWEEN}\d){{8,11}})(?!{_BETWEEN}\d)"
)
HIDDEN = "[…]"


def has_numbers(text: str) -> bool:
    """Whether something in the text could be a NIK, a KK number or a mobile number."""
    return _NUMBERS.search(text) is not None


def refuse_numbers(text: str) -> None:
    """A validator for boxes of free text."""
    if has_numbers(text):
        raise ValidationError(
            _("Leave out NIK, KK and phone numbers here, so that nobody else reads them."), code="numbers"
        )


def hide_numbers(text: str) -> str:
    """The text of another system with what could be somebody's number taken out."""
    return _NUMBERS.sub(HIDDEN, text)
