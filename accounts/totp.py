"""Codes of the authenticator app (TOTP, RFC 6238: SHA-1, 30 seconds, six digits), each accepted once.

The time step accepted last is kept in the authenticator's row and compared under a row lock, so a code read over
someone's shoulder is refused by every process, and so is any older one.
"""

import base64
import hashlib
import hmac
import secrets
import struct
import time
from typing import TYPE_CHECKING, Any

from django.db import transaction

if TYPE_CHECKING:
    from accounts.models import User

PERIOD = 30  # seconds of one step
DIGITS = 6
TOLERANCE = 1  # steps before and after the present one, for clocks that are off
LAST_STEP = "last_step"


def new_secret() -> str:
    """160 random bits in base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def in_groups(secret: str) -> str:
    """The secret as people copy it: four letters at a time."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def code_at(secret: str, step: int) -> str:
    """The code of a time step (seconds since 1970 divided by 30)."""
    digest = hmac.new(base64.b32decode(secret, casefold=True), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def present_step() -> int:
    return int(time.time()) // PERIOD


def current_code(secret: str, *, steps_ahead: int = 0) -> str:
    """The code an authenticator app shows now, or `steps_ahead` half minutes later (one ahead is accepted already)."""
    return code_at(secret, present_step() + steps_ahead)


def matching_step(secret: str, code: str, *, after: int = -1) -> int | None:
    """The step within tolerance, later than `after`, whose code this is."""
    typed = "".join(code.split()).encode("utf-8", "surrogatepass")
    now = present_step()
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), typed) and step > after:
            return step
    return None


@transaction.atomic
def accept_code(*, user: "User", code: str) -> bool:
    """Whether `code` is one the user's app may show now and none was accepted for its step or a later one.

    Accepting it uses it up.
    """
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import decrypt

    authenticator: Any = (
        Authenticator.objects.select_for_update().filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
    )
    if authenticator is None:
        return False
    step = matching_step(decrypt(authenticator.data["secret"]), code, after=int(authenticator.data.get(LAST_STEP, -1)))
    if step is None:
        return False
    authenticator.data[LAST_STEP] = step
    authenticator.save(update_fields=["data"])
    return True
