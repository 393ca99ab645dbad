"""How long this room keeps what: the log of who looked at what."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.looking import LOOKING
from audit.models import Act
from audit.retention import RetentionClass


def old_looks(before: datetime) -> models.QuerySet[Act]:
    return Act.objects.filter(verb__regex=LOOKING, at__lt=before)


CLASSES = (
    RetentionClass(
        key="access_log",
        title=_("Who looked at what"),
        clock=_("the look"),
        days=730,
        basis="UU 27/2022 pasal 31 dan 43",
        subjects=old_looks,
    ),
    RetentionClass(
        key="acts",
        title=_("Who changed or decided what (ids only)"),
        clock=_("the act"),
        days=None,
        basis="UU 43/2009 (jadwal retensi arsip)",
    ),
)
