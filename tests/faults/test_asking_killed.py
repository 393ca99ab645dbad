"""A worker killed in the middle of asking a register: what was paid for counts, and everybody has one verdict."""

import signal
from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs.models import Run, RunState, Shard, ShardState
from matching.models import PersonVerdict, RegisterAnswer
from matching.sources import budget
from matching.vocabulary import SourceKind
from tests.faults.processes import process, wait_until
from tests.matching.sources.registers import go_on, simulated, start
from tests.matching.town import entry, make_phase, nik_of, settle
from tests.people import siti

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

PEOPLE = 9


def kill_while_it_asks(settings: Settings, tmp_path: Path, *, flaw: str) -> None:
    """Its fifth call hangs; the worker is killed in it. The next one asks about the rest."""
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_REGISTER_SHARD_ROWS = PEOPLE
    phase = make_phase()
    settle(phase, PEOPLE, owner=siti())
    with simulated(settings, tmp_path, [entry(n) for n in range(PEOPLE)]) as register:
        register.plan = ["", "", "", "", "hang"]
        run = start(phase)
        port = settings.DTKS_REGISTERS["web_service"]["url"].split(":")[2].split("/")[0]
        with process("-m", "tests.faults.asker", str(run.pk), port, flaw) as dies:
            wait_until(lambda: register.calls.total() == 5)
            dies.send_signal(signal.SIGKILL)
            dies.wait()
        assert (PersonVerdict.objects.count(), run.shards.get().state) == (0, ShardState.LEASED)
        Shard.objects.filter(run=run).update(lease_until=timezone.now())  # the dead one's lease has run out
        go_on(run)
        check_everybody_was_paid_for_once(run, register.calls)


def check_everybody_was_paid_for_once(run: Run, calls: Counter[str]) -> None:
    assert run.state == RunState.DONE
    assert Counter(PersonVerdict.objects.values_list("value", flat=True)) == {"padan": PEOPLE}
    assert set(calls) == {nik_of(n) for n in range(PEOPLE)}
    assert sorted(calls.values()) == [*[1] * (PEOPLE - 1), 2]  # the call it died in
    assert budget.spent_today(SourceKind.WEB_SERVICE) == PEOPLE + 1
    assert RegisterAnswer.objects.count() == PEOPLE


def test_a_worker_killed_while_it_asks_loses_no_answer(settings: Settings, tmp_path: Path) -> None:
    kill_while_it_asks(settings, tmp_path, flaw="")


def test_answers_that_are_stored_with_their_shard_would_be_paid_twice(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        kill_while_it_asks(settings, tmp_path, flaw="keeps-late")
