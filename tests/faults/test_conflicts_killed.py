"""A worker killed while it lists conflicts: the list is that of a run nobody has disturbed."""

import signal

import pytest
from pytest_django import Settings

from jobs.models import Run, RunState
from stages import guards
from tests.faults.processes import wait_until, worker
from tests.faults.test_assessment_killed import HOLD, LEASE, idle_in_transaction
from tests.stages.disagreement import KINDS, anew, disagreeing, result_of, work

pytestmark = [pytest.mark.fault, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _leases(settings: Settings) -> None:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_LEASE_SECONDS = LEASE


def kill_in_the_middle(*, flaw: str) -> None:
    phase, _homes = disagreeing()
    work(anew(phase))
    whole, run = result_of(phase), anew(phase)
    assert [row[1] for row in sorted(whole, key=lambda row: str(row[1]))] == KINDS
    with worker(run.pk, name="dies", hold=HOLD, flaw=flaw) as dies:
        wait_until(lambda: is_in_the_middle(run), seconds=120)
        dies.send_signal(signal.SIGKILL)
        dies.wait()
    wait_until(lambda: idle_in_transaction() == 0, seconds=120)
    assert [reason.code for reason in guards.conflicts_listed(phase)] == ["conflicts_not_listed"]
    run.shards.filter(state="leased").update(lease_until="2026-01-01T00:00Z")
    with worker(run.pk, name="lives", flaw=flaw) as lives:
        lives.wait(120)
    run.refresh_from_db()
    assert (run.state, run.open_poison) == (RunState.DONE, 0)
    assert result_of(phase) == whole
    assert list(guards.conflicts_listed(phase)) == []


def is_in_the_middle(run: Run) -> bool:
    """Its list lies in its open transaction, or a flaw has called it done before."""
    held = run.shards.filter(worker="dies")
    return held.exists() and (held.filter(state="done").exists() or idle_in_transaction() > 0)


def test_a_worker_killed_in_the_middle_loses_and_doubles_no_conflict() -> None:
    kill_in_the_middle(flaw="")


def test_a_shard_that_is_done_before_its_work_would_lose_conflicts() -> None:
    with pytest.raises(AssertionError):
        kill_in_the_middle(flaw="done-first")
