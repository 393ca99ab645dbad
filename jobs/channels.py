"""Ways a message leaves the portal, behind one protocol. Which class serves a channel is a setting (DTKS_CHANNELS).

A channel sends one message or raises; `Undeliverable` means that trying again is pointless.
"""

import logging
import sys
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

SMTP_TIMEOUT = 15  # seconds
DEFAULT_CHANNELS = {
    "email": "jobs.channels.LogChannel",
    "sms": "jobs.channels.LogChannel",
    "whatsapp": "jobs.channels.LogChannel",
}


class Undeliverable(Exception):
    """The message can never be delivered as it is, such as an address that does not exist."""


@dataclass(frozen=True)
class OutgoingMessage:
    """A message in the clear, for the moment of sending. Its id is the same at every try."""

    id: UUID
    channel: str
    recipient: str
    subject: str
    body: str

    def __repr__(self) -> str:
        return f"<message {self.id} by {self.channel}>"


class MessageChannel(Protocol):
    def send(self, message: OutgoingMessage) -> None: ...


class LogChannel:
    """Says that there is a message, and nothing of it; the text stays sealed in the outbox (demo and development)."""

    def send(self, message: OutgoingMessage) -> None:
        log.info("Message %s by %s stays in the outbox (%d characters)", message.id, message.channel, len(message.body))


class NoGateway:
    """Stands where production has no gateway for a channel: a message is given up, and nobody counts on it."""

    def send(self, message: OutgoingMessage) -> None:
        raise Undeliverable("no gateway is configured for this channel")


class ConsoleChannel:
    """Prints a message to the terminal, so that a developer can read a code. Refuses where DEBUG is off."""

    def send(self, message: OutgoingMessage) -> None:
        if not settings.DEBUG:
            raise Undeliverable("messages are printed on a developer's machine only")
        sys.stdout.write(f"\n[{message.channel}] {message.recipient}\n{message.subject}\n{message.body}\n\n")
        sys.stdout.flush()


class SmtpChannel:
    """E-mail through Django's SMTP settings (EMAIL_HOST and friends). A doubled message keeps its Message-ID."""

    def send(self, message: OutgoingMessage) -> None:
        from_address = settings.DEFAULT_FROM_EMAIL
        domain = from_address.rpartition("@")[2].strip(">") or "localhost"
        mail = EmailMessage(
            subject=message.subject,
            body=message.body,
            from_email=from_address,
            to=[message.recipient],
            headers={"Message-ID": f"<{message.id}@{domain}>", "Auto-Submitted": "auto-generated"},
        )
        SmtpBackend(timeout=SMTP_TIMEOUT).send_messages([mail])


@cache
def channel_for(channel: str) -> MessageChannel:
    paths = {**DEFAULT_CHANNELS, **getattr(settings, "DTKS_CHANNELS", {})}
    backend: MessageChannel = import_string(paths[channel])()
    return backend


def can_send(channel: str) -> bool:
    """Whether a channel leads anywhere, so that people who have only this one need no paper."""
    return not isinstance(channel_for(channel), NoGateway)


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "DTKS_CHANNELS":
        channel_for.cache_clear()


setting_changed.connect(_forget, dispatch_uid="jobs.channels")
