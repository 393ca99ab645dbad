"""The cleaning run: double NIK and KK numbers and incomplete families, listed for a person. It changes nothing else."""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models import CleaningIssue, IssueKind
from assessment.ranges import households_in, over_households
from eligibility.rules import questions_on
from jobs.models import Run, Shard
from registration.models import Household, Phase

KIND: Final = "assessment.cleaning"
NIK_FROM_AGE: Final = 1  # years; a newborn may be registered before it has a NIK

DOUBLE_NIK_SQL: Final = """
SELECT mine.household_id, mine.family_id, mine.id, other.household_id
FROM registration_member mine
JOIN registration_member other ON other.phase_id = mine.phase_id AND other.nik_index = mine.nik_index
     AND (other.household_id, other.id) > (mine.household_id, mine.id)
JOIN registration_household theirs ON theirs.id = other.household_id
     AND theirs.submitted_at IS NOT NULL AND theirs.withdrawn_at IS NULL
WHERE mine.household_id = ANY(%s::uuid[])
"""
DOUBLE_KK_SQL: Final = """
SELECT mine.household_id, mine.id, NULL::uuid, theirs.id
FROM registration_family mine
JOIN registration_family other ON other.kk_index = mine.kk_index
     AND (other.household_id, other.id) > (mine.household_id, mine.id)
JOIN registration_household theirs ON theirs.id = other.household_id AND theirs.phase_id = %s
     AND theirs.submitted_at IS NOT NULL AND theirs.withdrawn_at IS NULL
WHERE mine.household_id = ANY(%s::uuid[])
"""


def clean(run: Run, shard: Shard) -> int:
    """List what a person has to look at in one range of households; returns the number of households seen.

    An issue that exists already, decided or not, is left as it is.
    """
    phase = Phase.objects.get(pk=run.scope_id)
    households = list(households_in(run, shard).prefetch_related("families__members"))
    ids = [household.pk for household in households]
    issues = [
        *_doubles(run, IssueKind.DOUBLE_NIK, DOUBLE_NIK_SQL, [ids]),
        *_doubles(run, IssueKind.DOUBLE_KK, DOUBLE_KK_SQL, [phase.pk, ids]),
        *(issue for household in households for issue in _incomplete(run, phase, household)),
    ]
    CleaningIssue.objects.bulk_create(issues, ignore_conflicts=True, batch_size=1000)
    return len(households)


def _doubles(run: Run, kind: IssueKind, sql: str, params: list[int | list[UUID]]) -> Iterator[CleaningIssue]:
    """One issue per pair, at the household with the smaller id; `other_household` is empty for a pair at home."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[UUID, UUID, UUID | None, UUID]] = cursor.fetchall()
    for household_id, family_id, member_id, other_id in rows:
        yield CleaningIssue(
            phase_id=run.scope_id,
            run_id=run.pk,
            kind=kind,
            household_id=household_id,
            family_id=family_id,
            member_id=member_id,
            other_household_id=None if other_id == household_id else other_id,
        )


def _incomplete(run: Run, phase: Phase, household: Household) -> Iterator[CleaningIssue]:
    unanswered = [q.key for q in questions_on(phase.rules_on) if household.declarations.get(q.key) is None]
    gaps: list[tuple[UUID | None, UUID | None, dict[str, object]]] = []
    if unanswered:
        gaps.append((None, None, {"missing": ["jawaban"], "questions": unanswered}))
    families = list(household.families.all())
    if not families:
        gaps.append((None, None, {"missing": ["keluarga"]}))
    born_before = _years_before(_day_of(run), NIK_FROM_AGE)
    for family in families:
        members = list(family.members.all())
        if not any(member.is_head for member in members):
            gaps.append((family.pk, None, {"missing": ["kepala_keluarga" if members else "anggota"]}))
        for member in members:
            if member.nik_index is None and member.birth_date <= born_before:
                gaps.append((family.pk, member.pk, {"missing": ["nik"]}))
    for family_id, member_id, detail in gaps:
        yield CleaningIssue(
            phase_id=phase.pk,
            run_id=run.pk,
            kind=IssueKind.INCOMPLETE,
            household=household,
            family_id=family_id,
            member_id=member_id,
            detail=detail,
        )


def _day_of(run: Run) -> date:
    """The day the run was started, whatever day it is when a shard is worked on."""
    said = run.params.get("on")
    return date.fromisoformat(said) if said else timezone.localdate()


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


HANDLER: Final = over_households(kind=KIND, work=clean, title=_("Cleaning of the registrations"))
