"""The second factor of staff: an authenticator app, and recovery codes for the day the phone is lost."""

from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User

METHOD = "mfa"  # the name allauth records a passed second factor under


def is_enrolled(user: "User") -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def is_complete(request: HttpRequest) -> bool:
    """Whether the present session has passed the second factor of its user."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == METHOD for record in records)


def mark_complete(request: HttpRequest, user: "User") -> None:
    """Note in the session that the second factor was passed just now."""
    record_authentication(request, user, METHOD, type=Authenticator.Type.TOTP.value)
