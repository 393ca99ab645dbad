"""Verdicts drawn at random for a quality check, and what a person found when looking at each."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _


class SampledVerdictQuerySet(models.QuerySet["SampledVerdict"]):
    def unchecked(self) -> "SampledVerdictQuerySet":
        return self.filter(is_right__isnull=True)

    def tally(self) -> dict[str, int]:
        """How many were drawn, checked and found right."""
        return self.aggregate(
            drawn=Count("pk"),
            checked=Count("pk", filter=Q(is_right__isnull=False)),
            right=Count("pk", filter=Q(is_right=True)),
        )


class SampledVerdict(models.Model):
    """One verdict of a sample. `draw` and `place` are reproducible: see `matching.sampling.draw_sample`."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, related_name="sample", db_index=False)
    verdict = models.ForeignKey("matching.PersonVerdict", on_delete=models.CASCADE, related_name="samples")
    draw = models.PositiveSmallIntegerField(_("draw"))
    place = models.PositiveSmallIntegerField(_("number"))
    is_right = models.BooleanField(_("right"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)

    objects = SampledVerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict drawn for a check")
        verbose_name_plural = _("verdicts drawn for a check")
        constraints = [
            models.UniqueConstraint(fields=["run", "draw", "place"], name="matching_sample_place_once"),
            models.UniqueConstraint(fields=["run", "verdict"], name="matching_sample_verdict_once"),
            models.CheckConstraint(
                condition=Q(is_right__isnull=True, checked_by__isnull=True, checked_at__isnull=True, note="")
                | Q(is_right__isnull=False, checked_by__isnull=False, checked_at__isnull=False),
                name="matching_sample_checked_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(is_right=False) | ~Q(note=""), name="matching_sample_wrong_with_a_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.draw}.{self.place}"

    @property
    def is_checked(self) -> bool:
        return self.is_right is not None
