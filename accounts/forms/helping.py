"""What officers type at the counter to help somebody with an account, and what the helped person types at home."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.challenges import ChallengedByNetwork
from accounts.forms.fields import NewPasswordMixin
from identity.formfields import NikField


class FindAccountForm(forms.Form):
    nik = NikField(label=_("NIK on the KTP"), help_text=_("The 16 digits at the top of the card in your hands."))


class KtpSeenForm(forms.Form):
    """What the officer answers for."""

    ktp_dilihat = forms.BooleanField(
        label=_("I have seen the KTP: the face is that of the person here, the name and NIK are those of this account"),
        error_messages={"required": _("Look at the KTP first, then tick the box.")},
    )


class SlipForm(ChallengedByNetwork, NewPasswordMixin):
    """The NIK, the code of the slip and a new password."""

    nik = NikField(label=_("NIK"), help_text=_("The 16 digits at the top of your KTP."))
    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=40,
        help_text=_("Twelve letters and digits. Capital letters and spaces do not matter."),
        error_messages={"required": _("Type the code that stands on the slip.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    field_order = ["nik", "code", "password1", "password2"]
    challenge_bucket = "recover.network"

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.offer_challenge()

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if not any(character.isalnum() for character in typed):
            raise ValidationError(_("Type the code that stands on the slip."), code="required")
        return typed

    def clean(self) -> dict[str, Any]:
        """General rules for the password only: whose it will be is known once the code is right."""
        cleaned = super().clean() or self.cleaned_data
        self.check_new_password(None)
        if self.errors:
            self.offer_challenge()
        else:
            self.meet_challenge()
        return cleaned
