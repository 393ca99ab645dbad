"""A worker is killed in the middle of telling families what has been decided: each of them hears it once."""

from __future__ import annotations

import signal
from collections import Counter

import pytest
from pytest_django import Settings

from jobs.models import OutboxMessage
from notices.models import Notice
from registration.models import Family, Outcome
from stages.models import DecisionKind
from stages.outcomes import Ruling, decide
from stages.telling import is_anybody_waiting, tell_waiting
from tests.faults.processes import process, wait_until
from tests.people import dewi
from tests.stages.scenes import household_of, phase_in

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
FAMILIES = 5  # the worker takes two at a time and dies over the second two


def check_everybody_is_told_once(settings: Settings, *mutants: str) -> None:
    settings.DTKS_WAKE_UPS = False
    phase = phase_in()
    families = [household_of(phase).families.get() for _number in range(FAMILIES)]
    rulings = [Ruling(family.pk, Outcome.NOT_PROPOSED, "muskel.usaha") for family in families]
    decide(rulings=rulings, kind=DecisionKind.DST, by=dewi())
    with process("-m", "tests.faults.teller", *mutants) as dies:
        assert dies.wait(40) == -signal.SIGKILL
    assert Notice.objects.count() >= 2  # what was committed before is not undone
    wait_until(lambda: tell_waiting() == 0 and not is_anybody_waiting())
    told = Counter(Notice.objects.values_list("family", flat=True))
    assert told == Counter(Family.objects.values_list("pk", flat=True))
    assert OutboxMessage.objects.count() == FAMILIES


def test_a_worker_killed_over_its_second_portion_neither_loses_nor_doubles_a_notice(settings: Settings) -> None:
    check_everybody_is_told_once(settings)


@pytest.mark.parametrize("mutant", ["tells_in_two_commits", "forgets_before_telling"])
def test_notice_and_queue_in_two_commits_would_not_survive_it(settings: Settings, mutant: str) -> None:
    with pytest.raises(AssertionError, match="Counter"):
        check_everybody_is_told_once(settings, mutant)
