"""A page somebody has asked for as PDF: a row that workers take, and for a day the finished file, sealed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.sealing import seal, unseal


class DocumentState(models.TextChoices):
    WAITING = "waiting", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")


class DocumentQuerySet(models.QuerySet["Document"]):
    def asked_by(self, person_id: uuid.UUID) -> DocumentQuerySet:
        """A document belongs to who asked for it; it does not exist for anybody else."""
        return self.filter(asked_by_id=person_id, expires_at__gt=Now())


class Document(models.Model):
    """`kind` names who makes it (`jobs.printing.making`), `about_id` the row it is about; no personal data in `params`.

    `content` is the PDF, sealed for this row. What has expired is not served and soon deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    asked_by_id = models.UUIDField(_("asked by"))
    about_id = models.UUIDField(_("about"))
    language = models.CharField(_("language"), max_length=5)
    params = models.JSONField(default=dict, blank=True)
    file_name = models.CharField(max_length=80, blank=True)
    content = models.BinaryField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=DocumentState.choices, default=DocumentState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    token = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    available_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(_("asked for"), db_default=Now())
    ready_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"))
    error = models.CharField(_("error"), max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["available_at"], condition=Q(state=DocumentState.WAITING), name="jobs_document_next"),
            models.Index(fields=["expires_at"], name="jobs_document_expires"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DocumentState.values), name="jobs_document_state"),
            models.CheckConstraint(
                condition=Q(state=DocumentState.READY, content__isnull=False, ready_at__isnull=False)
                | (~Q(state=DocumentState.READY) & Q(content__isnull=True, ready_at__isnull=True)),
                name="jobs_document_ready_is_whole",
            ),
            models.UniqueConstraint(
                fields=["kind", "asked_by_id", "about_id", "language"],
                condition=Q(state=DocumentState.WAITING),
                name="jobs_document_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.id}"

    @property
    def is_ready(self) -> bool:
        return self.state == DocumentState.READY

    @property
    def is_failed(self) -> bool:
        return self.state == DocumentState.FAILED

    def sealed(self, pdf: bytes) -> bytes:
        return seal(pdf, context=self._context)

    def pdf(self) -> bytes:
        """The finished file. Raises ValueError while there is none."""
        if self.content is None:
            raise ValueError("This document has not been made yet.")
        return unseal(bytes(self.content), context=self._context)

    @property
    def _context(self) -> str:
        return f"jobs_document.content:{self.pk}"
