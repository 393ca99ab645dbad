"""Django's e-mail through the outbox: no page waits for a mail server, and no mail tells of a rolled-back act."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from jobs.models import Channel
from jobs.outbox import enqueue


class OutboxEmailBackend(BaseEmailBackend):
    """Writes one outbox message per recipient. Mails are plain text; an HTML alternative is left out.

    Raises ValueError for attachments: files are offered on pages behind sign-in, not mailed.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            return sum(_enqueue(message) for message in email_messages)


def _enqueue(message: EmailMessage) -> int:
    if message.attachments:
        raise ValueError("The portal sends no attachments by e-mail.")
    recipients = message.recipients()
    for recipient in recipients:
        enqueue(channel=Channel.EMAIL, recipient=recipient, subject=str(message.subject), body=str(message.body))
    return 1 if recipients else 0
