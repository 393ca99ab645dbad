"""Changing a phone or e-mail, and typing the code that was sent to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import CodeField, PresentPasswordMixin
from accounts.models import ContactKind, User
from identity.formfields import PhoneField


class ContactForm(PresentPasswordMixin):
    """One box for the new value, which may be left empty to have none, and the password."""

    value: forms.Field
    field_order = ["value", "present"]

    def __init__(self, *args: Any, user: User, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["value"] = _phone_field() if kind == ContactKind.PHONE else _email_field()
        self.order_fields(self.field_order)
        self.fields["present"].help_text = _("So that nobody changes it who only found your phone.")


def _phone_field() -> forms.Field:
    return PhoneField(
        label=_("New mobile number"), required=False, help_text=_("Leave it empty if you have no number any more.")
    )


def _email_field() -> forms.Field:
    return forms.EmailField(
        label=_("New e-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        help_text=_("Leave it empty if you have no e-mail any more."),
    )


class ContactCodeForm(forms.Form):
    code = CodeField(label=_("Code from the message"), help_text=_("Six digits."))


class SignInCodeForm(forms.Form):
    """The second step of signing in, for citizens: the code of the message, or a recovery code."""

    code = CodeField(
        label=_("Code"), help_text=_("The six digits of the message, or one of your recovery codes (eight digits).")
    )


NO_CODE = "tidak"


class ChooseSignInCodeForm(PresentPasswordMixin):
    """Where a code shall be sent at each sign-in; only verified contacts are offered."""

    sign_in_code = forms.ChoiceField(label=_("At each sign-in"), widget=forms.RadioSelect, choices=[])
    field_order = ["sign_in_code", "present"]

    def __init__(self, *args: Any, user: User, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field = self.fields["sign_in_code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def clean_sign_in_code(self) -> str:
        """The kind of contact, or "" for the password alone."""
        chosen: str = self.cleaned_data["sign_in_code"]
        return "" if chosen == NO_CODE else chosen


class PasswordConfirmForm(PresentPasswordMixin):
    """Nothing but the password, for what must not happen by accident or by somebody who found the phone."""
