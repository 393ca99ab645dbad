"""Workers that die, freeze, are stopped or lose their broker: every member has exactly one verdict, the right one.

What the guards are for is run once more with the guard taken out (the token, the proof in the same transaction, the
check of the run's state, listening for SIGTERM), and must then fail.
"""

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from identity.indexes import current_index_key_id
from jobs import engine, services, tasks
from jobs.models import Run, RunState, Shard, ShardState
from jobs.services import abort_run, resume_run, start_run
from matching.loading import load_extract
from matching.models import PersonVerdict, PopulationRecord, Snapshot
from matching.services import start_matching
from registration.models import Member
from tests.broker import broker_client
from tests.faults.processes import ROOT, broker, environment, process, use_broker, wait_until, worker
from tests.jobs.toy import KIND, Toy, landed, once_each
from tests.matching.oracle import expected_values
from tests.matching.town import Entry, entry, make_phase, settle, write_population
from tests.people import dewi, siti

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

PEOPLE = 1500


@pytest.fixture(autouse=True)
def _short_leases(settings: Settings) -> None:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_LEASE_SECONDS = 2.5
    settings.DTKS_SHARD_ROWS = 50


class City:
    """Members of a phase, the extract that knows most of them, and the verdicts they must get."""

    def __init__(self, tmp_path: Path) -> None:
        self.phase = make_phase()
        self.members = settle(self.phase, PEOPLE, owner=siti(), without_nik=frozenset(range(7, PEOPLE, 211)))
        self.entries = list(self._entries())
        path = write_population(tmp_path / "penduduk.csv", self.entries)
        load_extract(
            path=path, source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), by=None
        )

    def _entries(self) -> list[Entry]:
        changes: tuple[dict[str, str], ...] = (
            {},
            {"nama": "Joko Widodo"},
            {"status": "meninggal"},
            {"tanggal_lahir": "1999-09-09"},
        )
        return [entry(n).but(**changes[n % 4]) for n in range(PEOPLE) if n % 13]

    def start(self) -> Run:
        return start_matching(phase=self.phase, source="population", by=dewi())

    def check(self, run: Run) -> None:
        """The run is done, and each member has one verdict, equal to the oracle's."""
        run.refresh_from_db()
        assert (run.state, run.open_poison) == (RunState.DONE, 0)
        found = list(PersonVerdict.objects.filter(run=run).values_list("member_id", "value"))
        assert len(found) == PEOPLE
        expected = expected_values(self.members, self.entries)
        assert Counter(value for _pk, value in found) == Counter(expected.values())
        assert {str(pk): value for pk, value in found} == expected


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path)


def done(run: Run) -> int:
    return run.shards.filter(state=ShardState.DONE).count()


def is_over(run: Run) -> bool:
    return not Run.objects.live().filter(pk=run.pk).exists()


def kill_in_the_middle(city: City, *, flaw: str) -> None:
    run = city.start()
    with worker(run.pk, name="dies", hold=0.8, flaw=flaw) as dies:
        wait_until(lambda: run.shards.filter(state=ShardState.LEASED).exists())
        time.sleep(0.4)
        dies.send_signal(signal.SIGKILL)
        dies.wait()
    assert run.shards.get(state=ShardState.LEASED).worker == "dies"
    with worker(run.pk, name="lives") as lives:
        wait_until(lambda: is_over(run) or run.open_poison)
        assert run.open_poison == 0
        lives.wait(60)
    city.check(run)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(city: City) -> None:
    kill_in_the_middle(city, flaw="")


@pytest.mark.long
def test_work_and_state_in_two_commits_would_not_survive_a_kill(city: City) -> None:
    with pytest.raises(AssertionError):
        kill_in_the_middle(city, flaw="two-commits")


def freeze_past_the_lease(*, flaw: str) -> None:
    """With the toy run, whose rows nothing but the token keeps from doubling."""
    engine.register(Toy().handler())
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    with worker(run.pk, name="frozen", slow=1.0, flaw=flaw) as frozen:
        wait_until(lambda: Shard.objects.filter(worker="frozen", state=ShardState.LEASED).exists())
        frozen.send_signal(signal.SIGSTOP)
        before = done(run)
        services.work_run(run.pk, worker="awake")
        assert is_over(run)
        frozen.send_signal(signal.SIGCONT)
        frozen.wait(60)
    assert landed() == once_each(40)
    assert Shard.objects.filter(worker="frozen", state=ShardState.DONE).count() == before


def test_a_worker_frozen_past_its_lease_changes_nothing() -> None:
    freeze_past_the_lease(flaw="")


@pytest.mark.long
def test_without_the_token_the_frozen_worker_would_double_rows() -> None:
    with pytest.raises(AssertionError):
        freeze_past_the_lease(flaw="no-token")


@pytest.mark.long
def test_a_matching_worker_frozen_past_its_lease_changes_nothing(city: City) -> None:
    run = city.start()
    with worker(run.pk, name="frozen", hold=0.3) as frozen:
        wait_until(lambda: Shard.objects.filter(worker="frozen", state=ShardState.LEASED).exists())
        frozen.send_signal(signal.SIGSTOP)
        services.work_run(run.pk, worker="awake")
        frozen.send_signal(signal.SIGCONT)
        frozen.wait(60)
    city.check(run)


def abort_in_the_middle(city: City, *, flaw: str) -> Run:
    run = city.start()
    with worker(run.pk, name="w", hold=0.4, flaw=flaw) as busy:
        wait_until(lambda: done(run) >= 1 and Shard.objects.filter(state=ShardState.LEASED).exists())
        began = time.monotonic()
        abort_run(run=run, by=dewi())
        assert time.monotonic() - began < 10
        before = PersonVerdict.objects.count()
        busy.wait(60)
    assert PersonVerdict.objects.count() == before
    return run


@pytest.mark.long
def test_after_an_abort_nothing_lands_and_resume_completes(city: City) -> None:
    run = abort_in_the_middle(city, flaw="")
    resume_run(run=run, by=dewi())
    services.work_run(run.pk, worker="later")
    city.check(run)


@pytest.mark.long
def test_without_the_proof_verdicts_would_land_after_an_abort(city: City) -> None:
    with pytest.raises(AssertionError):
        abort_in_the_middle(city, flaw="no-token")


def terminate(*, flaw: str) -> None:
    engine.register(Toy().handler())
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    with worker(run.pk, hold=1.5, flaw=flaw) as polite:
        wait_until(lambda: Shard.objects.filter(state=ShardState.LEASED).exists())
        polite.send_signal(signal.SIGTERM)
        try:
            status = polite.wait(20)
        except subprocess.TimeoutExpired:
            status = -1
    assert status == 0
    assert not Shard.objects.filter(state=ShardState.LEASED).exists()
    assert 0 < done(run) < 4
    assert landed() == once_each(10 * done(run))


def test_a_worker_told_to_stop_finishes_its_shard_and_goes() -> None:
    terminate(flaw="")


@pytest.mark.long
def test_a_worker_that_does_not_listen_is_noticed() -> None:
    with pytest.raises(AssertionError):
        terminate(flaw="deaf")


@pytest.mark.long
def test_doubled_and_lost_wake_ups_are_harmless(city: City) -> None:
    """Real Celery workers on a broker that is emptied again and again; the scheduler makes up for it."""
    with broker() as url, use_broker(url):
        valkey = broker_client(url)
        run = city.start()
        tasks.call_workers(str(run.pk), 3)
        valkey.flushall()
        celery = ("-m", "celery", "-A", "dtks_portal", "worker", "-c", "2", "-l", "ERROR", "--without-mingle")
        with process(*celery, redis_url=url) as workers:
            wait_until(lambda: valkey.client_list(_type="normal") and len(valkey.client_list()) > 2)
            assert run.shards.count() == 0, "the lost messages are lost"
            for _look in range(3):
                tasks.tend()
            wait_until(lambda: run.shards.exists())
            valkey.flushall()
            tasks.tend()
            wait_until(lambda: is_over(run))
            tasks.call_workers(str(run.pk), 5)
            workers.send_signal(signal.SIGTERM)
            workers.wait(60)
    city.check(run)


def killed_import_leaves_nothing(tmp_path: Path, *, flaw: str = "") -> None:
    path = write_population(tmp_path / "besar.csv", (entry(n) for n in range(30_000)))
    with process("-m", "tests.faults.importing", str(path), "--flaw", flaw) as importing:
        wait_until(lambda: Snapshot.objects.exists())
        time.sleep(0.3)
        importing.send_signal(signal.SIGKILL)
        importing.wait()
    assert Snapshot.objects.ready().count() == 0
    wait_until(lambda: importer_is_gone())
    assert PopulationRecord.objects.count() == 0


@pytest.mark.long
@pytest.mark.parametrize("flaw", ["early", "piecemeal"])
def test_a_killed_import_that_leaves_something_is_noticed(tmp_path: Path, flaw: str) -> None:
    with pytest.raises(AssertionError):
        killed_import_leaves_nothing(tmp_path, flaw=flaw)


@pytest.mark.long
def test_a_killed_import_leaves_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    killed_import_leaves_nothing(tmp_path)
    small = write_population(tmp_path / "kecil.csv", [entry(1)])
    command = ("manage.py", "import_extract", "population", str(small), "--as-of", "2026-11-01")
    again = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment(), capture_output=True)
    assert again.returncode == 0
    assert [one.row_count for one in Snapshot.objects.all()] == [1]
    assert Member.objects.count() == 0


def importer_is_gone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
        )
        return bool(cursor.fetchone() == (0,))
