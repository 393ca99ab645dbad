"""Form fields for identity data. Each cleans to one normalised text or date and says what to do about a mistake."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.free_text import refuse_numbers
from identity.kk import InvalidKk, parse_kk
from identity.names import HARD_LIMIT, clean_name
from identity.nik import InvalidNik, parse_nik
from identity.numbers import SIXTEEN_DIGITS, strip_separators
from identity.phones import InvalidPhone, normalise_phone

EARLIEST_YEAR = 1900
# What people type around digits: a limit far above any real number, so that a huge text costs nothing.
_LONGEST_TYPED = 60


class _NumberField(forms.CharField):
    """Text that `parse` turns into digits; its errors carry a code and a sentence."""

    parse: Callable[[str], str]
    input_attributes: dict[str, str] = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", _LONGEST_TYPED)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **self.input_attributes}

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text in self.empty_values:
            return ""
        try:
            return type(self).parse(text)
        except (InvalidNik, InvalidKk, InvalidPhone) as error:
            raise ValidationError(error.message, code=error.code) from None


class GroupedInput(forms.TextInput):
    """Sixteen digits are shown as 6 6 4: region, date, serial. The reader's eye finds its place again."""

    def format_value(self, value: Any) -> str | None:
        shown: str | None = super().format_value(value)
        digits = strip_separators(shown or "")
        if SIXTEEN_DIGITS.match(digits):
            return f"{digits[:6]} {digits[6:12]} {digits[12:]}"
        return shown


class NikField(_NumberField):
    """A NIK, cleaned to 16 digits."""

    widget = GroupedInput
    input_attributes = {**_NumberField.input_attributes, "data-grouped": "6 6 4"}
    default_error_messages = {"required": _("Type the NIK, the 16 digits at the top of the KTP.")}

    @staticmethod
    def parse(text: str) -> str:
        return parse_nik(text).digits


class KkField(_NumberField):
    """A KK number, cleaned to 16 digits."""

    widget = GroupedInput
    input_attributes = {**_NumberField.input_attributes, "data-grouped": "6 6 4"}
    default_error_messages = {
        "required": _("Type the KK number, the 16 digits at the top of the family card."),
    }

    @staticmethod
    def parse(text: str) -> str:
        return parse_kk(text).digits


class PhoneField(_NumberField):
    """A mobile number, cleaned to "+628…"."""

    default_error_messages = {"required": _("Type a mobile number, such as 0812 3456 7890.")}
    input_attributes = {"inputmode": "tel", "autocomplete": "tel"}
    widget = forms.TextInput(attrs={"type": "tel"})

    @staticmethod
    def parse(text: str) -> str:
        return normalise_phone(text)


class NameField(forms.CharField):
    """A name as on the KTP: one word is enough, at most 100 letters."""

    default_error_messages = {"required": _("Type the full name as it stands on the KTP.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", HARD_LIMIT)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text in self.empty_values:
            return ""
        refuse_numbers(text)
        return clean_name(text)


class RtRwField(forms.CharField):
    """The number of an RT or RW, cleaned to three digits: "5" becomes "005"."""

    default_error_messages = {
        "required": _("Type the number, such as 005."),
        "invalid": _("Type one to three digits, such as 5 or 005."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off", "size": "3"}

    def clean(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().clean(value)).strip()
        if not text:
            return ""
        if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) == 0:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text.zfill(3)


class BirthDateWidget(forms.MultiWidget):
    """Three boxes, day, month and year, in one fieldset: no picker to leaf through decades, no guess at the order."""

    use_fieldset = True
    boxes = (
        ("day", _("Day of birth, two digits"), 2),
        ("month", _("Month of birth, two digits"), 2),
        ("year", _("Year of birth, four digits"), 4),
    )

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "autocomplete": "off",
                    "aria-label": label,
                    "maxlength": size,
                    "size": size,
                    "class": f"date-box date-box--{name}",
                }
            )
            for name, label, size in self.boxes
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, str):
            value = _from_iso(value) or value
        if isinstance(value, date):
            return [f"{value.day:02d}", f"{value.month:02d}", f"{value.year:04d}"]
        return ["", "", ""]


class BirthDateField(forms.MultiValueField):
    """A birth date typed as day, month and four-digit year; not before 1900 and not in the future."""

    widget = BirthDateWidget
    default_error_messages = {
        "required": _("Type day, month and year of birth."),
        "incomplete": _("Type day, month and year of birth."),
        "digits": _("Type the birth date in digits, such as 17 08 1985."),
        "year": _("Type the year of birth with four digits, such as 1985."),
        "not_a_date": _("There is no such day. Compare the birth date with the KTP or the family card."),
        "future": _("The birth date is in the future. Compare it with the KTP or the family card."),
        "too_early": _("The birth date is before 1900. Compare it with the KTP or the family card."),
    }

    def __init__(self, **kwargs: Any) -> None:
        fields = [forms.CharField(max_length=10) for _box in BirthDateWidget.boxes]
        super().__init__(fields=fields, require_all_fields=True, **kwargs)

    def clean(self, value: Any) -> date | None:
        if isinstance(value, Sequence) and not isinstance(value, str):
            value = [unicodedata.normalize("NFKC", part).strip() if isinstance(part, str) else part for part in value]
        if isinstance(value, date):
            value = BirthDateWidget().decompress(value)
        cleaned: date | None = super().clean(value)
        return cleaned

    def compress(self, data_list: Sequence[str]) -> date | None:
        if not data_list:
            return None
        day, month, year = data_list
        if not all(data_list):
            raise self._error("incomplete")
        if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in data_list):
            raise self._error("digits")
        if len(year) != 4:
            raise self._error("year")
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            raise self._error("not_a_date") from None
        if found.year < EARLIEST_YEAR:
            raise self._error("too_early")
        if found > timezone.localdate():
            raise self._error("future")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            cleaned = self.clean(data)
        except ValidationError:
            return True
        return cleaned != (_from_iso(initial) if isinstance(initial, str) else initial)

    def _error(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


def _from_iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
