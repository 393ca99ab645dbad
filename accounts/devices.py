"""Devices somebody has signed in on before.

A signed cookie gives such a device a budget of tries of its own, so that strangers who use up the tries for a NIK
cannot keep its owner out. It opens nothing by itself.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from accounts.models import User

COOKIE = "perangkat"
SALT = "accounts.devices"
LASTS = timedelta(days=180)
ACCOUNTS_KEPT = 8


@dataclass(frozen=True)
class Device:
    nonce: str
    marks: tuple[str, ...]

    def knows(self, user_id: Any) -> bool:
        return mark_of(user_id) in self.marks


def read_device(request: HttpRequest) -> Device | None:
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
        return Device(str(held["n"]), tuple(str(mark) for mark in held["u"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def remember(request: HttpRequest, response: HttpResponse, user: "User") -> None:
    """Set the cookie after a successful sign-in of `user`."""
    device = read_device(request)
    nonce = device.nonce if device else secrets.token_urlsafe(16)
    mark = mark_of(user.pk)
    marks = [mark, *(other for other in (device.marks if device else ()) if other != mark)][:ACCOUNTS_KEPT]
    response.set_cookie(
        COOKIE,
        signing.dumps({"n": nonce, "u": marks}, salt=SALT),
        max_age=LASTS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def mark_of(user_id: Any) -> str:
    """A person as this cookie and others like it name them."""
    return salted_hmac(SALT, str(user_id), algorithm="sha256").hexdigest()[:24]
