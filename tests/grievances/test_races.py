"""Many hands at once: one objection, one decision."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import environ
import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from assessment.assessing import KIND
from assessment.models import Finding
from grievances.models import Objection, ObjectionQuerySet
from grievances.services import AlreadyDecided, NotContestable, decide, object_to
from notices.models import Notice
from tests.assessment.families import everyone_is_fine, household_of, owns, phase_in, run_to_the_end
from tests.people import agus, dewi, rina, siti

HANDS = 8
ONE_OPEN = "objection_one_open_per_finding"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def finding() -> Finding:
    phase = phase_in()
    household = household_of(phase)
    _population, assets = everyone_is_fine(phase)
    owns(assets, household.members.get(), "mobil")
    run_to_the_end(KIND, phase)
    return Finding.objects.current().get(rule_key="mobil")


def at_once(act: Callable[[int], object]) -> int:
    """Run `act` in HANDS threads at the same time; how many succeeded."""
    gate = Barrier(HANDS)

    def one(number: int) -> bool:
        try:
            gate.wait(20)
            act(number)
        except (AlreadyDecided, NotContestable):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(HANDS) as pool:
        return sum(pool.map(one, range(HANDS)))


def check_one_objection(finding: Finding) -> None:
    user = siti()
    assert at_once(lambda number: object_to(finding=finding, text=f"Sudah dijual {number}", by=user)) == 1
    assert Objection.objects.count() == 1
    assert Notice.objects.filter(kind="objection_received").count() == 1


def check_one_decision(finding: Finding) -> None:
    objection = object_to(finding=finding, text="Sudah dijual", by=siti())
    people = [rina(), dewi(), agus()]
    won = at_once(
        lambda number: decide(
            objection=Objection.objects.get(pk=objection.pk), uphold=number % 2 == 0, reason="Ya", by=people[number % 3]
        )
    )
    assert won == 1
    assert Notice.objects.filter(kind__in=["objection_upheld", "objection_rejected"]).count() == 1


def test_one_of_many_objections_at_once_is_taken(finding: Finding):
    check_one_objection(finding)


def test_one_of_many_decisions_at_once_counts(finding: Finding):
    check_one_decision(finding)


def test_mutant_without_the_unique_index_several_are_taken(finding: Finding):
    with without_index(), pytest.raises(AssertionError):
        check_one_objection(finding)


def test_mutant_without_the_compare_several_decisions_count(finding: Finding, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ObjectionQuerySet, "open", lambda self: self.all())
    with pytest.raises(AssertionError):
        check_one_decision(finding)


@contextmanager
def without_index() -> Iterator[None]:
    """The index that guards against two open objections, dropped by the owner of the tables and put back."""
    own = environ.Env.db_url_config(settings.SERVICES.owner_url)
    parameters = connection.get_connection_params()
    owner = psycopg2.connect(
        dbname=parameters["dbname"],
        user=own.get("USER") or None,
        password=own.get("PASSWORD") or None,
        host=parameters.get("host"),
        port=parameters.get("port"),
    )
    owner.autocommit = True
    try:
        with owner.cursor() as cursor:
            cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [ONE_OPEN])
            (definition,) = cursor.fetchone() or ("",)
            cursor.execute(f"DROP INDEX {ONE_OPEN}")
            try:
                yield
            finally:
                cursor.execute("TRUNCATE grievances_objection")
                cursor.execute(definition)
    finally:
        owner.close()
