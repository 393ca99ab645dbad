"""Slips with which the kelurahan lets somebody back into an account."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecoverySlipQuerySet(models.QuerySet["RecoverySlip"]):
    def open(self) -> "RecoverySlipQuerySet":
        """Slips that still serve."""
        return self.filter(used_at=None, cancelled_at=None, expires_at__gt=Now())


class RecoverySlip(models.Model):
    """One slip, handed over by one officer who has seen the KTP. Only a keyed digest of its code is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_slips")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    objects = RecoverySlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery slip")
        verbose_name_plural = _("recovery slips")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="accounts_slip_expires_later"
            ),
            models.CheckConstraint(
                condition=models.Q(used_at=None) | models.Q(cancelled_at=None), name="accounts_slip_used_or_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
