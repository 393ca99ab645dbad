"""Workers on several machines share a run over the network alone; one whose cable is cut changes nothing any more."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from dtks_portal.embedded.instance import APP_ROLE
from jobs.models import Run, RunState, ShardState
from tests.broker import broker_client
from tests.faults.city import City, found_city
from tests.faults.cluster import NAME, Cluster, own_cluster
from tests.faults.machines import Machine, Network, network_of
from tests.faults.processes import broker, wait_until
from tests.faults.storm import CELERY, PATIENCE

pytestmark = [pytest.mark.fault, pytest.mark.long]

PEOPLE, SHARD, LEASE = range(20_000), 50, 6.0


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with network_of(2, tmp_path) as network:
        yield network


@pytest.fixture
def cluster(network: Network, django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    with django_db_blocker.unblock(), own_cluster(door=network.address, guests=network.guests) as cluster:
        yield cluster


@pytest.fixture
def city(cluster: Cluster, settings: Settings) -> City:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_LEASE_SECONDS = LEASE
    settings.DTKS_SHARD_ROWS = SHARD
    return found_city(cluster, "kota", PEOPLE)


@contextmanager
def a_worker_on_each(network: Network, *, flaw: str) -> Iterator[None]:
    program = ("-m", "tests.faults.flawed_celery", flaw) if flaw else ("-m", "celery")
    with broker(at=network.address) as url, ExitStack() as all_of_them:
        valkey = broker_client(url)
        for machine in network.machines:
            where = f"postgres://{APP_ROLE}@{network.address}:5432/{NAME}"
            settings = {"DATABASE_URL": where, "REDIS_URL": url, "DTKS_POLL_SECONDS": "0.3"}
            all_of_them.enter_context(machine.running(*program, *CELERY, **settings))
        callers = {machine.address for machine in network.machines}
        wait_until(lambda: callers <= {each["addr"].split(":")[0] for each in valkey.client_list()}, seconds=PATIENCE)
        yield


def of(run: Run, machine: Machine) -> Callable[..., int]:
    """How many shards of a run a machine holds or has done, as asked."""
    return lambda **which: run.shards.filter(worker__startswith=f"{machine.name}:", **which).count()


def cut_in_the_middle(network: Network, city: City, *, flaw: str) -> None:
    lost, stays = network.machines
    with a_worker_on_each(network, flaw=flaw):
        run = shared_run(city, lost, stays)
        lost.cut()
        cut_at = now()
        wait_until(lambda: is_over(run), seconds=PATIENCE)
        complete(run, city)
        late = run.shards.filter(worker__startswith=f"{lost.name}:", done_at__gt=cut_at + timedelta(seconds=LEASE))
        lost.mend()
        stays.cut()
        again = city.start()
        wait_until(lambda: is_over(again), seconds=PATIENCE)
        complete(again, city)
        assert of(again, lost)() == again.shards.count()
    complete(run, city)
    assert not late.exists()


def shared_run(city: City, lost: Machine, stays: Machine) -> Run:
    """A run both have done something of, and the first holds a shard now. On a quick machine it takes several."""
    for _try in range(10):
        run = city.start()
        counts = [of(run, lost), of(run, stays)]
        for reached in (
            lambda counts=counts: all(count(state=ShardState.DONE) for count in counts),
            lambda counts=counts: counts[0](state=ShardState.LEASED),
        ):
            wait_until(lambda reached=reached, run=run: reached() or is_over(run), seconds=PATIENCE)  # type: ignore[misc]
        if not is_over(run):
            return run
    raise AssertionError("no run was shared")


def is_over(run: Run) -> bool:
    return not Run.objects.live().filter(pk=run.pk).exists()


def complete(run: Run, city: City) -> None:
    run.refresh_from_db()
    assert (run.state, run.open_poison, run.shards.unfinished().count()) == (RunState.DONE, 0, 0)
    city.judge(run)


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def test_a_machine_that_is_cut_off_changes_nothing_and_comes_back(network: Network, city: City) -> None:
    cut_in_the_middle(network, city, flaw="")


def test_results_kept_on_one_machine_are_missed(network: Network, city: City) -> None:
    with pytest.raises(AssertionError, match="without a verdict"):
        cut_in_the_middle(network, city, flaw="keeps_results_at_home")
