"""Forms of the page for families whose data somebody else entered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.free_text import refuse_numbers
from public.captcha import CaptchaField
from registration.family_codes import tidy_code


class FamilyCodeForm(forms.Form):
    """`is_busy` asks a busy network for a captcha too; nobody is shut out."""

    kode = forms.CharField(
        label=_("The family's code"),
        max_length=60,
        help_text=_("Twenty letters and digits in five groups, on the paper or in the message you got."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "number"}
        ),
    )
    captcha = CaptchaField(help_text=_("Many codes are being typed from your network at the moment."))

    def __init__(self, *args: Any, is_busy: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if not is_busy:
            del self.fields["captcha"]

    def clean_kode(self) -> str:
        code = tidy_code(self.cleaned_data["kode"])
        if code is None:
            raise ValidationError(
                _("The code has twenty letters and digits, such as 7K2M-Q4XH-… Compare it once more.")
            )
        return code


class FamilyObjectionForm(forms.Form):
    alasan = forms.CharField(
        label=_("What is not right?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[refuse_numbers],
        help_text=_("In your own words, such as: nobody asked us, or we have moved. The kelurahan reads this."),
    )


class FamilyWithdrawForm(forms.Form):
    yakin = forms.BooleanField(
        label=_("Yes, we withdraw this registration"),
        error_messages={"required": _("Mark this box if you really want to withdraw.")},
    )


class TakeOverForm(forms.Form):
    penolong = forms.ChoiceField(
        label=_("What may whoever entered the data still see?"),
        choices=[
            ("status", _("Only how far the registration has come")),
            ("data", _("The data too, so that they can go on helping us")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )
