"""How long this room keeps the trace of a message; what it said is emptied days after it was sent (jobs.outbox)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.retention import RetentionClass
from jobs.models import OutboxMessage


def old_messages(before: datetime) -> models.QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(purged_at__isnull=False, created_at__lt=before)


CLASSES = (
    RetentionClass(
        key="messages",
        title=_("That a message was sent, without its text"),
        clock=_("the day it was written"),
        days=365,
        basis="UU 27/2022 pasal 42-44",
        subjects=old_messages,
    ),
)
