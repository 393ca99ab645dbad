"""A Celery worker whose broker has died finds runs by itself, and ends when it is told to."""

import signal
import subprocess
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from identity.indexes import current_index_key_id
from jobs.models import Run, RunState
from matching.loading import load_extract
from matching.models import PersonVerdict
from matching.services import start_matching
from tests.broker import broker_client
from tests.faults.processes import broker, process, wait_until
from tests.matching.town import entry, make_phase, settle, write_population
from tests.people import dewi, siti

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

CELERY = (
    "-m",
    "celery",
    "-A",
    "dtks_portal",
    "worker",
    "-c",
    "1",
    "-l",
    "ERROR",
    "--without-mingle",
    "--without-gossip",
)
PEOPLE = 60


@pytest.fixture
def run(tmp_path: Path, settings: Settings) -> Run:
    """A run that nobody has been woken for."""
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_SHARD_ROWS = 7
    phase = make_phase()
    settle(phase, PEOPLE, owner=siti())
    path = write_population(tmp_path / "p.csv", map(entry, range(PEOPLE)))
    load_extract(path=path, source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), by=None)
    run = start_matching(phase=phase, source="population", by=dewi())
    Run.objects.filter(pk=run.pk).update(state=RunState.PAUSED)
    return run


def works_without_a_broker(run: Run, *, poll: str, seconds: float) -> None:
    """The broker is killed while the worker is idle; then there is a run to work on."""
    with broker() as url, process(*CELERY, redis_url=url, DTKS_POLL_SECONDS=poll) as worker:
        valkey = broker_client(url)
        wait_until(lambda: len(valkey.client_list()) > 2)
        valkey.shutdown(nosave=True, now=True, force=True)
        Run.objects.filter(pk=run.pk).update(state=RunState.PLANNED)
        wait_until(lambda: not Run.objects.live().exists(), seconds=seconds)
        worker.send_signal(signal.SIGTERM)
        try:
            status = worker.wait(25)
        except subprocess.TimeoutExpired:
            status = -1
    assert status == 0
    run.refresh_from_db()
    assert (run.state, run.open_poison, PersonVerdict.objects.filter(run=run).count()) == (RunState.DONE, 0, PEOPLE)


def test_a_worker_without_a_broker_finds_runs_and_ends_when_told(run: Run) -> None:
    works_without_a_broker(run, poll="0.2", seconds=40)


def test_a_worker_that_waits_for_the_broker_is_noticed(run: Run) -> None:
    with pytest.raises(AssertionError):
        works_without_a_broker(run, poll="0", seconds=2)
