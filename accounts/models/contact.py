"""Codes by message: to prove that a phone or an e-mail is in one's hands, and as a second step of signing in."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField


class ContactKind(models.TextChoices):
    PHONE = "phone", _("Mobile number")
    EMAIL = "email", _("E-mail")


class Purpose(models.TextChoices):
    VERIFY = "verify", _("to verify a number or address")
    SIGN_IN = "sign_in", _("to sign in")


class MessageCode(models.Model):
    """One code for one person. The code itself follows from the row's id and a secret (`accounts.codes`).

    `contact_index` is that of the number or address it was sent to: a code ends with the change of either.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    kind = models.CharField(_("kind"), max_length=5, choices=ContactKind.choices)
    contact_index = KeyedIndexField()
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("code by message")
        verbose_name_plural = _("codes by message")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="accounts_code_expires_later"
            ),
            models.CheckConstraint(condition=models.Q(purpose__in=Purpose.values), name="accounts_code_purpose_known"),
            models.CheckConstraint(condition=models.Q(kind__in=ContactKind.values), name="accounts_code_kind_known"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
