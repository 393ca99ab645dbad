"""Which version of the privacy notice a person has been told and has agreed to, and when."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Consent(models.Model):
    """One agreement; the versions stand in `accounts.consents`. It goes with the account when that is deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    version = models.CharField(_("version of the notice"), max_length=20)
    language = models.CharField(_("language it was read in"), max_length=5)
    given_at = models.DateTimeField(_("given"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="accounts_consent_once_per_version"),
            models.CheckConstraint(condition=~models.Q(version=""), name="accounts_consent_has_version"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.version}"
