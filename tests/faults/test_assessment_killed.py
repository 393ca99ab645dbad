"""A worker killed in the middle of cleaning or assessment: the result is whole, and families are told once."""

import signal

import pytest
from django.db import connection
from pytest_django import Settings

from assessment.models import CleaningIssue, Finding
from assessment.services import start_assessment, start_cleaning
from jobs.models import Run, RunState
from notices.models import Notice
from tests.assessment.families import phase_in
from tests.assessment.test_run_guarantees import Starter, anew, result_of, settle, work
from tests.faults.processes import wait_until, worker

pytestmark = [pytest.mark.fault, pytest.mark.long, pytest.mark.django_db(transaction=True)]
HOLD, LEASE = 20.0, 30.0  # seconds; the lease of the dead is ended by hand


@pytest.fixture(autouse=True)
def _leases(settings: Settings) -> None:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_LEASE_SECONDS = LEASE


def kill_in_the_middle(start: Starter, *, flaw: str) -> None:
    """Once what it has written lies in its open transaction, or in the table where a flaw has committed it."""
    phase = phase_in()
    settle(phase)
    whole = result_of(work(start(phase=phase, by=None)))
    told = Notice.objects.count()
    run = anew(start, phase)
    with worker(run.pk, name="dies", hold=HOLD, flaw=flaw) as dies:
        wait_until(lambda: is_in_the_middle(run), seconds=120)
        dies.send_signal(signal.SIGKILL)
        dies.wait()
    wait_until(lambda: idle_in_transaction() == 0, seconds=120)
    run.shards.update(lease_until="2026-01-01T00:00Z")
    with worker(run.pk, name="lives", flaw=flaw) as lives:
        lives.wait(120)
    run.refresh_from_db()
    assert (run.state, run.open_poison) == (RunState.DONE, 0)
    assert result_of(run) == whole
    assert Notice.objects.count() == told


def is_in_the_middle(run: Run) -> bool:
    written = Finding.objects.filter(run_id=run.pk).exists() or CleaningIssue.objects.filter(run_id=run.pk).exists()
    return run.shards.filter(worker="dies").exists() and (written or idle_in_transaction() > 0)


def idle_in_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
            " AND state_change < clock_timestamp() - interval '0.5 seconds'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("start", [start_cleaning, start_assessment])
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(start: Starter) -> None:
    kill_in_the_middle(start, flaw="")


def test_findings_in_a_commit_of_their_own_would_be_told_to_nobody() -> None:
    with pytest.raises(AssertionError):
        kill_in_the_middle(start_assessment, flaw="tells-apart")


def test_a_cleaning_that_does_not_look_would_stumble_over_itself() -> None:
    with pytest.raises(AssertionError):
        kill_in_the_middle(start_cleaning, flaw="no-look")
