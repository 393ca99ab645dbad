"""Codes by message. A code follows from the id of its row and a secret, so that asking again within its time sends the
same code: whichever message arrives first is right.

Each code has a few tries, counted before they are compared, and serves once. It ends with its time, and with the change
of the number or address it was sent to.
"""

import hmac
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from accounts import tries
from accounts.models import MessageCode, Purpose, User
from accounts.telling import ways_to
from jobs.models import Channel
from jobs.outbox import enqueue

DIGITS = 6
LASTS = timedelta(minutes=30)
SERVES_AGAIN = timedelta(minutes=10)  # a code that lasts at least so long is sent again instead of a new one
MAX_TRIES = 5

COUNT_TRY = """
UPDATE accounts_messagecode SET tries = tries + 1
WHERE id = %s AND used_at IS NULL AND tries < %s AND expires_at > statement_timestamp()
RETURNING id
"""
USE_UP = "UPDATE accounts_messagecode SET used_at = statement_timestamp() WHERE id = %s AND used_at IS NULL"


class CodeRefused(Exception):
    """Wrong, used, expired or tried too often: which of them is not told."""


class TooManyMessages(Exception):
    """This person, or this number or address, has been sent enough codes for now."""


class NoWay(Exception):
    """No gateway leads to this kind of contact at present, or there is none."""


def digits_of(code: MessageCode) -> str:
    digest = salted_hmac("accounts.codes", str(code.pk), algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}}"


def open_code(user: User, purpose: Purpose, kind: str) -> MessageCode | None:
    """The newest code that still serves for the user's present number or address."""
    index = getattr(user, f"{kind}_index")
    if index is None:
        return None
    rows = MessageCode.objects.filter(user=user, purpose=purpose, kind=kind, contact_index=index, used_at=None)
    return rows.filter(tries__lt=MAX_TRIES, expires_at__gt=timezone.now()).order_by("-created_at").first()


def send_code(*, user: User, purpose: Purpose, kind: str, channel: Channel | None = None) -> MessageCode:
    """Send a code to the user's phone or e-mail, by `channel` or the first way there is.

    Counted before anything is sent. Raises NoWay and TooManyMessages. Must not be called inside a transaction.
    """
    ways = ways_to(kind)
    if not ways or not getattr(user, kind):
        raise NoWay
    if not _spend(user, purpose, kind):
        raise TooManyMessages
    return _send(user, purpose, kind, channel if channel in ways else ways[0])


def _spend(user: User, purpose: Purpose, kind: str) -> bool:
    """Count a message. Codes at sign-in are the owner's alone: nobody else can use them up by typing the number."""
    if not tries.spend("send.user", purpose.encode() + user.pk.bytes):
        return False
    if purpose == Purpose.SIGN_IN:
        return True
    return tries.spend("send.contact", kind.encode() + bytes(getattr(user, f"{kind}_index")))


@transaction.atomic
def _send(user: User, purpose: Purpose, kind: str, channel: Channel) -> MessageCode:
    locked = User.objects.select_for_update().get(pk=user.pk)
    code = open_code(locked, purpose, kind)
    now = timezone.now()
    if code is None or code.expires_at < now + SERVES_AGAIN:
        index = getattr(locked, f"{kind}_index")
        code = MessageCode.objects.create(
            user=locked, purpose=purpose, kind=kind, contact_index=index, created_at=now, expires_at=now + LASTS
        )
    with translation.override(locked.language):
        subject, body = words_for(purpose, digits_of(code))
    enqueue(channel=channel, recipient=getattr(locked, kind), subject=subject, body=body, about_id=locked.pk)
    return code


def words_for(purpose: Purpose, digits: str) -> tuple[str, str]:
    """Subject and text, short enough for one SMS."""
    params = {"code": f"{digits[:3]} {digits[3:]}", "minutes": int(LASTS.total_seconds() // 60)}
    if purpose == Purpose.SIGN_IN:
        text = gettext(
            "DTKS Jakarta: %(code)s is your code to sign in. It works for %(minutes)d minutes. Give it to nobody,"
            " officers included."
        )
        return gettext("Your code to sign in"), text % params
    text = gettext(
        "DTKS Jakarta: %(code)s is the code for this number or address. It works for %(minutes)d minutes. Not yours?"
        " Then do nothing."
    )
    return gettext("Your code for DTKS Jakarta"), text % params


def count_try(code: MessageCode) -> None:
    """Count a try before it is compared. Raises CodeRefused once there are none left. Not inside a transaction."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(COUNT_TRY, [code.pk, MAX_TRIES])
        if cursor.fetchone() is None:
            raise CodeRefused


def use_up(code: MessageCode) -> None:
    """Take the code out of use; of several at once one succeeds, the others get CodeRefused."""
    with connection.cursor() as cursor:
        cursor.execute(USE_UP, [code.pk])
        if cursor.rowcount != 1:
            raise CodeRefused


def is_right(code: MessageCode, typed: str) -> bool:
    return hmac.compare_digest(digits_of(code).encode(), typed.encode("utf-8", "surrogatepass"))


def accept(*, user: User, purpose: Purpose, kind: str, typed: str) -> MessageCode:
    """The code that `typed` is, used up. Raises CodeRefused."""
    code = open_code(user, purpose, kind)
    if code is None:
        raise CodeRefused
    count_try(code)
    if not is_right(code, typed):
        raise CodeRefused
    use_up(code)
    return code


def forget_expired() -> int:
    """Remove codes that ended a day ago or earlier; returns how many."""
    deleted, _per_model = MessageCode.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()
    return deleted
