"""The seven rules under which a household cannot be proposed, as one dated table, and how they are applied.

Source of the list: Jakarta Smart City, "How to Register for DTKS in Jakarta", 13 May 2022 (phase II 2022). Earlier
phases knew fewer rules: five in 2021, six from January 2022, seven from May 2022. `rule_set(day)` gives those of a day.

A statement of the family itself is HARD: it stops the submission. What a source claims is always REVIEW: a person
looks at it. UNKNOWN is neither clear nor excluded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from eligibility import judgements, texts
from eligibility.facts import HouseholdFacts, Source
from eligibility.limits import ALL_LIMITS, FIRST_RULES, Limits, NoValueYet, limits_on
from eligibility.questions import EMPLOYEES_BEFORE_BUMD, QUESTION_BY_KEY, Question
from eligibility.texts import RuleTexts
from eligibility.verdicts import Claim, RuleResult, Scope, Severity, Verdict

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

__all__ = [
    "RULES",
    "RULE_BY_KEY",
    "NoValueYet",
    "Rule",
    "RuleResult",
    "RuleSet",
    "Verdict",
    "affected_kks",
    "evaluate",
    "evaluate_statements",
    "hard_stops",
    "questions_on",
    "rule_set",
]

JANUARY_2022: Final = date(2022, 1, 31)
MAY_2022: Final = date(2022, 5, 9)
FIVE_OF_2021: Final = "Dinas Sosial DKI, FMOTM registration of June 2021 (five criteria)"
SIXTH: Final = "Dinas Sosial DKI, registration phase I 2022, announced 31 January 2022 (six criteria)"
SEVENTH: Final = "Dinas Sosial DKI and Jakarta Smart City, phase II 2022, 9 to 28 May 2022 (seven criteria)"


@dataclass(frozen=True)
class Rule:
    """`number` is the rule's place in the list of May 2022. `valid_until` is the last day, None while in force."""

    key: str
    number: int
    texts: RuleTexts
    scope: Scope
    question_key: str | None
    evidence_sources: tuple[str, ...]
    severity: Severity
    basis: str
    valid_from: date
    valid_until: date | None
    judge: Callable[[HouseholdFacts, Limits], tuple[Claim, ...]]

    @property
    def question(self) -> Question | None:
        return QUESTION_BY_KEY[self.question_key] if self.question_key else None

    def is_in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        key="ktp_non_dki",
        number=1,
        texts=texts.KTP,
        scope=Scope.PERSON,
        question_key="ktp_dki",
        evidence_sources=(Source.DUKCAPIL,),
        severity=Severity.HARD,
        basis=SIXTH,
        valid_from=JANUARY_2022,
        valid_until=None,
        judge=judgements.judge_ktp,
    ),
    Rule(
        key="domisili_luar_dki",
        number=2,
        texts=texts.DOMICILE,
        scope=Scope.HOUSEHOLD,
        question_key="domisili_dki",
        evidence_sources=(Source.RT_RW, Source.MUSKEL),
        severity=Severity.HARD,
        basis=SEVENTH,
        valid_from=MAY_2022,
        valid_until=None,
        judge=judgements.judge_domicile,
    ),
    Rule(
        key="pegawai_tetap",
        number=3,
        texts=texts.EMPLOYEE,
        scope=Scope.KK,
        question_key="pegawai_tetap",
        evidence_sources=(Source.KK,),
        severity=Severity.HARD,
        basis=FIVE_OF_2021,
        valid_from=FIRST_RULES,
        valid_until=None,
        judge=judgements.judge_employees,
    ),
    Rule(
        key="mobil",
        number=4,
        texts=texts.CAR,
        scope=Scope.HOUSEHOLD,
        question_key="mobil",
        evidence_sources=(Source.BAPENDA,),
        severity=Severity.HARD,
        basis=FIVE_OF_2021,
        valid_from=FIRST_RULES,
        valid_until=None,
        judge=judgements.judge_cars,
    ),
    Rule(
        key="njop",
        number=5,
        texts=texts.LAND,
        scope=Scope.HOUSEHOLD,
        question_key="njop",
        evidence_sources=(Source.BAPENDA,),
        severity=Severity.HARD,
        basis=FIVE_OF_2021,
        valid_from=FIRST_RULES,
        valid_until=None,
        judge=judgements.judge_land,
    ),
    Rule(  # not mentioned in the statement of October 2024, but no source says that it was dropped
        key="air_kemasan",
        number=6,
        texts=texts.WATER,
        scope=Scope.HOUSEHOLD,
        question_key="air_kemasan",
        evidence_sources=(),
        severity=Severity.HARD,
        basis=FIVE_OF_2021,
        valid_from=FIRST_RULES,
        valid_until=None,
        judge=judgements.judge_drinking_water,
    ),
    Rule(
        key="tidak_miskin",
        number=7,
        texts=texts.COMMUNITY,
        scope=Scope.KK,
        question_key=None,  # decided by the muskel only
        evidence_sources=(Source.MUSKEL,),
        severity=Severity.REVIEW,
        basis=FIVE_OF_2021,
        valid_from=FIRST_RULES,
        valid_until=None,
        judge=judgements.judge_community,
    ),
)
RULE_BY_KEY: Final = {rule.key: rule for rule in RULES}


@dataclass(frozen=True)
class RuleSet:
    """The rules and limits of one day. `version` is the day this combination came into force ("2022-05-09")."""

    on: date
    version: str
    rules: tuple[Rule, ...]
    limits: Limits

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions a family has to answer under these rules, worded as on that day."""
        return tuple(self._worded(rule.question) for rule in self.rules if rule.question)

    def _worded(self, question: Question) -> Question:
        if question.key == "pegawai_tetap" and "BUMD" not in self.limits.employers:
            return replace(question, text=EMPLOYEES_BEFORE_BUMD)
        return question


def change_days() -> tuple[date, ...]:
    """Every day on which a rule or a limit started or a rule had ended, ascending."""
    days = {rule.valid_from for rule in RULES} | {entry.valid_from for limit in ALL_LIMITS for entry in limit.history}
    days |= {date.fromordinal(rule.valid_until.toordinal() + 1) for rule in RULES if rule.valid_until}
    return tuple(sorted(days))


def rule_set(on: date) -> RuleSet:
    """The rules in force on a day. Raises NoValueYet before the first day (7 June 2021)."""
    if on < FIRST_RULES:
        raise NoValueYet(
            f"There are no exclusion rules on {on.isoformat()}: the first set starts on {FIRST_RULES.isoformat()}"
            f" ({FIVE_OF_2021}). Ask for that day or later."
        )
    version = max(day for day in change_days() if day <= on)
    rules = tuple(rule for rule in RULES if rule.is_in_force(on))
    return RuleSet(on=on, version=version.isoformat(), rules=rules, limits=limits_on(on))


def questions_on(on: date) -> tuple[Question, ...]:
    """The questions of a day, fewer in early phases. Raises NoValueYet before the first day."""
    return rule_set(on).questions


def evaluate(facts: HouseholdFacts, on: date) -> tuple[RuleResult, ...]:
    """Every rule of the day applied to answers and evidence: one result per rule and subject, in the rules' order."""
    current = rule_set(on)
    results: list[RuleResult] = []
    for rule in current.rules:
        claims = [*_statement(rule, facts), *rule.judge(facts, current.limits)]
        by_subject: dict[tuple[str, str | None], list[RuleResult]] = {}
        for claim in claims:
            result = _result(rule, claim, stated=claim is claims[0] and rule.question is not None)
            by_subject.setdefault((claim.subject_kind, claim.subject_ref), []).append(result)
        results.extend(_weightiest(group) for group in by_subject.values())
    return tuple(results)


def evaluate_statements(facts: HouseholdFacts, on: date) -> tuple[RuleResult, ...]:
    """The same rules applied to the family's answers alone, as before a registration."""
    return tuple(_result(rule, claim, stated=True) for rule in rule_set(on).rules for claim in _statement(rule, facts))


def hard_stops(facts: HouseholdFacts, on: date) -> tuple[RuleResult, ...]:
    """The family's own statements that stop a submission, each with its reason and remedy. Empty: it may go on."""
    return tuple(
        result
        for result in evaluate_statements(facts, on)
        if result.verdict is Verdict.EXCLUDED and result.severity is Severity.HARD
    )


def affected_kks(result: RuleResult, facts: HouseholdFacts, on: date) -> frozenset[str]:
    """The KK that an excluded result speaks about: the subject's own, or all where one KK's exclusion spreads."""
    everyone = frozenset(facts.kk_refs)
    if result.verdict is not Verdict.EXCLUDED:
        return frozenset()
    if result.subject_kind == "household" or rule_set(on).limits.kk_spreads:
        return everyone
    if result.subject_kind == "kk":
        return everyone & {result.subject_ref or ""}
    return frozenset(person.kk_ref for person in facts.people if person.ref == result.subject_ref)


def _statement(rule: Rule, facts: HouseholdFacts) -> tuple[Claim, ...]:
    question = rule.question
    if question is None:
        return ()
    answer = facts.declarations.get(question.key)
    if answer is None:
        verdict = Verdict.UNKNOWN
    else:
        verdict = Verdict.EXCLUDED if answer == question.excluding_answer else Verdict.CLEAR
    return (Claim(verdict, "household", None, Source.STATEMENT, facts.declared_on, {"answer": answer}),)


def remedy_for(rule: Rule, verdict: Verdict, severity: Severity, source: str) -> "StrPromise | str":
    """What the family can do. To an open question, how to find the answer."""
    if verdict is Verdict.UNKNOWN and source == Source.STATEMENT and rule.question:
        return rule.question.help
    return rule.texts.remedy(verdict, severity)


def _result(rule: Rule, claim: Claim, *, stated: bool) -> RuleResult:
    severity = rule.severity if stated else Severity.REVIEW
    return RuleResult(
        rule=rule,
        verdict=claim.verdict,
        subject_kind=claim.subject_kind,
        subject_ref=claim.subject_ref,
        source=claim.source,
        source_date=claim.source_date,
        detail=claim.detail,
        remedy=remedy_for(rule, claim.verdict, severity, claim.source),
        severity=severity,
    )


WEIGHT: Final[dict[tuple[Verdict, Severity], int]] = {
    (Verdict.EXCLUDED, Severity.HARD): 3,
    (Verdict.EXCLUDED, Severity.REVIEW): 2,
    (Verdict.UNKNOWN, Severity.HARD): 1,
    (Verdict.UNKNOWN, Severity.REVIEW): 1,
    (Verdict.CLEAR, Severity.HARD): 0,
    (Verdict.CLEAR, Severity.REVIEW): 0,
}


def _weightiest(results: list[RuleResult]) -> RuleResult:
    """Of several voices on one subject the one that matters most; clear only if nobody says otherwise.

    Among equals the later voice (the register) is named, since it is the stronger evidence.
    """
    first, *rest = sorted(results, key=lambda result: WEIGHT[result.verdict, result.severity])[::-1]
    agreeing = sorted({other.source for other in rest if other.verdict is first.verdict} - {first.source})
    if not agreeing:
        return first
    detail: dict[str, Any] = {**first.detail, "also": agreeing}
    return replace(first, detail=detail)
