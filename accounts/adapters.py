"""How django-allauth is bent to the portal: whom it signs in, for how long, and how it keeps secrets."""

import base64
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from qrcode.image.svg import SvgPathFillImage

from accounts import devices, open_sessions, session_length
from accounts.models import User
from audit.services import record
from identity.sealing import seal, unseal

SECRET_CONTEXT = "mfa_authenticator.data"  # noqa: S105 – where the secret is kept, not the secret


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages answer with pages, whatever a client says it accepts."""
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """The pages say what happened; allauth's own messages would say it twice."""

    def is_safe_url(self, url: str | None) -> bool:
        """Only this host's own pages may be returned to after signing in."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def is_reauthentication_required(self, *, app: str) -> bool:
        """The portal's own pages ask for a password or a code where one is needed."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in: the session gets a new id and the length that belongs to the role."""
        with transaction.atomic():
            super().login(request, user)
            session_length.begin(request, is_staff=user.needs_second_factor)
            open_sessions.note(request, user)
            record(by=user, verb="accounts.sign_in", subject=user)

    def get_login_stages(self) -> list[str]:
        """Citizens who wish so type a code from a message; staff the code of their app."""
        return ["accounts.stages.MessageCodeStage", *super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode(), context=SECRET_CONTEXT)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), context=SECRET_CONTEXT).decode()

    def get_totp_label(self, user: User) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> str:
        """The QR code on a white ground of its own, so that cameras read it in dark mode too."""
        image: Any = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(image.to_string(encoding="unicode"))

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return False
