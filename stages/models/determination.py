"""The registry itself, apart from registrations: what the ministry has determined about whom, and as of when."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.models import AppendOnly
from identity.fields import KeyedIndexField
from registration.models import Phase


class DeterminationStatus(models.TextChoices):
    """The public statuses of Jakarta, less "in process" and "not registered", which no list of the ministry holds."""

    ELIGIBLE = "ditetapkan_layak", _("Determined and eligible")
    DATA_PROBLEM = "ditetapkan_masalah_data", _("Determined and eligible, population data need a repair")
    INELIGIBLE = "ditetapkan_tidak_layak", _("Determined and not eligible")
    REFUSED = "tidak_ditetapkan", _("Not determined")


IN_REGISTRY = (DeterminationStatus.ELIGIBLE, DeterminationStatus.DATA_PROBLEM, DeterminationStatus.INELIGIBLE)
POSITIVE = (DeterminationStatus.ELIGIBLE, DeterminationStatus.DATA_PROBLEM)


class DeterminationBatch(AppendOnly):
    """One imported list. `phase` is empty for a list that answers no phase (a registry of earlier years)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(
        Phase, on_delete=models.PROTECT, related_name="determination_batches", null=True, blank=True
    )
    registry_name = models.CharField(_("registry"), max_length=40)
    source = models.CharField(_("source"), max_length=200, help_text=_("The decree or letter the list came with"))
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, unique=True)
    row_count = models.PositiveIntegerField(_("rows"))
    index_key_id = models.CharField(max_length=40)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(_("imported"), db_default=Now())

    class Meta(AppendOnly.Meta):
        verbose_name = _("list of determinations")
        verbose_name_plural = _("lists of determinations")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return f"{self.registry_name} · {self.source}"


class DeterminationQuerySet(models.QuerySet["Determination"]):
    def about(self, indexes: Iterable[bytes]) -> DeterminationQuerySet:
        """Determinations of the person with these keyed indexes of a NIK, the one that stands first."""
        return self.filter(nik_index__in=list(indexes)).order_by("-as_of", "-id")


class Determination(AppendOnly):
    """What the ministry said about one person on one day. It belongs to no household.

    `name` is folded (`identity.names.fold_name`); `programmes` are codes as the list gave them; `reason` is the
    ministry's own wording of why not.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(DeterminationBatch, on_delete=models.PROTECT, related_name="determinations")
    line = models.PositiveIntegerField(_("line"))
    nik_index = KeyedIndexField()
    name = models.CharField(_("name"), max_length=100)
    birth_date = models.DateField(_("date of birth"))
    status = models.CharField(_("status"), max_length=30, choices=DeterminationStatus.choices)
    programmes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    as_of = models.DateField(_("as of"))
    registry_name = models.CharField(_("registry"), max_length=40)
    source = models.CharField(_("source"), max_length=200)

    objects = DeterminationQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("determination")
        verbose_name_plural = _("determinations")
        ordering = ["-as_of", "-id"]
        indexes = [models.Index(fields=["nik_index", "-as_of", "-id"], name="stages_determination_of_nik")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="stages_determination_line_once"),
            models.UniqueConstraint(
                fields=["batch", "nik_index"],
                name="stages_determination_once_per_list",
                deferrable=models.Deferrable.DEFERRED,  # so that the importer can name the lines that are doubled
            ),
            models.CheckConstraint(
                condition=Q(status__in=DeterminationStatus.values), name="stages_determination_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=POSITIVE) | ~Q(reason=""), name="stages_determination_no_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registry_name} {self.as_of} #{self.line}"

    @property
    def is_positive(self) -> bool:
        return self.status in POSITIVE

    @property
    def is_in_registry(self) -> bool:
        """Whether the person has been determined at all, eligible for assistance or not."""
        return self.status in IN_REGISTRY
