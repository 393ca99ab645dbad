"""What people contest: an objection to a finding, with words and one picture, decided by a person."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assessment.models import Finding
from registration.models import Household

if TYPE_CHECKING:
    from accounts.models import User

MAX_TEXT = 2000  # characters


class ObjectionState(models.TextChoices):
    OPEN = "open", _("Waiting for a decision")
    UPHELD = "upheld", _("Accepted")
    REJECTED = "rejected", _("Not accepted")


class Attachment(models.Model):
    """A picture re-encoded by us and sealed (AES-256-GCM); `size` in bytes of the picture."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.BinaryField()
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(name="attachment_is_a_picture_of_ours", condition=Q(media_type="image/jpeg")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def open(self) -> ObjectionQuerySet:
        return self.filter(state=ObjectionState.OPEN)

    def upheld(self) -> ObjectionQuerySet:
        return self.filter(state=ObjectionState.UPHELD)

    def visible_to(self, user: User) -> ObjectionQuerySet:
        return self.filter(household__in=Household.objects.visible_to(user).values("pk"))

    def to_be_decided_by(self, user: User) -> ObjectionQuerySet:
        """Objections from this officer's kelurahan (all for an admin), except about households of their own."""
        found = self.exclude(household__account=user)
        if user.is_admin:
            return found
        return found.filter(household__kelurahan__in=list(user.kelurahan_codes)) if user.is_officer else self.none()


class Objection(models.Model):
    """A family says why a finding is wrong. Open until an officer of its kelurahan or an admin decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="objections")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="objections")
    text = models.TextField(_("text"), max_length=MAX_TEXT)
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("raised"), db_default=Now(), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["household", "created_at"], name="objection_of_household"),
            models.Index(fields=["created_at"], condition=Q(state="open"), name="objection_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(state="open"), name="objection_one_open_per_finding"
            ),
            models.CheckConstraint(name="objection_state_known", condition=Q(state__in=ObjectionState.values)),
            models.CheckConstraint(name="objection_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="objection_decided_with_reason",
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True, reason="")
                | (
                    Q(state__in=["upheld", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reason="")
                ),
            ),
            models.CheckConstraint(
                name="objection_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("created_by")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.state == ObjectionState.OPEN
