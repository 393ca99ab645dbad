"""Fields and sentences that several account forms share."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import tries
from accounts.models import User
from accounts.proofs import LONGEST_PASSWORD

TOO_MANY_TRIES = _("Too many tries. Wait a while, then try again.")


class PasswordField(forms.CharField):
    """A password as typed: not trimmed, never sent back to the page."""

    default_error_messages = {"required": _("Type a password.")}

    def __init__(self, *, autocomplete: str = "current-password", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_PASSWORD)
        super().__init__(
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"}),
            **kwargs,
        )


class IdentifierField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(
            widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
            **kwargs,
        )


class CodeField(forms.CharField):
    """Digits that a message or an app shows; spaces between them are ignored."""

    default_error_messages = {"required": _("Type the code.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 30)
        super().__init__(
            widget=forms.TextInput(
                attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
            ),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        return "".join(super().clean(value).split())


class PresentPasswordMixin(forms.Form):
    """The password of the person who is signed in. Each try is counted before it is looked at."""

    present = PasswordField(label=_("Present password"), error_messages={"required": _("Type your present password.")})

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


class NewPasswordMixin(forms.Form):
    """Two boxes for a new password, checked against what is known of its owner."""

    password1 = PasswordField(
        label=_("New password"),
        autocomplete="new-password",
        help_text=_(
            "At least 8 characters, without your NIK, birth date or name. A few words in a row are easy to remember."
        ),
    )
    password2 = PasswordField(
        label=_("The same password again"),
        autocomplete="new-password",
        error_messages={"required": _("Type the same password here again.")},
    )

    def check_new_password(self, owner: User | None) -> None:
        """Add errors to the two boxes; call it from clean()."""
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if not first:
            return
        try:
            validate_password(first, owner)
        except ValidationError as error:
            self.add_error("password1", error)
        if second and first != second:
            self.add_error("password2", _("The two passwords are not the same. Type it again in both boxes."))
