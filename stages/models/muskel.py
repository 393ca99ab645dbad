"""The kelurahan meeting of a phase, its decision about each family of the prelist, and what was locked when."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.models import AppendOnly
from registration.models import Family, Household, Phase
from stages.muskel_results import MuskelResult

if TYPE_CHECKING:
    from accounts.models import User


class MuskelBasis(models.TextChoices):
    MEETING = "muskel", _("Meeting (musyawarah kelurahan)")
    SPTJM = "sptjm", _("Signed statement of the lurah (SPTJM), no meeting held")


class MuskelQuerySet(models.QuerySet["Muskel"]):
    def in_kelurahan(self, codes: Iterable[str]) -> MuskelQuerySet:
        return self.filter(kelurahan__in=list(codes))

    def visible_to(self, user: User) -> MuskelQuerySet:
        """Officers see the meetings of the kelurahan they serve; admins all; others none."""
        if user.is_admin or user.is_superuser:
            return self.all()
        return self.in_kelurahan(user.kelurahan_codes) if user.is_officer else self.none()

    def unlocked(self) -> MuskelQuerySet:
        return self.filter(locked_at__isnull=True)


class Muskel(models.Model):
    """One kelurahan's meeting in one phase, opened when its prelist is issued. Nothing changes while it is locked.

    `quorum` is the rule of the phase as it stood when the meeting was opened. `attendees` are names, one per line,
    which the berita acara prints; they are optional.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="muskel", verbose_name=_("phase"))
    kelurahan = models.ForeignKey(
        "areas.Area", on_delete=models.PROTECT, related_name="muskel", verbose_name=_("kelurahan")
    )
    prelist_at = models.DateTimeField(_("prelist issued"), db_default=Now())
    prelist_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prelist_checksum = models.CharField(max_length=64)
    quorum = models.PositiveSmallIntegerField(_("quorum"))
    basis = models.CharField(_("decided by"), max_length=10, choices=MuskelBasis.choices, default=MuskelBasis.MEETING)
    held_on = models.DateField(_("date of the meeting"), null=True, blank=True)
    place = models.CharField(_("place of the meeting"), max_length=200, blank=True)
    chair = models.CharField(_("chaired by"), max_length=100, blank=True)
    attendance = models.PositiveSmallIntegerField(_("number of people present"), null=True, blank=True)
    attendees = models.TextField(_("names of those present"), blank=True)
    sptjm_number = models.CharField(_("number of the SPTJM"), max_length=60, blank=True)
    sptjm_reason = models.CharField(_("why no meeting was held"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = MuskelQuerySet.as_manager()

    class Meta:
        verbose_name = _("kelurahan meeting")
        verbose_name_plural = _("kelurahan meetings")
        ordering = ["kelurahan"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "kelurahan"], name="stages_muskel_once_per_kelurahan"),
            models.CheckConstraint(condition=Q(basis__in=MuskelBasis.values), name="stages_muskel_basis_known"),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="stages_muskel_quorum_positive"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True, locked_by__isnull=True)
                | Q(locked_at__isnull=False, locked_by__isnull=False),
                name="stages_muskel_locked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True)
                | (
                    Q(basis=MuskelBasis.MEETING, held_on__isnull=False, attendance__gte=models.F("quorum"))
                    & ~Q(chair="")
                )
                | (Q(basis=MuskelBasis.SPTJM, held_on__isnull=False) & ~Q(sptjm_number="") & ~Q(chair="")),
                name="stages_muskel_locked_when_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase} · {self.kelurahan}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def is_sptjm(self) -> bool:
        return self.basis == MuskelBasis.SPTJM

    @property
    def attendee_list(self) -> list[str]:
        return [line.strip() for line in self.attendees.splitlines() if line.strip()]


class MuskelDecisionQuerySet(models.QuerySet["MuskelDecision"]):
    def standing(self) -> MuskelDecisionQuerySet:
        """Rows of families that have not withdrawn since the prelist was issued."""
        return self.filter(family__household__withdrawn_at__isnull=True)

    def decided(self) -> MuskelDecisionQuerySet:
        return self.exclude(result="")

    def undecided(self) -> MuskelDecisionQuerySet:
        return self.filter(result="")


class MuskelDecision(models.Model):
    """One row of a prelist and what the meeting decided about it; an empty result means not yet decided.

    `rw` and `rt` are copied from the household, since the meeting goes through the list in their order.
    """

    id: int
    muskel = models.ForeignKey(Muskel, on_delete=models.CASCADE, related_name="decisions")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="muskel_decisions")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="muskel_decisions")
    line = models.PositiveIntegerField(_("line"))
    rw = models.CharField("RW", max_length=3)
    rt = models.CharField("RT", max_length=3)
    result = models.CharField(_("result"), max_length=20, choices=MuskelResult.choices, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=30, blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1)

    objects = MuskelDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of a kelurahan meeting")
        verbose_name_plural = _("decisions of kelurahan meetings")
        ordering = ["muskel", "line"]
        indexes = [models.Index(fields=["muskel", "rw", "rt", "line"], name="stages_muskel_by_rw_rt")]
        constraints = [
            models.UniqueConstraint(fields=["muskel", "family"], name="stages_muskel_family_once"),
            models.UniqueConstraint(fields=["muskel", "line"], name="stages_muskel_line_once"),
            models.CheckConstraint(
                condition=Q(result="") | Q(result__in=MuskelResult.values), name="stages_muskel_result_known"
            ),
            models.CheckConstraint(
                condition=Q(result="", reason="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(result="") & ~Q(reason="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="stages_muskel_decided_wholly",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.muskel_id} #{self.line}"


class MuskelLock(AppendOnly):
    """A meeting was locked with these numbers; what was locked can be told even after a reopening."""

    id = models.BigAutoField(primary_key=True)
    muskel = models.ForeignKey(Muskel, on_delete=models.PROTECT, related_name="locks")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(help_text=_("Number of families per result"))
    checksum = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        verbose_name = _("lock of a kelurahan meeting")
        verbose_name_plural = _("locks of kelurahan meetings")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.muskel_id} {self.checksum[:12]}"
