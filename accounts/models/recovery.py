"""Requests to recover a password."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecoveryRequest(models.Model):
    """One request, with or without an account behind it, so that both leave the same trace and the same answer.

    `code_digest` is a keyed digest of the code that was sent; a request serves once, for a few tries, until it expires.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    code_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery request")
        verbose_name_plural = _("recovery requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="accounts_recovery_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
