"""A real worker with a process for tasks: the thread that looks for work leaves the run to it."""

import socket
from datetime import date
from pathlib import Path

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from identity.indexes import current_index_key_id
from jobs import tasks
from jobs.leases import take_lease
from jobs.models import Run, RunState, ShardState
from jobs.working import plan_run
from matching.loading import load_extract
from matching.services import start_matching
from tests.broker import broker_client
from tests.faults.processes import broker, process, use_broker, wait_until
from tests.faults.storm import CELERY
from tests.matching.town import entry, make_phase, settle, write_population
from tests.people import dewi, siti

pytestmark = [pytest.mark.fault, pytest.mark.long, pytest.mark.django_db(transaction=True)]

PEOPLE, SHARD = 1500, 50


@pytest.fixture
def run(tmp_path: Path, settings: Settings) -> Run:
    """A run that waits for a person; somebody holds one of its shards."""
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_LEASE_SECONDS = 600
    settings.DTKS_SHARD_ROWS = SHARD
    phase = make_phase()
    settle(phase, PEOPLE, owner=siti())
    path = write_population(tmp_path / "p.csv", map(entry, range(PEOPLE)))
    load_extract(path=path, source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), by=None)
    run = start_matching(phase=phase, source="population", by=dewi())
    assert plan_run(run)
    run.refresh_from_db()
    assert take_lease(run, worker="somebody")
    Run.objects.filter(pk=run.pk).update(state=RunState.PAUSED)
    return run


def a_worker_has_one_shard_in_hand(run: Run, *, flaw: str) -> None:
    """It looks all the time. One shard is held in the name of its tasks until all others are done."""
    program = ("-m", "tests.faults.flawed_celery", flaw) if flaw else ("-m", "celery")
    with (
        broker() as url,
        use_broker(url),
        process(*program, *CELERY, redis_url=url, DTKS_POLL_SECONDS="0.01") as worker,
    ):
        wait_until(lambda: len(broker_client(url).client_list()) > 2)
        held = run.shards.filter(state=ShardState.LEASED)
        others = run.shards.exclude(pk=held.get().pk)
        held.update(worker=f"{socket.gethostname()}:{worker.pid}:0")
        Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
        tasks.call_workers(str(run.pk), 1)
        wait_until(lambda: not others.unfinished().exists())
        assert not others.filter(worker__contains=":polling:").exists()
        held.update(lease_until=Now())
        wait_until(lambda: not Run.objects.live().exists())


def test_a_worker_has_one_shard_in_hand(run: Run) -> None:
    a_worker_has_one_shard_in_hand(run, flaw="")


def test_a_worker_that_takes_a_second_one_is_noticed(run: Run) -> None:
    with pytest.raises(AssertionError):
        a_worker_has_one_shard_in_hand(run, flaw="takes_a_second_shard")
