"""The history of a phase's moves, the papers it needs before it starts, and requests to go back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.models import AppendOnly
from registration.models import Phase
from registration.stage import Stage

DEFAULT_QUORUM = 10


class PhasePlan(models.Model):
    """What a phase must have on paper before registration opens. The quorum is data: no public rule fixes it."""

    phase = models.OneToOneField(Phase, on_delete=models.CASCADE, related_name="plan", verbose_name=_("phase"))
    legal_basis = models.TextField(_("legal basis"), blank=True)
    documents = models.TextField(
        _("documents to bring"), blank=True, help_text=_("One per line, as families will read them.")
    )
    muskel_quorum = models.PositiveSmallIntegerField(
        _("muskel quorum"), default=DEFAULT_QUORUM, help_text=_("Least number of people who must attend.")
    )

    class Meta:
        verbose_name = _("papers of the phase")
        verbose_name_plural = _("papers of the phase")
        constraints = [models.CheckConstraint(condition=Q(muskel_quorum__gte=1), name="stages_plan_quorum_positive")]

    def __str__(self) -> str:
        return str(self.phase)

    @property
    def document_list(self) -> list[str]:
        return [line.strip() for line in self.documents.splitlines() if line.strip()]


class EntryKind(models.TextChoices):
    ADVANCE = "advance", _("Moved forward")
    CLOSE = "close", _("Closed")
    SUSPEND = "suspend", _("Suspended")
    RESUME = "resume", _("Resumed")
    EXTEND = "extend", _("Registration extended")
    REOPEN = "reopen", _("Went back")


class StageEntry(AppendOnly):
    """One act on a phase. `number` counts them per phase, so that two acts can never take the same place.

    `data` holds what belongs to the kind: {"closes_at": …} of an extension, {"kelurahan": […]} of a reopening.
    """

    id = models.BigAutoField(primary_key=True)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="entries", verbose_name=_("phase"))
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("what"), max_length=10, choices=EntryKind.choices)
    from_stage = models.PositiveSmallIntegerField(_("from stage"), choices=Stage.choices)
    to_stage = models.PositiveSmallIntegerField(_("to stage"), choices=Stage.choices)
    at = models.DateTimeField(_("time"), db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("second signature"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("stage entry")
        verbose_name_plural = _("stage entries")
        ordering = ["phase", "number"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "number"], name="stages_entry_number_once"),
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="stages_entry_kind_known"),
            models.CheckConstraint(
                condition=Q(from_stage__gte=1, from_stage__lte=11, to_stage__gte=1, to_stage__lte=11),
                name="stages_entry_stages_1_to_11",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.ADVANCE, to_stage=F("from_stage") + 1)
                | Q(kind=EntryKind.REOPEN, to_stage__lte=F("from_stage"))
                | (~Q(kind__in=(EntryKind.ADVANCE, EntryKind.REOPEN)) & Q(to_stage=F("from_stage"))),
                name="stages_entry_one_step_forward",
            ),
            models.CheckConstraint(
                condition=(Q(kind=EntryKind.REOPEN, second_by__isnull=False) & ~Q(second_by=F("by")))
                | (~Q(kind=EntryKind.REOPEN) & Q(second_by__isnull=True)),
                name="stages_entry_reopened_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase_id} #{self.number} {self.kind}"


class ReopenRequest(models.Model):
    """One person asks to go back, another confirms or declines. `kelurahan` limits which muskel are unlocked
    (empty: all of them) when the way back leads to the muskel."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="reopen_requests")
    from_stage = models.PositiveSmallIntegerField(_("from stage"), choices=Stage.choices)
    to_stage = models.PositiveSmallIntegerField(_("to stage"), choices=Stage.choices)
    kelurahan = ArrayField(models.CharField(max_length=13), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("request to go back")
        verbose_name_plural = _("requests to go back")
        constraints = [
            models.UniqueConstraint(
                fields=["phase"], condition=Q(settled_at__isnull=True), name="stages_reopen_one_open_request"
            ),
            models.CheckConstraint(condition=Q(to_stage__lte=F("from_stage")), name="stages_reopen_goes_back"),
            models.CheckConstraint(condition=~Q(reason=""), name="stages_reopen_has_reason"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, confirmed__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False, confirmed__isnull=False),
                name="stages_reopen_settled_wholly",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed=True) | ~Q(settled_by=F("requested_by")), name="stages_reopen_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase_id}: {self.from_stage} → {self.to_stage}"

    @property
    def is_open(self) -> bool:
        return self.settled_at is None
