"""The three answers of a rule, and what an answer carries with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from eligibility.facts import SubjectKind

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from eligibility.rules import Rule


class Verdict(TextChoices):
    """UNKNOWN is an answer of its own: it is never taken for clear and never for excluded."""

    CLEAR = "clear", _("Nothing against it")
    EXCLUDED = "excluded", _("Speaks against it")
    UNKNOWN = "unknown", _("Not known")


class Severity(TextChoices):
    """HARD stops a submission (only the family's own statement does); REVIEW is looked at by a person."""

    HARD = "hard", _("Own statement")
    REVIEW = "review", _("To be reviewed")


class Scope(TextChoices):
    """Whom a rule speaks about."""

    PERSON = "person", _("Person")
    KK = "kk", "KK"
    HOUSEHOLD = "household", _("Household")


@dataclass(frozen=True)
class Claim:
    """What one source says about one subject under one rule. `subject_ref` is None for the household."""

    verdict: Verdict
    subject_kind: SubjectKind
    subject_ref: str | None
    source: str
    source_date: date | None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RuleResult:
    """A rule applied to one subject. `detail` is JSON and holds references and values, no personal data."""

    rule: "Rule"
    verdict: Verdict
    subject_kind: SubjectKind
    subject_ref: str | None
    source: str
    source_date: date | None
    detail: Mapping[str, Any]
    remedy: "StrPromise | str"
    severity: Severity

    @property
    def text(self) -> "StrPromise | str":
        """The result in words for the family, in the language of the reader."""
        return self.rule.texts.sentence(self.verdict, self.severity, self.source)
