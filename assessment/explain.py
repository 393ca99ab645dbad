"""A finding in words: what was found, by whom, on which day, and what the family can do."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext

from assessment.models import POPULATION_RULE, Finding
from assessment.population import FIELD_NAMES, PROBLEMS
from eligibility.rules import RULE_BY_KEY, remedy_for
from eligibility.sources import source_name
from eligibility.verdicts import Severity, Verdict


@dataclass(frozen=True)
class Explanation:
    """All texts in the reader's language. `date` is that of the source, None where none is known.

    `basis` names where the rule comes from ("" for problems in the population data, which are no rule).
    """

    title: str
    what: str
    source: str
    date: date | None
    remedy: str
    basis: str = ""


def explain(finding: Finding) -> Explanation:
    """Explain a finding with the words of its own rule. Raises KeyError for a rule that never existed."""
    if finding.rule_key == POPULATION_RULE:
        return _explain_problem(finding)
    rule = RULE_BY_KEY[finding.rule_key]
    verdict, severity = Verdict(finding.verdict), Severity(finding.severity)
    sentence = str(rule.texts.sentence(verdict, severity, finding.source))
    return Explanation(
        title=str(rule.texts.title),
        what=" ".join(part for part in (sentence, _details(finding)) if part),
        source=str(source_name(finding.source)),
        date=finding.source_date,
        remedy=str(remedy_for(rule, verdict, severity, finding.source)),
        basis=rule.basis,
    )


def _explain_problem(finding: Finding) -> Explanation:
    problem = PROBLEMS[finding.detail["problem"]]
    fields = [str(FIELD_NAMES[name]) for name in finding.detail.get("differs", []) if name in FIELD_NAMES]
    differs = gettext("Different: %(fields)s.") % {"fields": ", ".join(fields)} if fields else ""
    return Explanation(
        title=str(problem.title),
        what=" ".join(part for part in (str(problem.what), differs) if part),
        source=str(source_name(finding.source)),
        date=finding.source_date,
        remedy=str(problem.remedy),
    )


def _details(finding: Finding) -> str:
    """Figures a family needs to check the claim."""
    detail: dict[str, Any] = finding.detail
    if finding.verdict != Verdict.EXCLUDED:
        return ""
    if "njop" in detail:
        sentence = {
            "single": gettext("The most valuable object: %(njop)s; the limit is %(limit)s."),
            "kk": gettext("Counted together for one KK: %(njop)s; the limit is %(limit)s."),
        }.get(detail.get("counting", ""), gettext("Counted together: %(njop)s; the limit is %(limit)s."))
        return sentence % {"njop": rupiah(detail["njop"]), "limit": rupiah(detail["limit"])}
    if detail.get("count"):
        count = int(detail["count"])
        return ngettext("%(count)d car on record.", "%(count)d cars on record.", count) % {"count": count}
    return ""


def rupiah(amount: int) -> str:
    """1250000000 → "Rp1.250.000.000", as it is written on Indonesian letters in either language."""
    return f"Rp{amount:,}".replace(",", ".")
