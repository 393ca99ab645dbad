"""Codes of the second factor."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import totp, tries
from accounts.forms.fields import TOO_MANY_TRIES, CodeField
from accounts.models import User

WRONG_CODE = _("This code is wrong or has been used. Wait for the next one in your app and type that.")


def count_code_try(user: User) -> None:
    if not tries.spend("code", user.pk.bytes):
        raise ValidationError(TOO_MANY_TRIES, code="too_many_tries")


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in: a code of the app, or a recovery code. Each works once."""

    code = CodeField(
        label=_("Code"), help_text=_("The six digits your authenticator app shows now, or one of your recovery codes.")
    )

    def clean_code(self) -> str:
        count_code_try(self.user)
        code: str = self.cleaned_data["code"]
        used = self._use_up(code)
        if used is None:
            raise ValidationError(WRONG_CODE, code="wrong_code")
        self.authenticator = used
        tries.forgive("code", self.user.pk.bytes)
        return code

    def _use_up(self, code: str) -> Authenticator | None:
        kinds = {row.type: row for row in Authenticator.objects.filter(user_id=self.user.pk)}
        kind = Authenticator.Type.TOTP
        if not totp.accept_code(user=self.user, code=code):
            kind = Authenticator.Type.RECOVERY_CODES
            if kind not in kinds or not kinds[kind].wrap().validate_code(code):
                return None
        used: Authenticator = Authenticator.objects.get(pk=kinds[kind].pk)
        used.user = self.user
        return used


class EnrolForm(ActivateTOTPForm):  # type: ignore[misc]
    """Proof that the app has taken in the secret."""

    code = CodeField(label=_("Code"), help_text=_("The six digits your app shows now."))

    def clean_code(self) -> str:
        count_code_try(self.user)
        code: str = self.cleaned_data["code"]
        self.step = totp.matching_step(self.secret, code)
        if self.step is None:
            raise ValidationError(WRONG_CODE, code="wrong_code")
        return code


class NewRecoveryCodesForm(forms.Form):
    code = CodeField(label=_("Code"), help_text=_("The six digits your authenticator app shows now."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        count_code_try(self.user)
        code: str = self.cleaned_data["code"]
        if not totp.accept_code(user=self.user, code=code):
            raise ValidationError(WRONG_CODE, code="wrong_code")
        return code
