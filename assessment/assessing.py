"""The assessment run: the rules of the phase applied to answers and evidence, household by household.

It writes findings and tells families about them. It never touches an outcome: that takes a person.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from assessment.facts import facts_of
from assessment.models import POPULATION_RULE, Finding, Signature
from assessment.population import differing_fields, problem_of
from assessment.ranges import households_in, over_households
from eligibility.facts import Source
from eligibility.rules import evaluate, rule_set
from eligibility.verdicts import RuleResult, Severity, Verdict
from jobs.models import Run, Shard
from matching.evidence import HouseholdEvidence, evidence_for
from notices.services import Message, notify_all
from registration.models import Household, Member

KIND: Final = "assessment.assessment"


def assess(run: Run, shard: Shard) -> int:
    """Assess one range of households; returns their number. Findings of an earlier run stay, no longer current."""
    households = list(households_in(run, shard).prefetch_related("members"))
    ids = [household.pk for household in households]
    evidence = evidence_for(ids, relying_on=_rests_on(run))
    told = _concerns(Finding.objects.current().of_concern().filter(household__in=ids))
    findings = [f for household in households for f in findings_of(run, household, evidence.get(household.pk))]
    Finding.objects.current().filter(household__in=ids).exclude(run_id=run.pk).update(is_current=False)
    Finding.objects.bulk_create(findings, ignore_conflicts=True, batch_size=1000)
    _tell(households, findings, told)
    return len(households)


def _rests_on(run: Run) -> dict[str, UUID | None] | None:
    """The comparisons that were valid when this run was started; None where it was started without naming them."""
    named: dict[str, str | None] | None = run.params.get("evidence")
    return named and {source: UUID(pk) if pk else None for source, pk in named.items()}  # type: ignore[return-value]


def findings_of(run: Run, household: Household, evidence: HouseholdEvidence | None) -> list[Finding]:
    """What the rules of the run's day say about one household, unsaved."""
    members = list(household.members.all())
    day = date.fromisoformat(run.params["rules_on"])
    version = rule_set(day).version
    results = evaluate(facts_of(household, members, evidence), day)
    families = {str(member.family_id): member.family_id for member in members}
    people = {str(member.pk): member for member in members}
    findings = [_finding(run, household, result, families, people, version) for result in results]
    return [*findings, *_population_findings(run, household, people.values(), evidence, version)]


def _finding(
    run: Run,
    household: Household,
    result: RuleResult,
    families: dict[str, UUID],
    people: dict[str, Member],
    version: str,
) -> Finding:
    ref = result.subject_ref or ""
    member = people[ref] if result.subject_kind == "person" else None
    family_id = families[ref] if result.subject_kind == "kk" else member.family_id if member else None
    return Finding(
        run_id=run.pk,
        household=household,
        family_id=family_id,
        member=member,
        rule_key=result.rule.key,
        rule_version=version,
        verdict=result.verdict,
        severity=result.severity,
        source=result.source,
        source_date=result.source_date,
        detail=dict(result.detail),
    )


def _population_findings(
    run: Run, household: Household, members: Iterable[Member], evidence: HouseholdEvidence | None, version: str
) -> Iterator[Finding]:
    """Problems in the population data as findings that exclude nobody."""
    for member in members:
        heard = evidence.people.get(member.pk) if evidence else None
        problem = problem_of(heard) if heard else None
        if heard is None or problem is None:
            continue
        yield Finding(
            run_id=run.pk,
            household=household,
            family_id=member.family_id,
            member=member,
            rule_key=POPULATION_RULE,
            rule_version=version,
            verdict=Verdict.UNKNOWN,
            severity=Severity.REVIEW,
            source=Source.DUKCAPIL,
            source_date=heard.population_as_of,
            detail={"problem": problem, "differs": differing_fields(heard)},
        )


def _concerns(findings: Iterable[Finding]) -> dict[UUID, set[Signature]]:
    by_household: dict[UUID, set[Signature]] = defaultdict(set)
    for finding in findings:
        if finding.is_of_concern:
            by_household[finding.household_id].add(finding.signature)
    return by_household


def _tell(households: list[Household], findings: list[Finding], told: dict[UUID, set[Signature]]) -> None:
    """Tell each family whose findings of concern are new since the last assessment."""
    now = _concerns(findings)
    notify_all(
        messages=[
            Message(household=household, kind="findings", params={"count": len(now[household.pk])})
            for household in households
            if now.get(household.pk, set()) - told.get(household.pk, set())
        ]
    )


HANDLER: Final = over_households(kind=KIND, work=assess, title=_("Assessment of the families"))
