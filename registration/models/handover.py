"""A draft handed to the officer's desk: the citizen asks for help, the kelurahan takes the draft in with a code."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import SealedTextField
from registration.models.draft import Draft
from registration.references import ALPHABET

LETTERS = 11  # of 30: 54 random bits


def new_handover_code() -> str:
    """A fresh code such as "7K2M-Q4XH-3PW" (54 random bits)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


class HandoverEnd(models.TextChoices):
    REVOKED = "revoked", _("Taken back by the citizen")
    RETURNED = "returned", _("Handed back by the kelurahan")
    SUBMITTED = "submitted", _("Sent")
    REPLACED = "replaced", _("Replaced by a new code")


class HandoverQuerySet(models.QuerySet["Handover"]):
    def open(self) -> HandoverQuerySet:
        """Not ended, and if nobody has taken it yet, not too old to be taken."""
        return self.filter(ended_at__isnull=True).filter(Q(taken_at__isnull=False) | Q(expires_at__gt=Now()))

    def taken(self) -> HandoverQuerySet:
        return self.filter(ended_at__isnull=True, taken_at__isnull=False)

    def waiting(self) -> HandoverQuerySet:
        return self.open().filter(taken_at__isnull=True)


class Handover(models.Model):
    """For one kelurahan. `code` is sealed; `code_digest` (keyed) finds it. It can be taken until `expires_at`, then is
    the kelurahan's to fill in until it is given back, taken back or submitted. The draft stays the citizen's.

    `consent_at` is when the citizen agreed, before an officer, that the officer submits.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="handovers")
    kelurahan = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="handovers")
    code = SealedTextField()
    code_digest = models.BinaryField(max_length=16, unique=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("can be taken until"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    consent_at = models.DateTimeField(_("consent given"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end = models.CharField(_("how it ended"), max_length=10, choices=HandoverEnd.choices, blank=True, default="")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["opened_at", "id"]
        indexes = [
            models.Index(fields=["kelurahan", "taken_at"], condition=Q(ended_at=None), name="handover_open_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["draft"], condition=Q(ended_at=None), name="handover_one_open_per_draft"),
            models.CheckConstraint(
                name="handover_taken_pair",
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="handover_consent_pair",
                condition=Q(consent_by__isnull=True, consent_at__isnull=True)
                | Q(consent_by__isnull=False, consent_at__isnull=False, taken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="handover_ended_with_reason",
                condition=Q(ended_by__isnull=True, ended_at__isnull=True, end="")
                | Q(ended_by__isnull=False, ended_at__isnull=False, end__in=HandoverEnd.values),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_taken(self) -> bool:
        return self.taken_at is not None and self.ended_at is None
