"""The outbox: messages are written in the transaction that causes them and sent afterwards, at least once."""

import logging
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from jobs.channels import OutgoingMessage, Undeliverable, channel_for
from jobs.models import Channel, MessageState, OutboxMessage
from jobs.wakeups import wake

log = logging.getLogger(__name__)

MAX_TRIES = 8
FIRST_PAUSE = 10.0  # seconds; doubles with each try
LONGEST_PAUSE = 3600.0
LEASE = 120.0  # seconds one worker may take for one message

TAKE = """
UPDATE jobs_outboxmessage SET token = token + 1, attempts = attempts + 1,
       lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id = (
    SELECT id FROM jobs_outboxmessage
    WHERE state = 'waiting' AND available_at <= clock_timestamp()
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
    ORDER BY urgent DESC, available_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
RETRY = """
UPDATE jobs_outboxmessage SET lease_until = NULL, error = %s,
       available_at = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND token = %s AND state = 'waiting'
"""


class OutsideTransaction(RuntimeError):
    """A message must be written in the transaction of its cause, or it could tell of something that never happened."""


def enqueue(
    *,
    channel: Channel,
    recipient: str,
    subject: str = "",
    body: str,
    dedupe_key: str | None = None,
    about_id: UUID | None = None,
) -> OutboxMessage:
    """Write a message to be sent after the commit. Recipient, subject and body are sealed.

    `about_id` is the account or household it is about: "Data saya" lists what was sent. With a `dedupe_key` (no
    personal data in it) the message is written once, and the first one is returned. Raises OutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("enqueue() must be called inside transaction.atomic().")
    message = OutboxMessage(
        channel=channel,
        recipient=recipient,
        subject=subject,
        body=body,
        dedupe_key=dedupe_key or None,
        about_id=about_id,
    )
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    stored = OutboxMessage.objects.get(dedupe_key=dedupe_key) if dedupe_key else message
    if stored.pk == message.pk:
        wake("jobs.dispatch_outbox")
    return stored


def enqueue_all(*, messages: Sequence[OutboxMessage]) -> None:
    """Write many messages, not saved yet, to be sent after the commit; one whose dedupe_key is there is left out.

    They let those go first that somebody waits for (`enqueue`). Raises OutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("enqueue_all() must be called inside transaction.atomic().")
    for message in messages:
        message.urgent = False
    if messages:
        OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True, batch_size=500)
        wake("jobs.dispatch_outbox")


def dispatch(*, limit: int = 500, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Send waiting messages one after another and return how many were sent. Several dispatchers may run."""
    sent = 0
    for _number in range(limit):
        if should_stop():
            break
        message = _take()
        if message is None:
            break
        sent += _send(message)
    return sent


def _take() -> OutboxMessage | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, {"lease": LEASE})
        row = cursor.fetchone()
    return OutboxMessage.objects.get(pk=row[0]) if row else None


def _send(message: OutboxMessage) -> bool:
    try:
        channel_for(message.channel).send(
            OutgoingMessage(
                id=message.pk,
                channel=message.channel,
                recipient=message.recipient or "",
                subject=message.subject or "",
                body=message.body or "",
            )
        )
    except Undeliverable as error:
        _give_up(message, error)
        return False
    except Exception as error:
        if message.attempts >= MAX_TRIES:
            _give_up(message, error)
        else:
            _retry_later(message, error)
        return False
    _held(message).update(state=MessageState.SENT, sent_at=Now(), lease_until=None, error="")
    return True


def _held(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """The message, if this dispatcher still holds it."""
    return OutboxMessage.objects.filter(pk=message.pk, token=message.token, state=MessageState.WAITING)


def _give_up(message: OutboxMessage, error: Exception) -> None:
    log.error("Message %s could not be sent: %s", message.pk, type(error).__name__)
    _held(message).update(state=MessageState.FAILED, lease_until=None, error=type(error).__name__)


def _retry_later(message: OutboxMessage, error: Exception) -> None:
    pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311
    log.warning("Message %s will be tried again in %.0f s: %s", message.pk, pause, type(error).__name__)
    with connection.cursor() as cursor:
        cursor.execute(RETRY, [type(error).__name__, pause, message.pk, message.token])


def requeue(*, message: OutboxMessage) -> bool:
    """Try a given-up message again from the start; False if it is not given up, or already purged."""
    changed = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.FAILED, purged_at__isnull=True).update(
        state=MessageState.WAITING, attempts=0, error="", available_at=Now(), token=F("token") + 1
    )
    return bool(changed)


def purge_sent() -> int:
    """Empty what was sent (or given up) days ago: who got it and what it said are not needed any more."""
    days = int(getattr(settings, "DTKS_OUTBOX_KEEP_DAYS", 7))
    return (
        OutboxMessage.objects.exclude(state=MessageState.WAITING)
        .filter(purged_at__isnull=True, created_at__lt=Now() - timedelta(days=days))
        .update(recipient=None, subject=None, body=None, purged_at=Now())
    )
