"""Changing a password, and recovering a forgotten one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import tries
from accounts.challenges import ChallengedByNetwork
from accounts.forms.fields import (
    TOO_MANY_TRIES,
    CodeField,
    IdentifierField,
    NewPasswordMixin,
    PresentPasswordMixin,
)
from accounts.identifiers import read_identifier


class PasswordChangeForm(PresentPasswordMixin, NewPasswordMixin):
    field_order = ["present", "password1", "password2"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.check_new_password(self.user)
        return cleaned


class RecoveryForm(ChallengedByNetwork, forms.Form):
    """Both the NIK and the phone or e-mail: a wrongly typed number of somebody else opens no account."""

    identifier = IdentifierField(
        label=_("NIK"),
        help_text=_("Officers and admins: username."),
        error_messages={"required": _("Type the NIK, the 16 digits at the top of your KTP.")},
    )
    contact = forms.CharField(
        label=_("Mobile number or e-mail"),
        max_length=254,
        help_text=_("The one you gave when you opened the account."),
        error_messages={"required": _("Type a mobile number such as 0812 3456 7890, or an e-mail address.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "spellcheck": "false", "autocapitalize": "none"}),
    )
    challenge_bucket = "recover.network"

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        self.is_limited = False
        self.among: frozenset[Any] | None = None  # which accounts a device used before may ask for; None: any
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.offer_challenge()

    def clean_identifier(self) -> str:
        typed: str = self.cleaned_data["identifier"]
        if read_identifier(typed).kind not in ("nik", "username"):
            raise ValidationError(_("Type the NIK, the 16 digits at the top of your KTP."), code="not_a_nik")
        return typed

    def clean_contact(self) -> str:
        typed: str = self.cleaned_data["contact"]
        if read_identifier(typed).kind not in ("phone", "email"):
            raise ValidationError(
                _("Type a mobile number such as 0812 3456 7890, or an e-mail address."), code="not_a_contact"
            )
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            self.offer_challenge()
            return cleaned
        tried = tries.tries_for("recover", self.request, read_identifier(cleaned["identifier"]))
        if tried.spend_for_device():
            self.among = tried.known
        elif not tried.spend_for_place():
            self.is_limited = True
            raise ValidationError(TOO_MANY_TRIES, code="too_many_tries")
        else:
            self.meet_challenge()
        return cleaned


class RecoveryCodeForm(NewPasswordMixin):
    code = CodeField(label=_("Code from the message"), help_text=_("Eight digits."))
    field_order = ["code", "password1", "password2"]

    def clean(self) -> dict[str, Any]:
        """General rules only: whose password it will be is known once the code is right."""
        cleaned = super().clean() or self.cleaned_data
        self.check_new_password(None)
        return cleaned
