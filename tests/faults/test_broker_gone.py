"""A Celery worker whose broker has died finds runs by itself and ends when told to; families register meanwhile."""

import signal
import subprocess
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from identity.indexes import current_index_key_id
from jobs import tasks
from jobs.models import Run, RunState
from matching.loading import load_extract
from matching.models import PersonVerdict
from matching.services import start_matching
from registration.editing import copy_pages
from registration.models import Draft, Household
from tests.broker import broker_client
from tests.faults.drafts import one_person
from tests.faults.processes import broker, process, use_broker, wait_until
from tests.faults.storm import PATIENCE
from tests.live import live_server, session_of
from tests.matching.town import entry, make_phase, settle, write_population
from tests.people import dewi, siti
from tests.registration.samples import open_phase, ready_draft

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
FLAWED = ("-m", "tests.faults.flawed_celery")
PEOPLE = 60
QUICKLY = 10.0  # seconds, on a machine that is busy with other tests; a page that waited for the broker takes longer


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
            status = worker.wait(PATIENCE)  # half a minute for what is in hand, on a machine that is busy
        except subprocess.TimeoutExpired:
            status = -1
    assert status == 0
    run.refresh_from_db()
    assert (run.state, run.open_poison, PersonVerdict.objects.filter(run=run).count()) == (RunState.DONE, 0, PEOPLE)


def test_a_worker_without_a_broker_finds_runs_and_ends_when_told(run: Run) -> None:
    works_without_a_broker(run, poll="0.2", seconds=40)


@pytest.mark.long
def test_a_worker_that_waits_for_the_broker_is_noticed(run: Run) -> None:
    with pytest.raises(AssertionError):
        works_without_a_broker(run, poll="0", seconds=2)


def ends_without_having_been_greeted(accident: str, *, patience: float) -> None:
    """A supervisor that stops a worker is not kept waiting because the broker has gone in the first second."""
    with broker() as url:
        wait_until(lambda: not is_gone(url))
        with process(*FLAWED, accident, *CELERY[2:], redis_url=url, DTKS_POLL_SECONDS="0.2") as worker:
            wait_until(lambda: is_gone(url))
            time.sleep(1)  # of its life without a broker
            worker.send_signal(signal.SIGTERM)
            try:
                status = worker.wait(patience)
            except subprocess.TimeoutExpired:
                status = -1
    assert status == 0


def is_gone(url: str) -> bool:
    try:
        return not broker_client(url).ping()
    except RedisConnectionError:
        return True


def test_a_worker_whose_broker_dies_at_the_greeting_ends_when_told(transactional_db: None) -> None:
    ends_without_having_been_greeted("broker_dies_at_the_greeting", patience=PATIENCE)


@pytest.mark.long
def test_a_worker_that_insists_on_its_heartbeat_is_noticed(transactional_db: None) -> None:
    with pytest.raises(AssertionError):
        ends_without_having_been_greeted("heartbeats", patience=20)


GONE = 60.0  # seconds


def a_minute_without_a_broker(run: Run, *, poll: str, patience: float) -> None:
    """A4: submissions are answered at once, the run goes on by itself; then wake-ups arrive again."""
    phase = open_phase(name="Tahap berikut")
    drafts = [ready_draft(by=siti(), phase=phase, sample=one_person())]
    for number in range(5):
        drafts.append(Draft.objects.create(phase=open_phase(name=f"Tahap {number}"), owner=siti()))
        copy_pages(drafts[0].pk, drafts[-1])
    session = session_of(siti())
    with ExitStack() as all_of_it:
        first = ExitStack()
        url = first.enter_context(broker())
        all_of_it.callback(first.close)
        all_of_it.enter_context(use_broker(url))
        all_of_it.enter_context(process(*CELERY, redis_url=url, DTKS_POLL_SECONDS=poll))
        server = all_of_it.enter_context(live_server(redis_url=url))
        wait_until(lambda: len(broker_client(url).client_list()) > 2)
        first.close()
        gone_at = time.monotonic()
        Run.objects.filter(pk=run.pk).update(state=RunState.PLANNED)
        for draft in drafts:
            began = time.monotonic()
            answer = server.post(reverse("registration:draft_submit", kwargs={"draft_id": draft.pk}), session=session)
            assert (answer.status, time.monotonic() - began < QUICKLY) == (302, True)
        assert Household.objects.filter(phase__in={draft.phase_id for draft in drafts}).count() == len(drafts)
        wait_until(lambda: not Run.objects.live().exists(), seconds=patience)
        assert tasks.call_workers(str(run.pk), 1) == 0
        wait_until(lambda: time.monotonic() - gone_at > GONE, seconds=GONE + 5)
        all_of_it.enter_context(broker(port=int(url.split(":")[2].split("/")[0])))
        wait_until(lambda: tasks.call_workers(str(run.pk), 1), seconds=PATIENCE)
        wait_until(lambda: len(broker_client(url).client_list()) > 2, seconds=PATIENCE)
    run.refresh_from_db()
    assert (run.state, PersonVerdict.objects.filter(run=run).count()) == (RunState.DONE, PEOPLE)


@pytest.mark.long
def test_a_minute_without_a_broker_is_noticed_by_nobody(run: Run) -> None:
    a_minute_without_a_broker(run, poll="1", patience=GONE)


@pytest.mark.long
def test_without_looking_the_run_would_wait_for_the_broker(run: Run) -> None:
    with pytest.raises(AssertionError, match="in time"):
        a_minute_without_a_broker(run, poll="0", patience=3)
