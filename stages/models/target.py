"""Conflicts between meeting and evidence, and the final target list (DST) of each kota or kabupaten."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from registration.models import Family, Phase


class ConflictKind(models.TextChoices):
    IN_NEED_BUT_EXCLUDED = "in_need_but_excluded", _("The meeting says in need, but an exclusion stands")
    FLAGGED_DATA = "flagged_data", _("The meeting says in need, but the data were flagged")
    ABSENT_BUT_REGISTERED = "absent_but_registered", _("The meeting says absent, but Dukcapil confirms the family")
    CONFIRMED_WITHOUT_FINDING = "confirmed_without_finding", _("The meeting confirms a finding that no longer stands")


class Resolution(models.TextChoices):
    PROPOSE = "propose", _("Propose the family")
    NOT_PROPOSE = "not_propose", _("Do not propose the family")


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def open(self) -> ConflictQuerySet:
        return self.filter(decided_at__isnull=True)


class Conflict(models.Model):
    """Meeting and evidence disagree about a family. A named person decides, with a reason the family will read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="conflicts")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="conflicts")
    kind = models.CharField(_("kind"), max_length=30, choices=ConflictKind.choices)
    rule_keys = models.JSONField(default=list, blank=True, help_text=_("Rules whose exclusion stands"))
    muskel_result = models.CharField(max_length=20)
    created_at = models.DateTimeField(db_default=Now())
    resolution = models.CharField(max_length=20, choices=Resolution.choices, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "family"], name="stages_conflict_once_per_family"),
            models.CheckConstraint(condition=Q(kind__in=ConflictKind.values), name="stages_conflict_kind_known"),
            models.CheckConstraint(
                condition=Q(resolution="", reason="", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(resolution__in=Resolution.values, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="stages_conflict_resolved_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_id} {self.kind}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None


class TargetState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed, waits for a second person")
    CONFIRMED = "confirmed", _("Confirmed")
    DISCARDED = "discarded", _("Discarded")


class TargetList(models.Model):
    """The DST of one kota or kabupaten: proposed by one person, confirmed by another.

    `checksum` is the SHA-256 over its entries in order; confirming computes it anew and refuses a list that is stale.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="target_lists")
    kota = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="target_lists")
    state = models.CharField(_("state"), max_length=10, choices=TargetState.choices, default=TargetState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"), db_default=Now())
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    included = models.PositiveIntegerField(_("families on the list"))
    left_out = models.PositiveIntegerField(_("families not proposed"))
    people = models.PositiveIntegerField(_("people on the list"))
    checksum = models.CharField(_("checksum"), max_length=64)

    class Meta:
        verbose_name = _("target list (DST)")
        verbose_name_plural = _("target lists (DST)")
        ordering = ["phase", "kota", "proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "kota"], condition=~Q(state=TargetState.DISCARDED), name="stages_target_one_per_kota"
            ),
            models.CheckConstraint(condition=Q(state__in=TargetState.values), name="stages_target_state_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="stages_target_confirmed_wholly",
            ),
            models.CheckConstraint(
                condition=~Q(state=TargetState.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="stages_target_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="stages_target_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase} · {self.kota}"


class TargetEntry(models.Model):
    """One family of a kota: on the list, or left out with a reason (`stages.reasons`)."""

    id: int
    target_list = models.ForeignKey(TargetList, on_delete=models.CASCADE, related_name="entries")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="target_entries")
    included = models.BooleanField()
    reason_code = models.CharField(max_length=60)
    reason_data = models.JSONField(default=dict, blank=True)
    reason_text = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("family of a target list")
        verbose_name_plural = _("families of target lists")
        ordering = ["target_list", "id"]
        constraints = [
            models.UniqueConstraint(fields=["target_list", "family"], name="stages_target_family_once"),
            models.CheckConstraint(condition=~Q(reason_code=""), name="stages_target_entry_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.target_list_id} {self.family_id}"
