"""Signing up and signing in."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import tries
from accounts.challenges import ChallengedByNetwork
from accounts.forms.fields import TOO_MANY_TRIES, IdentifierField, NewPasswordMixin, PasswordField
from accounts.identifiers import read_identifier
from accounts.models import User
from identity.formfields import NameField, NikField, PhoneField
from identity.indexes import keyed_index


class SignUpForm(ChallengedByNetwork, NewPasswordMixin):
    """Neither refuses nor reveals a NIK, phone or e-mail that another account has typed."""

    nik = NikField(label=_("NIK"), help_text=_("The 16 digits at the top of your KTP."))
    name = NameField(label=_("Full name as on the KTP"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = PhoneField(
        label=_("Mobile number"), help_text=_("For messages about your registration, and to recover your password.")
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    field_order = ["nik", "name", "phone", "email", "password1", "password2"]
    challenge_bucket = "sign_up.network"

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        self.is_limited = False
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        if not self.is_bound:
            self.offer_challenge()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        owner = User(name=cleaned.get("name", ""))
        owner.nik, owner.phone = cleaned.get("nik") or None, cleaned.get("phone") or None
        self.check_new_password(owner)
        if self.errors:
            self.offer_challenge()
            return cleaned
        if not tries.spend_sign_up(self.request, keyed_index("nik", cleaned["nik"])):
            self.is_limited = True
            raise ValidationError(TOO_MANY_TRIES, code="too_many_tries")
        self.meet_challenge()
        return cleaned


class SignInForm(ChallengedByNetwork, LoginForm):  # type: ignore[misc]
    """Counts each try before it looks at the password. One sentence and one hash for every failure."""

    challenge_bucket = "sign_in.network"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_limited = False
        self.fields = {
            "login": IdentifierField(
                label=_("NIK, mobile number or e-mail"),
                help_text=_("Officers and admins: username or e-mail."),
                error_messages={"required": _("Type your NIK, mobile number or e-mail.")},
            ),
            "password": PasswordField(label=_("Password"), error_messages={"required": _("Type your password.")}),
        }
        if not self.is_bound:
            self.offer_challenge()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if self.errors:
            self.offer_challenge()
            return cleaned
        user = self._find_user(cleaned["login"], cleaned["password"])
        if user is not None:
            self.user = user
        return cleaned

    def _find_user(self, login: str, password: str) -> User | None:
        """Count the try, then look: first on behalf of a device used before, then like anybody. Raises errors, or
        leaves one at the challenge of a busy network."""
        tried = tries.tries_for("sign_in", self.request, read_identifier(login))
        if tried.spend_for_device():
            user = authenticate(self.request, username=login, password=password, among=tried.known)
            if isinstance(user, User):
                tried.forgive_device()
                return user
        if not tried.spend_for_place():
            self.is_limited = True
            raise ValidationError(TOO_MANY_TRIES, code="too_many_tries")
        if not self.meet_challenge():
            return None
        user = authenticate(self.request, username=login, password=password)
        if not isinstance(user, User):
            self.offer_challenge()
            raise ValidationError(
                _("This NIK, mobile number or e-mail and this password do not belong together. Check both."),
                code="no_match",
            )
        tried.forgive_place()
        tries.give_back_for_network(self.challenge_bucket, self.request)
        return user

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in, by way of the second factor where there is one."""
        login = Login(user=self.user, redirect_url=redirect_url)
        response: HttpResponse = perform_password_login(request, {}, login)
        return response
