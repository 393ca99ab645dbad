"""A second household like the first, and the look for pairs, for tests."""

from typing import Any

from jobs.models import RunState
from jobs.services import work_run
from matching.linking.services import start_duplicates
from matching.models import DuplicatePair
from registration.models import Household, Member, Phase
from tests.assessment.families import household_of
from tests.people import budi, dewi

ELSEWHERE = {"address": "Gang Mawar 7", "rt": "009"}


def look(phase: Phase) -> list[tuple[str, list[str]]]:
    """Run to the end; the kind and reasons of each pair that stands."""
    run = start_duplicates(phase=phase, by=dewi())
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert run.rows_done == run.rows_total
    return [(pair.kind, pair.reasons) for pair in DuplicatePair.objects.standing()]


def other_household(phase: Phase, **changes: Any) -> Household:
    """Of Budi, elsewhere, with an unlike person."""
    household = household_of(phase, account=budi(), **{**ELSEWHERE, **changes})
    household.members.update(name="Joko Widodo", sex="L")
    return household


def rename(household: Household, **changes: Any) -> Member:
    household.members.update(**changes)
    return household.members.get()
