import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.mail import EmailMessage, send_mail
from django.db import connection, transaction
from django.test import override_settings

from jobs.channels import OutgoingMessage, Undeliverable
from jobs.models import Channel, MessageState, OutboxMessage
from jobs.outbox import MAX_TRIES, OutsideTransaction, dispatch, enqueue, enqueue_all, purge_sent, requeue
from jobs.tasks import dispatch_outbox

PHONE = "+6281200000001"
BODY = "Kode Anda 123456"


class Recording:
    """A channel that remembers what it sent; raises what `failure` says."""

    sent: list[UUID] = []
    failure: Exception | None = None

    def send(self, message: OutgoingMessage) -> None:
        assert (message.recipient, message.body) == (PHONE, BODY)
        if Recording.failure is not None:
            raise Recording.failure
        Recording.sent.append(message.id)


@pytest.fixture(autouse=True)
def _recording() -> Iterator[None]:
    Recording.sent, Recording.failure = [], None
    with override_settings(DTKS_CHANNELS={"sms": f"{__name__}.Recording"}):
        yield


def write(dedupe_key: str | None = None) -> OutboxMessage:
    with transaction.atomic():
        return enqueue(channel=Channel.SMS, recipient=PHONE, body=BODY, dedupe_key=dedupe_key)


def due_again() -> None:
    OutboxMessage.objects.update(available_at="2026-01-01T00:00Z")


@pytest.mark.django_db(transaction=True)
def test_a_message_belongs_to_a_transaction() -> None:
    with pytest.raises(OutsideTransaction):
        enqueue(channel=Channel.SMS, recipient=PHONE, body=BODY)
    with transaction.atomic():
        enqueue(channel=Channel.SMS, recipient=PHONE, body=BODY)
        transaction.set_rollback(True)
    assert OutboxMessage.objects.count() == 0
    assert dispatch() == 0


@pytest.mark.django_db
def test_a_message_is_sent_once_and_stays_sealed() -> None:
    message = write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, subject, body FROM jobs_outboxmessage")
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert PHONE.encode() not in stored
    assert b"123456" not in stored
    assert dispatch_outbox() == 1
    assert dispatch_outbox() == 0
    assert Recording.sent == [message.pk]
    message.refresh_from_db()
    assert message.state == MessageState.SENT


@pytest.mark.django_db
def test_what_somebody_waits_for_goes_before_a_citys_notices() -> None:
    notices = [OutboxMessage(channel=Channel.SMS, recipient=PHONE, body=BODY) for _number in range(3)]
    with transaction.atomic():
        enqueue_all(messages=notices)
    code = write()
    assert dispatch() == 4
    assert Recording.sent[0] == code.pk
    assert set(Recording.sent[1:]) == {notice.pk for notice in notices}


@pytest.mark.django_db
def test_a_dedupe_key_writes_a_message_once() -> None:
    first, second = write("stage:1:notice"), write("stage:1:notice")
    assert first.pk == second.pk
    assert write().pk != write().pk
    assert dispatch() == 3


@pytest.mark.django_db
def test_a_failing_channel_is_tried_again_later_and_given_up_in_the_end(caplog: pytest.LogCaptureFixture) -> None:
    message = write()
    Recording.failure = ConnectionError(PHONE)
    assert dispatch() == 0
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (MessageState.WAITING, 1, "ConnectionError")
    assert dispatch() == 0
    assert OutboxMessage.objects.get().attempts == 1, "not before its pause is over"
    for _try in range(MAX_TRIES - 1):
        due_again()
        dispatch()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.FAILED, MAX_TRIES)
    assert PHONE not in caplog.text
    Recording.failure = None
    assert requeue(message=message)
    assert dispatch() == 1
    assert not requeue(message=message)


@pytest.mark.django_db
def test_what_can_never_arrive_is_given_up_at_once() -> None:
    message = write()
    Recording.failure = Undeliverable()
    dispatch()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.FAILED, 1)


@pytest.mark.django_db
def test_a_message_of_a_dead_dispatcher_is_taken_over() -> None:
    write()
    OutboxMessage.objects.update(lease_until="2100-01-01T00:00Z", token=1)
    assert dispatch() == 0
    OutboxMessage.objects.update(lease_until="2026-01-01T00:00Z")
    assert dispatch() == 1


@pytest.mark.django_db(transaction=True)
def test_dispatchers_side_by_side_send_each_message_once() -> None:
    messages = {write().pk for _number in range(30)}

    def body() -> None:
        dispatch()
        connection.close()

    threads = [threading.Thread(target=body) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(Recording.sent) == 30
    assert set(Recording.sent) == messages


@pytest.mark.django_db
def test_old_messages_are_emptied_and_waiting_ones_kept() -> None:
    old, waiting = write(), write()
    OutboxMessage.objects.update(created_at="2026-01-01T00:00Z")
    OutboxMessage.objects.filter(pk=old.pk).update(state=MessageState.SENT, sent_at="2026-01-01T00:00Z")
    assert purge_sent() == 1
    old.refresh_from_db()
    waiting.refresh_from_db()
    assert (old.recipient, old.subject, old.body) == (None, None, None)
    assert (waiting.recipient, waiting.body) == (PHONE, BODY)


@pytest.mark.django_db(transaction=True)
@override_settings(EMAIL_BACKEND="jobs.mail.OutboxEmailBackend")
def test_mail_goes_through_the_outbox() -> None:
    assert send_mail("Kode", "Isi", None, ["siti@example.com", "budi@example.com"]) == 1
    written = {(m.channel, m.recipient, m.subject, m.body) for m in OutboxMessage.objects.all()}
    assert written == {("email", f"{name}@example.com", "Kode", "Isi") for name in ("siti", "budi")}


@pytest.mark.django_db
@override_settings(EMAIL_BACKEND="jobs.mail.OutboxEmailBackend")
def test_mail_with_attachments_is_refused() -> None:
    mail = EmailMessage("a", "b", None, ["siti@example.com"], attachments=[("a.txt", "x", "text/plain")])
    with pytest.raises(ValueError, match="attachments"):
        mail.send()
