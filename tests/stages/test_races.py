"""Twenty orders at once move a phase once (A9); a submission in flight holds the phase in its stage."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from grievances import services as grievances
from grievances.models import Objection
from jobs.models import Run
from registration.models import Phase
from registration.phase_lock import share_phase
from registration.stage import Stage
from stages import phase_row, services
from stages.errors import Blocked, Busy, Refused
from stages.models import StageEntry
from tests.people import agus, dewi, siti
from tests.stages.scenes import finding, finished_run, household_of, phase_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phase(transactional_db: None) -> Phase:
    """In stage 2, its window closed, and everything in order for the next two moves: nothing but the lock is in the
    way of several steps at once."""
    made = phase_in(Stage.PENDAFTARAN)
    for kind in ("assessment.cleaning", "matching.population", "matching.assets"):
        finished_run(made, kind, signed_by=dewi())
    Run.objects.update(created_at=timezone.now() + timedelta(hours=1))  # else the first move would outdate them
    return made


def at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    """Run `work` in threads that start together; results or exceptions in any order."""
    gate, results = threading.Barrier(times), []

    def run(number: int) -> None:
        close_old_connections()
        try:
            gate.wait()
            results.append(work(number))
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def check_twenty_orders_move_once(phase: Phase) -> None:
    admins = (dewi(), agus())
    results = at_once(
        lambda number: services.advance(phase=Phase(pk=phase.pk), by=admins[number % 2], expected=Stage.PENDAFTARAN),
        20,
    )
    moved = [result for result in results if isinstance(result, StageEntry)]
    phase.refresh_from_db()
    assert (len(moved), StageEntry.objects.count(), phase.stage) == (1, 1, Stage.PENGOLAHAN_1)
    assert all(isinstance(result, StageEntry | Refused) for result in results)


def test_twenty_orders_move_once(phase: Phase) -> None:
    check_twenty_orders_move_once(phase)


def test_without_the_check_of_the_expected_stage_they_would_move_it_further(
    phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phase_row, "refuse_stale", lambda locked, expected: None)
    with pytest.raises(AssertionError):
        check_twenty_orders_move_once(phase)


def test_without_lock_and_check_they_would_collide(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase_row, "refuse_stale", lambda locked, expected: None)
    monkeypatch.setattr(phase_row, "lock_phase", lambda pk: Phase.objects.get(pk=pk))
    with pytest.raises(AssertionError):
        check_twenty_orders_move_once(phase)


def check_a_submission_in_flight_holds_the_phase(phase: Phase) -> None:
    submitting, may_end = threading.Event(), threading.Event()

    def submit() -> None:
        with transaction.atomic():
            share_phase(phase.pk)
            submitting.set()
            may_end.wait(20)
        connection.close()

    thread = threading.Thread(target=submit)
    thread.start()
    submitting.wait(20)
    try:
        with pytest.raises(Busy):
            services.advance(phase=phase, by=dewi(), expected=Stage.PENDAFTARAN)
    finally:
        may_end.set()
        thread.join()
    services.advance(phase=phase, by=dewi(), expected=Stage.PENDAFTARAN)


def test_a_submission_in_flight_holds_the_phase(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase_row, "LOCK_TIMEOUT", "300ms")
    check_a_submission_in_flight_holds_the_phase(phase)


def test_without_the_row_lock_it_would_not(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase_row, "lock_phase", lambda pk: Phase.objects.get(pk=pk))
    monkeypatch.setattr(Phase, "save", lambda self, **kwargs: None)
    with pytest.raises(pytest.fail.Exception):
        check_a_submission_in_flight_holds_the_phase(phase)


def check_no_objection_lands_behind_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    phase = phase_in(Stage.PENGOLAHAN_3)
    about, family = finding(household_of(phase)), siti()
    finished_run(phase, "stages.conflicts")
    monkeypatch.setattr(phase_row, "LOCK_TIMEOUT", "300ms")
    raising, may_end = threading.Event(), threading.Event()

    def hold_up(**about: Any) -> None:
        raising.set()
        may_end.wait(20)

    monkeypatch.setattr(grievances, "notify", hold_up)

    def object_in_time() -> None:
        grievances.object_to(finding=about, text="Sudah dijual", by=family)
        connection.close()

    thread = threading.Thread(target=object_in_time)
    thread.start()
    raising.wait(20)
    try:
        with pytest.raises(Busy):
            services.advance(phase=phase, by=dewi(), expected=Stage.PENGOLAHAN_3)
    finally:
        may_end.set()
        thread.join()
    assert Objection.objects.open().count() == 1
    with pytest.raises(Blocked) as blocked:
        services.advance(phase=phase, by=dewi(), expected=Stage.PENGOLAHAN_3)
    assert "objections_open" in blocked.value.codes


def test_no_objection_lands_behind_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    check_no_objection_lands_behind_the_guard(monkeypatch)


def test_without_the_shared_row_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grievances, "share_phase", lambda pk: Phase.objects.get(pk=pk))
    with pytest.raises(pytest.fail.Exception):
        check_no_objection_lands_behind_the_guard(monkeypatch)
