"""Decisions that change a family's outcome, the only road to it after registration; and who has not heard yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.models import AppendOnly
from registration.models import Family, Outcome, Phase


class DecisionKind(models.TextChoices):
    CLEANING = "cleaning", _("Data processing")
    DST = "dst", _("Final target list (DST)")
    HAND_OFF = "hand_off", _("Hand-off to SIKS-NG")
    RETURN = "return", _("Answer of SIKS-NG")
    DETERMINATION = "determination", _("Determination by the ministry")
    REOPENING = "reopening", _("The phase went back")


class OutcomeDecision(AppendOnly):
    """One decision about one family. The newest one of a family is the one that stands.

    `reason_code` is a key of `stages.reasons.REASONS`; `reason_data` fills its sentence (codes and dates, no personal
    data); `reason_text` is what the deciding person wrote. `source` names the row the decision rests on.
    """

    id = models.BigAutoField(primary_key=True)
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="outcome_decisions")
    kind = models.CharField(_("kind"), max_length=15, choices=DecisionKind.choices)
    previous = models.CharField(_("before"), max_length=20, choices=Outcome.choices)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices)
    reason_code = models.CharField(_("reason"), max_length=60)
    reason_data = models.JSONField(default=dict, blank=True)
    reason_text = models.CharField(_("reason in words"), max_length=500, blank=True)
    source = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(_("time"), db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        verbose_name = _("decision about a family")
        verbose_name_plural = _("decisions about families")
        ordering = ["-id"]
        indexes = [models.Index(fields=["family", "-id"], name="stages_decision_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="stages_decision_kind_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="stages_decision_outcome_known"),
            models.CheckConstraint(condition=~Q(reason_code=""), name="stages_decision_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.family_id} {self.outcome}"


class UntoldFamily(models.Model):
    """A family about which something has been decided that it has not been told: the queue of `stages.telling`.

    Written in the transaction of the decision, deleted in that of the notice. What it will be told is not here: it is
    the newest decision at that moment, so that nobody reads a word that stands no more.
    """

    family = models.OneToOneField(
        Family, on_delete=models.CASCADE, primary_key=True, related_name="untold", verbose_name=_("family")
    )
    phase = models.ForeignKey(
        Phase, on_delete=models.CASCADE, db_index=False, related_name="+", verbose_name=_("phase")
    )
    since = models.DateTimeField(_("waits since"), db_default=Now())

    class Meta:
        verbose_name = _("family that has not been told yet")
        verbose_name_plural = _("families that have not been told yet")
        ordering = ["since", "family"]
        indexes = [models.Index(fields=["phase", "since"], name="stages_untold_of_phase")]

    def __str__(self) -> str:
        return str(self.family_id)
