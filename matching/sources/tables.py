"""What all workers share about registers that are asked over a network: hits spent, whether they answer, answers.

None of these rows holds a NIK, a KK number or a name.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField
from matching.vocabulary import ASKED_KINDS, SourceKind, Value


class RegisterBudget(models.Model):
    """Hits spent on a register on one day of Jakarta. `is_closed`: the register said that its quota is used up."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("register"), max_length=12, choices=SourceKind.choices)
    day = models.DateField(_("day"))
    spent = models.PositiveIntegerField(_("hits spent"), default=0)
    is_closed = models.BooleanField(_("closed by the register"), default=False, db_default=False)

    class Meta:
        verbose_name = _("daily hits of a register")
        verbose_name_plural = _("daily hits of registers")
        constraints = [
            models.UniqueConstraint(fields=["kind", "day"], name="matching_budget_one_per_day"),
            models.CheckConstraint(condition=Q(kind__in=ASKED_KINDS), name="matching_budget_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day:%d-%m-%Y}"


class RegisterBreaker(models.Model):
    """Whether a register is asked at all. Closed while `retry_at` is empty; open until then; half-open after it, when
    one call at a time, the probe, is let through."""

    kind = models.CharField(_("register"), max_length=12, choices=SourceKind.choices, primary_key=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    retry_at = models.DateTimeField(_("next try"), null=True, blank=True)
    failed_probes = models.PositiveIntegerField(_("failed probes in a row"), default=0)
    probe_until = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), db_default=Now())

    class Meta:
        verbose_name = _("state of a register")
        verbose_name_plural = _("states of registers")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ASKED_KINDS), name="matching_breaker_kind"),
            models.CheckConstraint(
                condition=Q(retry_at__isnull=False) | Q(failed_probes=0, probe_until__isnull=True),
                name="matching_breaker_probes_when_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class RegisterAnswer(models.Model):
    """A register's answer about one person, found by the index of the NIK and a keyed hash of all that was asked.

    `answered_at` is empty while the register has only failed to answer (`failures`). Answers are used again until they
    expire, and then deleted (matching/sources/answers.py).
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("register"), max_length=12, choices=SourceKind.choices)
    key = KeyedIndexField()
    asked = KeyedIndexField()
    value = models.CharField(_("answer"), max_length=24, choices=Value.choices, blank=True)
    fields = models.JSONField(default=dict)
    raw_code = models.CharField(max_length=4, blank=True)
    threshold = models.PositiveSmallIntegerField(null=True)
    area_code = models.CharField(max_length=13, blank=True)
    occupation = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=10, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    expires_at = models.DateTimeField(_("used until"))

    class Meta:
        verbose_name = _("answer of a register")
        verbose_name_plural = _("answers of registers")
        indexes = [models.Index(fields=["expires_at"], name="matching_answer_expiry")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "asked"], name="matching_answer_once"),
            models.CheckConstraint(condition=Q(kind__in=ASKED_KINDS), name="matching_answer_kind"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, value="") | Q(answered_at__isnull=False, value__in=Value.values),
                name="matching_answer_has_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
