"""Changing a password, and recovering a forgotten one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import tries
from accounts.forms.fields import TOO_MANY_TRIES, CodeField, IdentifierField, NewPasswordMixin, PasswordField
from accounts.identifiers import read_identifier
from accounts.models import User


class PasswordChangeForm(NewPasswordMixin):
    present = PasswordField(label=_("Present password"), error_messages={"required": _("Type your present password.")})
    field_order = ["present", "password1", "password2"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_present(self) -> str:
        if not tries.spend("password", self.user.pk.bytes):
            raise ValidationError(TOO_MANY_TRIES, code="too_many_tries")
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError(_("This is not your present password."), code="wrong_password")
        tries.forgive("password", self.user.pk.bytes)
        return present

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.check_new_password(self.user)
        return cleaned


class RecoveryForm(forms.Form):
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
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        self.is_limited = False
        self.among: frozenset[Any] | None = None  # which accounts a device used before may ask for; None: any
        super().__init__(*args, **kwargs)

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
            return cleaned
        tried = tries.tries_for("recover", self.request, read_identifier(cleaned["identifier"]))
        if tried.spend_for_device():
            self.among = tried.known
        elif not tried.spend_for_place():
            self.is_limited = True
            raise ValidationError(TOO_MANY_TRIES, code="too_many_tries")
        return cleaned


class RecoveryCodeForm(NewPasswordMixin):
    code = CodeField(label=_("Code from the message"), help_text=_("Eight digits."))
    field_order = ["code", "password1", "password2"]

    def clean(self) -> dict[str, Any]:
        """General rules only: whose password it will be is known once the code is right."""
        cleaned = super().clean() or self.cleaned_data
        self.check_new_password(None)
        return cleaned
