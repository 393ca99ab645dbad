"""Recovering a forgotten password with a code sent to the phone or e-mail of the account.

Asking for a code does the same work and gives the same answer whether or not there is such an account: a request is
written either way, and for a miss the message is written too and taken back before the commit.
"""

import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.identifiers import Identifier
from accounts.models import RecoveryRequest, User
from accounts.telling import WAYS, tell, ways_to
from audit.services import record
from jobs.outbox import enqueue

CODE_DIGITS = 8
LASTS = timedelta(minutes=15)
MAX_TRIES = 5
CHANGED = (
    _("Your password has been changed"),
    _(
        "DTKS Jakarta: a new password was set with a code that was sent to you. If that was not you, come to your"
        " kelurahan with your KTP."
    ),
)

# One statement counts the try and says whether the request was still open, so parallel tries cannot exceed the limit.
COUNT_TRY = """
UPDATE accounts_recoveryrequest SET tries = tries + 1
WHERE id = %s AND used_at IS NULL AND tries < %s AND expires_at > statement_timestamp()
RETURNING code_digest, user_id
"""
USE_UP = "UPDATE accounts_recoveryrequest SET used_at = statement_timestamp() WHERE id = %s AND used_at IS NULL"


class CodeRefused(Exception):
    """Wrong, used, expired or tried too often: which of them is not told."""


@transaction.atomic
def request_recovery(*, identifier: Identifier, contact: Identifier, among: frozenset[Any] | None = None) -> UUID:
    """Send a code to `contact` if an account has both it and `identifier`; return the request's id either way.

    `among` narrows it to some accounts, by their keys.
    """
    user = _account_with(identifier, contact, among)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    now = timezone.now()
    request = RecoveryRequest(user=user, created_at=now, expires_at=now + LASTS)
    request.code_digest = _digest(request.pk, code)
    request.save()
    record(by=None, verb="accounts.request_recovery", subject=request)
    savepoint = transaction.savepoint()
    _send(contact=contact, code=code, user=user)
    if user is None:
        transaction.savepoint_rollback(savepoint)
    else:
        transaction.savepoint_commit(savepoint)
    return request.pk


def _account_with(identifier: Identifier, contact: Identifier, among: frozenset[Any] | None) -> User | None:
    rows: QuerySet[User] = User.objects.filter(is_active=True, **{f"{contact.kind}_index__in": contact.indexes})
    if identifier.kind == "nik":
        rows = rows.filter(nik_index__in=identifier.indexes)
    else:
        rows = rows.filter(username=identifier.value)
    if among is not None:
        rows = rows.filter(pk__in=among)
    return rows.order_by(F("nik_claimed_at").asc(nulls_last=True), F("last_login").desc(nulls_last=True)).first()


def _send(*, contact: Identifier, code: str, user: User | None) -> None:
    with translation.override(user.language if user else translation.get_language()):
        subject = gettext("Your code to set a new password")
        body = gettext(
            "Your code to set a new password for the DTKS portal is %(code)s. It works for %(minutes)d minutes. "
            "Give it to nobody, officers included. If you did not ask for it, do nothing."
        ) % {"code": f"{code[:4]} {code[4:]}", "minutes": LASTS.seconds // 60}
    channel = (*ways_to(contact.kind), *WAYS[contact.kind])[0]
    about = user.pk if user else None
    enqueue(channel=channel, recipient=contact.value, subject=subject, body=body, about_id=about)


def owner_of(*, request_id: UUID, code: str) -> User:
    """Count a try and return whose code this is. Raises CodeRefused."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(COUNT_TRY, [request_id, MAX_TRIES])
        row = cursor.fetchone()
    expected, user_id = (bytes(row[0]), row[1]) if row else (b"", None)
    is_right = hmac.compare_digest(expected, _digest(request_id, code))
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if not is_right or user is None:
        raise CodeRefused
    return user


@transaction.atomic
def set_new_password(*, request_id: UUID, user: User, password: str) -> None:
    """Use the request up and set the password; every session of the user ends, and all contacts are told.

    Raises CodeRefused when the request was used before.
    """
    with connection.cursor() as cursor:
        cursor.execute(USE_UP, [request_id])
        if cursor.rowcount != 1:
            raise CodeRefused
    services.change_password(user=user, password=password, by=user)
    tell(user=user, subject=CHANGED[0], body=CHANGED[1])


def forget_expired() -> int:
    """Remove requests that ended a day ago or earlier; returns how many."""
    deleted, _per_model = RecoveryRequest.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()
    return deleted


def _digest(request_id: Any, code: str) -> bytes:
    return salted_hmac("accounts.recovery", f"{request_id}:{code}", algorithm="sha256").digest()
