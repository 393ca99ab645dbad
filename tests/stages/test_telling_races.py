"""Several workers tell families at once, while others decide about them and withdraw: once each, and no stale word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from notices.models import Notice
from registration.models import Family, Household, Outcome
from stages import telling
from stages.models import DecisionKind, OutcomeDecision
from stages.outcomes import Ruling, decide
from tests.faults.processes import wait_until
from tests.people import agus, dewi
from tests.stages.scenes import household_of, phase_in

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


@pytest.fixture
def family(transactional_db: None) -> Family:
    made = household_of(phase_in()).families.get()
    decided(made, Outcome.NOT_PROPOSED, "muskel.usaha", DecisionKind.DST)
    return made


@pytest.fixture
def _impatient() -> Iterator[None]:
    """Whoever waits for a lock here fails at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    yield
    connection.close()


def decided(family: Family, outcome: Outcome, reason: str, kind: DecisionKind) -> None:
    decide(rulings=[Ruling(family.pk, outcome, reason)], kind=kind, by=dewi())


def hold_nothing(ids: Sequence[UUID]) -> list[Family]:
    """The planted flaw: families are read without being held."""
    return list(Family.objects.select_related("household__phase").filter(pk__in=ids))


def in_a_thread(work: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def in_the_middle(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]) -> None:
    """Between a worker's look at the decisions and its notices something else happens, once."""
    honest, happened = telling.tell_families, threading.Event()

    def tell(families: Sequence[Family], decisions: Mapping[UUID, OutcomeDecision]) -> None:
        if not happened.is_set():
            happened.set()
            meanwhile()
        honest(families, decisions)

    monkeypatch.setattr(telling, "tell_families", tell)


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def check_two_workers_tell_a_family_once(monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_middle(monkeypatch, lambda: in_a_thread(telling.tell_waiting).join())
    telling.tell_waiting()
    assert (Notice.objects.count(), telling.is_anybody_waiting()) == (1, False)


def test_two_workers_tell_a_family_once(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    check_two_workers_tell_a_family_once(monkeypatch)


def test_without_their_locks_they_would_tell_it_twice(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_hold", hold_nothing)
    with pytest.raises(AssertionError):
        check_two_workers_tell_a_family_once(monkeypatch)


def check_nothing_is_told_after_it_was_undone(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    deciding: list[threading.Thread] = []

    def undo() -> None:
        again = Ruling(family.pk, Outcome.PROCESSING, "reopened")
        deciding.append(in_a_thread(lambda: decide(rulings=[again], kind=DecisionKind.REOPENING, by=agus())))
        wait_until(lambda: not deciding[0].is_alive() or somebody_waits_for_us())

    in_the_middle(monkeypatch, undo)
    telling.tell_waiting()
    deciding[0].join()
    undone = OutcomeDecision.objects.get(reason_code="reopened")
    assert Notice.objects.get().created_at < undone.at


def test_nothing_is_told_after_it_was_undone(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    check_nothing_is_told_after_it_was_undone(family, monkeypatch)


def test_without_holding_the_family_it_would_be(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_hold", hold_nothing)
    with pytest.raises(AssertionError):
        check_nothing_is_told_after_it_was_undone(family, monkeypatch)


def check_a_worker_waits_for_nobody(family: Family) -> None:
    """Somebody withdraws: holds the household, and will want the family next."""
    holding, may_end = threading.Event(), threading.Event()

    def withdraw() -> None:
        with transaction.atomic():
            Household.objects.select_for_update().get(pk=family.household_id)
            holding.set()
            may_end.wait(20)

    thread = in_a_thread(withdraw)
    holding.wait(20)
    try:
        assert telling.tell_waiting() == 0
    finally:
        may_end.set()
        thread.join()
    assert (telling.tell_waiting(), Notice.objects.count()) == (1, 1)


@pytest.mark.usefixtures("_impatient")
def test_a_worker_waits_for_nobody(family: Family) -> None:
    check_a_worker_waits_for_nobody(family)


@pytest.mark.usefixtures("_impatient")
def test_without_looking_who_holds_the_household_it_would(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_hold", hold_nothing)
    with pytest.raises(OperationalError):
        check_a_worker_waits_for_nobody(family)
