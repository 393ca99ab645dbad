"""The form of the status check."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.formfields import BirthDateField, NameField, NikField
from public.captcha import LONG, CaptchaField, CaptchaWidget
from public.status import Claim
from registration.references import tidy_reference


class ReferenceField(forms.CharField):
    """A reference code, cleaned to its written form "JKT-7K2M-Q4XH"; empty if left out."""

    default_error_messages = {"form": _("A reference code looks like JKT-7K2M-Q4XH. It stands on your receipt.")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        }

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        tidy = tidy_reference(text)
        if tidy is None:
            raise ValidationError(self.error_messages["form"], code="form")
        return tidy


class StatusForm(forms.Form):
    """`needs_long` shows, and asks for, the longer captcha of a busy network."""

    nik = NikField(label=_("NIK"), help_text=_("16 digits, at the top of the KTP or KIA."))
    name = NameField(
        label=_("Full name"),
        help_text=_("As it stands on the KTP. Capital letters and dots do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth_date = BirthDateField(label=_("Date of birth"), help_text=_("For example 17 08 1985."))
    reference = ReferenceField(
        label=_("Reference code"),
        required=False,
        max_length=40,
        help_text=_("From your receipt, for example JKT-7K2M-Q4XH. With it you also see the result of each check."),
    )
    captcha = CaptchaField(
        help_text=_("If the picture is hard to read, choose “New picture” below. What you typed stays."),
    )

    def __init__(self, *args: Any, needs_long: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["captcha"].widget
        if isinstance(widget, CaptchaWidget):
            widget.is_long = needs_long

    @property
    def solved_long(self) -> bool:
        return int(self.cleaned_data["captcha"]) >= LONG

    def claim(self) -> Claim:
        """What was typed, once the form is valid."""
        born: date = self.cleaned_data["birth_date"]
        cleaned = self.cleaned_data
        return Claim(nik=cleaned["nik"], name=cleaned["name"], birth_date=born, reference=cleaned["reference"])
