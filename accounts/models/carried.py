"""What was typed when a session had ended, on its way through the sign-in."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.fields import SealedJSONField


class CarriedFormQuerySet(models.QuerySet["CarriedForm"]):
    def alive(self) -> "CarriedFormQuerySet":
        return self.filter(expires_at__gt=Now())

    def expired(self) -> "CarriedFormQuerySet":
        return self.filter(expires_at__lte=Now())


class CarriedForm(models.Model):
    """One posted form, sealed. Written and read by `accounts.carrying` only.

    `browser` is a keyed digest of the cookie of the browser that posted it; `person` marks whose session had ended
    there (`accounts.devices`), empty where the browser did not know it any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.CharField(_("address"), max_length=300)
    browser = models.BinaryField(max_length=16)
    person = models.CharField(max_length=24, blank=True, default="")
    values = SealedJSONField()
    created_at = models.DateTimeField(_("posted"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    objects = CarriedFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("carried form")
        verbose_name_plural = _("carried forms")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="accounts_carried_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
