"""What has been destroyed, when, and under which rule: counts and ids of runs, never what it was."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.models import AppendOnly


class Destruction(AppendOnly):
    """One batch of one retention class, written in the transaction that destroyed it.

    `counts` is {table: rows}; `days` how long the class was kept at that time, `before` the resulting day.
    """

    id = models.BigAutoField(primary_key=True)
    run_id = models.UUIDField(_("run"), default=uuid.uuid4)
    retention_class = models.CharField(_("class"), max_length=40)
    days = models.PositiveIntegerField(_("kept for days"))
    before = models.DateTimeField(_("older than"))
    subjects = models.PositiveIntegerField(_("how many"))
    counts = models.JSONField(_("rows by table"), default=dict)
    basis = models.CharField(_("legal basis"), max_length=200)
    at = models.DateTimeField(_("destroyed"), db_default=Now())

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("destruction record")
        verbose_name_plural = _("destruction records")
        ordering = ["-id"]
        indexes = [models.Index(fields=["run_id", "id"], name="audit_destruction_run")]
        constraints = [
            models.CheckConstraint(condition=~Q(retention_class=""), name="audit_destruction_has_class"),
            models.CheckConstraint(condition=Q(subjects__gte=1), name="audit_destruction_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.retention_class} · {self.subjects}"
