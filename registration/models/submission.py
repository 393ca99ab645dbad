"""What a submission leaves behind: its reservation of NIK and KK numbers, and a frozen copy."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import AppendOnly
from identity.fields import KeyedIndexField, SealedJSONField
from registration.models.draft import Draft
from registration.models.household import Channel, Household
from registration.models.phase import Phase


class SlotKind(models.TextChoices):
    NIK = "nik", _("NIK")
    KK = "kk", _("KK number")


class Slot(models.Model):
    """A NIK or KK number is registered once in a phase: whoever holds its slot. Withdrawal deletes the slots.

    After an accepted claim the slot is promised to the claimant's draft, so that nobody is quicker; it then has no
    household until that draft is submitted.
    """

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="slots")
    kind = models.CharField(max_length=3, choices=SlotKind.choices)
    index = KeyedIndexField()
    household = models.ForeignKey(Household, on_delete=models.CASCADE, null=True, blank=True, related_name="slots")
    promised_to = models.ForeignKey(
        Draft, on_delete=models.CASCADE, null=True, blank=True, related_name="promised_slots"
    )

    class Meta:
        verbose_name = _("reserved number")
        verbose_name_plural = _("reserved numbers")
        constraints = [
            models.UniqueConstraint(fields=["phase", "kind", "index"], name="slot_once_per_phase"),
            models.CheckConstraint(name="slot_kind_known", condition=Q(kind__in=SlotKind.values)),
            models.CheckConstraint(
                name="slot_held_or_promised",
                condition=Q(household__isnull=False, promised_to__isnull=True)
                | Q(household__isnull=True, promised_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.household_id}"


class Submission(AppendOnly):
    """The frozen copy of what was submitted, in words of the form, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    payload = SealedJSONField()
    submitted_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(fields=["household", "number"], name="submission_number_once"),
            models.CheckConstraint(name="submission_number_from_1", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} #{self.number}"
