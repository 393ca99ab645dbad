"""Form fields for the kinds of questions that Django has no field for."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.formfields import BirthDateField, BirthDateWidget
from identity.numbers import strip_separators
from registration.questionnaire.question import NONE_OF_THESE

EARLIEST_MONTH = "2000-01"
MONTH = re.compile(r"\A([0-9]{1,2})\s*[/.\-\s]\s*([0-9]{4})\Z")


class SeveralField(forms.MultipleChoiceField):
    """Several marks, or the one that says "none of these"; cleans to the codes, [] for none."""

    default_error_messages = {
        "required": _("Mark what applies, or that none of these does."),
        "none_and_others": _("You marked “none” and something else. Please clear one of them."),
    }

    def clean(self, value: Any) -> list[str]:
        codes: list[str] = super().clean(value)
        if NONE_OF_THESE not in codes:
            return codes
        if len(codes) > 1:
            raise ValidationError(self.error_messages["none_and_others"], code="none_and_others")
        return []


class DigitsField(forms.CharField):
    """A number of so many digits that is not counted with, such as that of a meter; separators are allowed for."""

    default_error_messages = {
        "digits": _("Type the digits only, without letters."),
        "one_length": _("This number has exactly %(shortest)s digits. Count them once more."),
        "two_lengths": _("This number has %(shortest)s to %(longest)s digits. Count them once more."),
    }

    def __init__(self, *, shortest: int, longest: int, **kwargs: Any) -> None:
        self.shortest, self.longest = shortest, longest
        super().__init__(max_length=60, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        digits = strip_separators(super().clean(value))
        if not digits:
            return ""
        if not re.fullmatch(r"[0-9]+", digits):
            raise ValidationError(self.error_messages["digits"], code="digits")
        if not self.shortest <= len(digits) <= self.longest:
            code = "one_length" if self.shortest == self.longest else "two_lengths"
            bounds = {"shortest": self.shortest, "longest": self.longest}
            raise ValidationError(self.error_messages[code], code=code, params=bounds)
        return digits


class MonthField(forms.CharField):
    """A month of a year as people write it ("3/2026"), cleaned to "2026-03"; not in the future."""

    default_error_messages = {
        "invalid": _("Type month and year, such as 03/2026."),
        "future": _("This month is in the future."),
        "too_early": _("This is too long ago. Type month and year, such as 03/2026."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().clean(value)).strip()
        if not text:
            return ""
        found = MONTH.match(text)
        if not found or not 1 <= int(found[1]) <= 12:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        month = f"{found[2]}-{int(found[1]):02d}"
        if month < EARLIEST_MONTH:
            raise ValidationError(self.error_messages["too_early"], code="too_early")
        if month > f"{timezone.localdate():%Y-%m}":
            raise ValidationError(self.error_messages["future"], code="future")
        return month


class DayWidget(BirthDateWidget):
    boxes = (
        ("day", _("Day, two digits"), 2),
        ("month", _("Month, two digits"), 2),
        ("year", _("Year, four digits"), 4),
    )


class PregnancyDayField(BirthDateField):
    """Since when a woman is pregnant: a day of the last ten months."""

    widget = DayWidget
    longest = 310  # days
    default_error_messages = {
        "required": _("Type day, month and year. An estimate is enough."),
        "incomplete": _("Type day, month and year. An estimate is enough."),
        "digits": _("Type the day in digits, such as 17 08 2026."),
        "year": _("Type the year with four digits, such as 2026."),
        "not_a_date": _("There is no such day. Please check day and month."),
        "future": _("This day is in the future."),
        "too_early": _("This is more than ten months ago. Please check month and year."),
    }

    def compress(self, data_list: Any) -> date | None:
        found = super().compress(data_list)
        if found and (timezone.localdate() - found).days > self.longest:
            raise ValidationError(self.error_messages["too_early"], code="too_early")
        return found
