"""Gathering what is known about families after the muskel: one small case each, a few queries for a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from assessment.models import POPULATION_RULE, Finding
from eligibility.rules import rule_set
from grievances.services import accepted_signatures
from matching.evidence import run_to_rely_on
from matching.models import PersonVerdict
from matching.vocabulary import Source, Value
from registration.models import Family, Member, Phase
from stages.judgement import Case
from stages.models import Conflict, MuskelDecision


def standing_exclusions(families: Sequence[Family], phase: Phase) -> dict[UUID, tuple[Finding, ...]]:
    """Current findings that exclude, per family, less those a person has overturned on objection.

    A finding about a household concerns all its families; one about a KK or person its own family, or all of the
    household where the rules of the phase let one KK's exclusion spread.
    """
    spreads = rule_set(phase.rules_on).limits.kk_spreads
    households = {family.household_id for family in families}
    accepted = accepted_signatures(households)
    findings = (
        Finding.objects.current()
        .speaking_against()
        .exclude(rule_key=POPULATION_RULE)
        .filter(household__in=households)
        .order_by("rule_key", "id")
    )
    by_household: dict[UUID, list[Finding]] = {}
    for finding in findings:
        if (finding.household_id, finding.signature) in accepted:
            continue
        by_household.setdefault(finding.household_id, []).append(finding)
    return {
        family.pk: tuple(
            finding
            for finding in by_household.get(family.household_id, ())
            if spreads or finding.family_id in (None, family.pk)
        )
        for family in families
    }


def comparison_of(phase: Phase) -> UUID | None:
    """The comparison with Dukcapil that counts now."""
    run = run_to_rely_on(phase.pk, Source.POPULATION)
    return run.pk if run else None


def confirmed_families(families: Sequence[Family], compared: UUID | None) -> set[UUID]:
    """Families whose every member with a NIK Dukcapil found, alive and agreeing, and that have such a member."""
    if compared is None:
        return set()
    ids = [family.pk for family in families]
    with_nik = Member.objects.filter(family__in=ids, nik_index__isnull=False).values_list("family_id", "pk")
    values = PersonVerdict.objects.filter(run=compared, member__family__in=ids).values_list("member_id", "value")
    value_of = dict(values)
    seen: dict[UUID, bool] = {}
    for family_id, member_id in with_nik:
        seen[family_id] = seen.get(family_id, True) and value_of.get(member_id) == Value.MATCH
    return {family_id for family_id, is_confirmed in seen.items() if is_confirmed}


def cases_of(
    families: Sequence[Family],
    phase: Phase,
    *,
    flagged: Iterable[UUID],
    compared: UUID | None,
    all_conflicts: bool = False,
) -> dict[UUID, Case]:
    """The case of each family, by the comparison with Dukcapil that `compared` names. A resolution counts only if
    meeting and exclusions are still what it was made about.

    With `all_conflicts` no resolution is filled in.
    """
    ids = [family.pk for family in families]
    flagged = set(flagged)
    exclusions = standing_exclusions(families, phase)
    confirmed = confirmed_families(families, compared)
    decided = {
        row.family_id: row
        for row in MuskelDecision.objects.filter(family__in=ids, muskel__phase=phase).order_by("muskel__locked_at")
    }
    resolved = {row.family_id: row for row in Conflict.objects.filter(family__in=ids, phase=phase)}
    found: dict[UUID, Case] = {}
    for pk in ids:
        meeting, conflict = decided.get(pk), resolved.get(pk)
        keys = tuple(sorted({finding.rule_key for finding in exclusions[pk]}))
        result = meeting.result if meeting else ""
        holds = (
            conflict is not None
            and not all_conflicts
            and not conflict.is_open
            and conflict.muskel_result == result
            and tuple(conflict.rule_keys) == keys
        )
        found[pk] = Case(
            result=result,
            reason=meeting.reason if meeting else "",
            exclusions=keys,
            flagged=pk in flagged,
            confirmed=pk in confirmed,
            resolution=conflict.resolution if holds and conflict else "",
            resolution_reason=conflict.reason if holds and conflict else "",
            note=meeting.note if meeting else "",
        )
    return found
