"""What the law says about a family, and what cleaning found: for people to look at, never a decision."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from eligibility.verdicts import Severity, Verdict
from registration.models import Family, Household, Member, Phase

if TYPE_CHECKING:
    from accounts.models import User

Signature = tuple[str, uuid.UUID | None, uuid.UUID | None, str, str, str]
POPULATION_RULE = "data_kependudukan"  # not an exclusion: something in the population data that can be repaired


class FindingQuerySet(models.QuerySet["Finding"]):
    def current(self) -> FindingQuerySet:
        return self.filter(is_current=True)

    def speaking_against(self) -> FindingQuerySet:
        return self.filter(verdict=Verdict.EXCLUDED)

    def of_concern(self) -> FindingQuerySet:
        """What a family should hear about: something speaks against it, or its data need a repair."""
        return self.filter(Q(verdict=Verdict.EXCLUDED) | Q(rule_key=POPULATION_RULE))

    def visible_to(self, user: User) -> FindingQuerySet:
        return self.filter(household__in=Household.objects.visible_to(user).values("pk"))


class Finding(models.Model):
    """A rule applied to answers and evidence about one subject: the member, else the family, else the household.

    Rows are never changed or removed; only `is_current` is, by `assessment.services` when a later run has spoken.
    `rule_version` is the day whose rules were applied ("2022-05-09"), `detail` holds references, values and codes.
    """

    append_only: ClassVar[bool] = True
    changing_columns: ClassVar[tuple[str, ...]] = ("is_current",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run_id = models.UUIDField(_("run"), db_index=True)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="findings")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, null=True, blank=True, related_name="findings")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="findings")
    rule_key = models.CharField(_("rule"), max_length=40)
    rule_version = models.CharField(_("version of the rule"), max_length=10)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    source = models.CharField(_("source"), max_length=40)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)
    detail = models.JSONField(_("details"), default=dict, blank=True)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    is_current = models.BooleanField(_("current"), default=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["household", "rule_key", "id"]
        indexes = [
            models.Index(fields=["household"], condition=Q(is_current=True), name="finding_current_of"),
            models.Index(fields=["rule_key", "verdict"], condition=Q(is_current=True), name="finding_current_rule"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["run_id", "household", "rule_key", "family", "member"],
                nulls_distinct=False,
                name="finding_once_per_run_and_subject",
            ),
            models.CheckConstraint(name="finding_verdict_known", condition=Q(verdict__in=Verdict.values)),
            models.CheckConstraint(name="finding_severity_known", condition=Q(severity__in=Severity.values)),
            models.CheckConstraint(
                name="finding_member_with_family", condition=Q(member__isnull=True) | Q(family__isnull=False)
            ),
            models.CheckConstraint(
                name="finding_population_never_excludes",
                condition=~Q(rule_key=POPULATION_RULE) | Q(verdict=Verdict.UNKNOWN, severity=Severity.REVIEW),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="only_is_current_changes", exclude=["is_current"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule_key} {self.verdict}"

    @property
    def is_excluded(self) -> bool:
        return self.verdict == Verdict.EXCLUDED

    @property
    def signature(self) -> Signature:
        """Equal for two findings in which the same source says the same about the same subject, whatever the run."""
        detail = repr(sorted(self.detail.items(), key=lambda item: str(item[0])))
        return (self.rule_key, self.family_id, self.member_id, str(self.verdict), self.source, detail)

    @property
    def is_of_concern(self) -> bool:
        """Something speaks against the family, or its data need a repair: it is told, and it may object."""
        return self.is_excluded or self.rule_key == POPULATION_RULE


class IssueKind(models.TextChoices):
    DOUBLE_NIK = "nik_ganda", _("Same NIK twice")
    DOUBLE_KK = "kk_ganda", _("Same KK number twice")
    INCOMPLETE = "tidak_lengkap", _("Family incomplete")


class IssueState(models.TextChoices):
    OPEN = "open", _("Not decided yet")
    RESOLVED = "resolved", _("Resolved")
    FLAGGED = "flagged", _("Flagged for the muskel")


class CleaningIssueQuerySet(models.QuerySet["CleaningIssue"]):
    def open(self) -> CleaningIssueQuerySet:
        return self.filter(state=IssueState.OPEN)

    def visible_to(self, user: User) -> CleaningIssueQuerySet:
        return self.filter(household__in=Household.objects.visible_to(user).values("pk"))


class CleaningIssue(models.Model):
    """Something in the registered data that a person has to look at before the phase goes on.

    One row per phase, kind and place, so that a later cleaning run finds a decision already made. `detail` holds codes
    of what is missing ("tanpa_kepala", "nik_kosong", …), no personal data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="cleaning_issues")
    run_id = models.UUIDField(_("run"))
    kind = models.CharField(_("kind"), max_length=20, choices=IssueKind.choices)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="cleaning_issues")
    other_household = models.ForeignKey(
        Household, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("other household")
    )
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    detail = models.JSONField(_("details"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=IssueState.choices, default=IssueState.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("found"), db_default=Now(), editable=False)

    objects = CleaningIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("cleaning issue")
        verbose_name_plural = _("cleaning issues")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["phase", "state", "created_at"], name="issue_of_phase")]
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "kind", "household", "other_household", "family", "member"],
                nulls_distinct=False,
                name="issue_once_per_place",
            ),
            models.CheckConstraint(name="issue_kind_known", condition=Q(kind__in=IssueKind.values)),
            models.CheckConstraint(
                name="issue_decided_by_a_person_with_reason",
                condition=Q(state=IssueState.OPEN, decided_by__isnull=True, decided_at__isnull=True, reason="")
                | (
                    Q(state__in=[IssueState.RESOLVED, IssueState.FLAGGED])
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reason="")
                ),
            ),
            models.CheckConstraint(
                name="issue_other_household_is_another",
                condition=Q(other_household__isnull=True) | ~Q(other_household=F("household")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.household_id}"
