"""The receipt of one submission, as it is printed: with a code that proves it is ours."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField, SealedTextField
from registration.models.household import Household


class Receipt(models.Model):
    """One per submission of a household. `secret` are 96 random bits (base 32); whoever holds the paper can have it
    checked. `number` is that of the submission, so that a paper older than the registration is told apart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="receipts")
    number = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField()
    people = models.PositiveSmallIntegerField()
    families = models.PositiveSmallIntegerField()
    secret = SealedTextField()
    secret_index = KeyedIndexField(unique=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(fields=["household", "number"], name="receipt_once_per_submission"),
            models.CheckConstraint(name="receipt_number_from_1", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} #{self.number}"
