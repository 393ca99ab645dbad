"""A city of 200,000 people is matched while workers are killed and frozen, the broker forgets and the database falls.

Exactly one verdict for everybody, each equal to an answer found another way. The same storm over a small town turns
red when one protection is taken away.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from jobs.models import RunState, Shard
from tests.faults.city import City, found_city
from tests.faults.cluster import Cluster, own_cluster
from tests.faults.processes import broker, use_broker
from tests.faults.storm import Storm

pytestmark = [pytest.mark.fault, pytest.mark.long]

CITY, SHARD = range(200_000), 500
SLUGS = ("utuh", "terpisah", "tanpa-token", "tanpa-kunci")
TOWNS = {slug: range(begin, begin + 3000) for slug, begin in zip(SLUGS, range(300_000, 420_000, 30_000), strict=True)}
TOWN_SHARD = 25
KILLS, FLUSHES, RESTARTS, FREEZES = 10, 3, 2, 2
NOTICED = "counted|fell|set aside|open again|doubled"  # and not that something did not happen in time
KEY = "matching_one_verdict_per_run"
BACK_TO_THE_KEY = f"""
BEGIN;
LOCK TABLE matching_personverdict;
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM matching_personverdict late USING matching_personverdict first
WHERE late.run_id = first.run_id AND late.member_id = first.member_id AND late.id > first.id;
ALTER TABLE matching_personverdict ADD CONSTRAINT {KEY} UNIQUE (member_id, run_id);
COMMIT
"""  # noqa: S608


@pytest.fixture(scope="module")
def cluster(django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    with django_db_blocker.unblock(), own_cluster() as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def _leases(settings: Settings) -> None:
    settings.DTKS_WAKE_UPS = False  # the storm's scheduler sends them, twice
    settings.DTKS_LEASE_SECONDS = 8


def weather(city: City, disasters: list[str], *, cluster: Cluster, crew: int, flaw: str = "") -> Storm:
    """The run of a city in this weather; it is done, and everything is as it must be."""
    with broker() as url, use_broker(url):
        storm = Storm(city.start(), url, crash=cluster.crash, flaw=flaw)
        storm.chance.shuffle(disasters)
        with storm.workers(crew):
            storm.rage(disasters)
    run = storm.run
    run.refresh_from_db()
    assert (run.state, run.shards.unfinished().count()) == (RunState.DONE, 0), "something is open again"
    city.judge(run)
    return storm


def test_a_city_gets_one_verdict_each_whatever_dies(cluster: Cluster, settings: Settings) -> None:
    settings.DTKS_SHARD_ROWS = SHARD
    city = found_city(cluster, "kota", CITY)
    disasters = ["kill"] * KILLS + ["flush"] * FLUSHES + ["restart"] * RESTARTS + ["freeze"] * FREEZES
    storm = weather(city, disasters, cluster=cluster, crew=4)
    assert storm.hit == KILLS + FREEZES
    assert Shard.objects.filter(run=storm.run, token__gt=1).exists(), "nobody was hit at work"


def small_storm(cluster: Cluster, settings: Settings, *, slug: str, flaw: str = "") -> None:
    settings.DTKS_SHARD_ROWS = TOWN_SHARD
    town = found_city(cluster, slug, TOWNS[slug])
    weather(town, ["kill", "freeze", "flush"], cluster=cluster, crew=3, flaw=flaw)


def test_a_town_comes_through_a_small_storm(cluster: Cluster, settings: Settings) -> None:
    small_storm(cluster, settings, slug="utuh")


def test_work_and_state_in_two_commits_would_not(cluster: Cluster, settings: Settings) -> None:
    with pytest.raises(AssertionError, match=NOTICED):
        small_storm(cluster, settings, slug="terpisah", flaw="work_and_state_apart")


def test_without_the_token_the_key_alone_would_not_do(cluster: Cluster, settings: Settings) -> None:
    """The late worker's insert meets the key; what was done is open again."""
    with pytest.raises(AssertionError, match=NOTICED):
        small_storm(cluster, settings, slug="tanpa-token", flaw="no_fencing")


def test_without_token_and_key_there_would_be_two_verdicts(cluster: Cluster, settings: Settings) -> None:
    with without_the_key(cluster), pytest.raises(AssertionError, match=NOTICED):
        small_storm(cluster, settings, slug="tanpa-kunci", flaw="no_fencing")


@contextmanager
def without_the_key(cluster: Cluster) -> Iterator[None]:
    """Doubled verdicts are taken out before the key comes back."""
    with cluster.superuser() as cursor:
        cursor.execute(f"ALTER TABLE matching_personverdict DROP CONSTRAINT {KEY}")
        try:
            yield
        finally:
            cursor.execute(BACK_TO_THE_KEY)
