"""The search for conflicts beside people: an objection, a decision, a phase that is moved at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from assessment.models import Finding
from grievances.services import decide, object_to
from jobs import services as jobs
from jobs.models import Run, RunState
from jobs.services import RunNotAllowed, abort_run, resume_run
from registration.models import Phase
from registration.stage import Stage
from stages import conflict_run, conflicts, phase_row, reopening, services
from stages.conflict_run import look_for_conflicts
from stages.conflicts import newest_run
from stages.errors import Blocked, Busy, Refused
from stages.models import Conflict, Resolution
from stages.workflow import Move
from tests.faults.processes import wait_until
from tests.people import agus, dewi, siti
from tests.stages.disagreement import EXCLUDED, KINDS, anew, disagreeing, result_of, somebody_waits_for_a_lock, work
from tests.stages.scenes import finding, hold, in_muskel, meeting_of, only_family, put_in

S = Stage
pytestmark = pytest.mark.django_db(transaction=True)


class Beside:
    """Somebody else's work in a thread; afterwards `refused` is what it was told, if it was."""

    def __init__(self, does: Callable[[], object]) -> None:
        self.refused: Exception | None = None
        self.does = does
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def _work(self) -> None:
        try:
            self.does()
        except (Refused, RunNotAllowed) as refused:
            self.refused = refused
        finally:
            connection.close()

    def waits_or_is_done(self) -> bool:
        return not self.thread.is_alive() or somebody_waits_for_a_lock()


def held_up(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """The first that has judged its households, and not written the list yet: (it is there, it may go on)."""
    honest, first = conflicts._write, threading.Lock()
    there, may_go_on = threading.Event(), threading.Event()

    def write(*about: Any) -> None:
        if first.acquire(blocking=False):
            there.set()
            may_go_on.wait(30)
        honest(*about)

    monkeypatch.setattr(conflicts, "_write", write)
    return there, may_go_on


def beside_the_run(phase: Phase, does: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> Exception | None:
    """Somebody does this while a worker has judged a household and not written what follows."""
    run = look_for_conflicts(phase=phase, by=dewi())
    there, may_go_on = held_up(monkeypatch)
    worker = Beside(lambda: jobs.work_run(run.pk, worker="slow"))
    try:
        assert there.wait(30)
        other = Beside(does)
        wait_until(other.waits_or_is_done)
    finally:
        may_go_on.set()
        worker.thread.join(30)
    other.thread.join(30)
    run.refresh_from_db()
    assert (run.state, run.open_poison) == (RunState.DONE, 0)
    return other.refused


# An objection
def check_an_objection_beside_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    phase = in_muskel()
    objection = object_to(finding=finding(only_family(phase).household), text="Sudah dijual", by=siti())
    hold(meeting_of(phase))
    put_in(phase, S.PENGOLAHAN_3)
    by = dewi()
    beside_the_run(phase, lambda: decide(objection=objection, uphold=True, reason="Ada bukti", by=by), monkeypatch)
    assert Conflict.objects.count() == 0


def test_an_objection_that_is_upheld_beside_the_run_ends_the_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    check_an_objection_beside_the_run(monkeypatch)


def test_without_holding_the_household_the_conflict_would_outlive_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (conflicts, conflict_run):
        monkeypatch.setattr(module, "hold_households", lambda rows: list(rows.values_list("pk", flat=True)))
    with pytest.raises(AssertionError):
        check_an_objection_beside_the_run(monkeypatch)


# A decision
def check_no_decision_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person decides a conflict whose cause is gone, which the run is about to take away."""
    phase = in_muskel()
    found = finding(only_family(phase).household)
    hold(meeting_of(phase))
    put_in(phase, S.PENGOLAHAN_3)
    work(anew(phase))
    conflict, by = Conflict.objects.get(), agus()
    Finding.objects.filter(pk=found.pk).update(is_current=False)
    about = {"conflict": conflict, "resolution": Resolution.PROPOSE, "reason": "Sudah dijual", "by": by}
    refused = beside_the_run(phase, lambda: conflicts.resolve_conflict(**about), monkeypatch)  # type: ignore[arg-type]
    kept = Conflict.objects.filter(resolution=Resolution.PROPOSE).count()
    codes = refused.codes if isinstance(refused, Refused) else []
    assert (kept, codes) in [(1, []), (0, ["conflict_gone"])]


def test_no_decision_is_lost_beside_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    check_no_decision_is_lost(monkeypatch)


def test_without_holding_the_conflict_a_decision_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(Conflict.objects.all()), "select_for_update", lambda self, **how: self)
    with pytest.raises(AssertionError):
        check_no_decision_is_lost(monkeypatch)


# The phase goes back
def check_going_back_ends_the_search() -> None:
    phase, homes = disagreeing()
    run = look_for_conflicts(phase=phase, by=dewi())
    work(run, should_stop=lambda: Conflict.objects.exists())
    about = {"phase": phase, "by": dewi(), "expected": S.PENGOLAHAN_3, "to_stage": S.MUSKEL, "reason": "Salah catat"}
    services.reopen(request=services.request_reopen(**about), by=agus())  # type: ignore[arg-type]
    assert (work(run).state, Conflict.objects.count()) == (RunState.ABORTED, 0)
    with pytest.raises(RunNotAllowed):
        resume_run(run=run, by=dewi())
    for muskel in phase.muskel.all():
        hold(muskel)
    services.advance(phase=phase, by=dewi(), expected=S.MUSKEL)
    newest = newest_run(phase)
    assert newest is not None
    work(newest)
    assert (newest == run, [row[1] for row in result_of(phase)].count(EXCLUDED), len(homes)) == (False, 2, 6)
    assert len(result_of(phase)) == len(KINDS)


def test_going_back_ends_the_search() -> None:
    check_going_back_ends_the_search()


def test_a_search_that_goes_on_in_another_stage_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflict_run, "end_search", lambda **about: None)
    with pytest.raises((AssertionError, RunNotAllowed)):
        check_going_back_ends_the_search()


# The phase goes on
def check_nothing_lands_behind_the_stage() -> None:
    """A search was stopped, a newer one is done, the phase has moved on: the old one stays as it is."""
    phase, _homes = disagreeing()
    stopped = abort_run(run=look_for_conflicts(phase=phase, by=dewi()), by=dewi())
    work(look_for_conflicts(phase=phase, by=dewi()))
    for stage in (S.PENGOLAHAN_3, S.PENETAPAN_DST, S.INPUT_SIKSNG):
        put_in(phase, stage)
        with pytest.raises(RunNotAllowed):
            resume_run(run=stopped, by=dewi())


def test_nothing_lands_behind_the_stage() -> None:
    check_nothing_lands_behind_the_stage()


def test_a_search_that_may_always_go_on_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.run_row._hindrances", [])
    with pytest.raises(pytest.fail.Exception):
        check_nothing_lands_behind_the_stage()


def check_the_stage_is_not_left_while_a_search_goes_on_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody lets a stopped search go on and has not committed it when the phase is moved."""
    monkeypatch.setattr(phase_row, "LOCK_TIMEOUT", "300ms")
    phase = put_in(in_muskel(), S.PENETAPAN_DST)
    run = abort_run(run=look_for_conflicts(phase=phase, by=dewi()), by=dewi())
    monkeypatch.setattr(Move, "hindrances", lambda self, phase: [])
    going_on, may_end, by = threading.Event(), threading.Event(), dewi()

    def hold_up(name: str, run_id: str) -> None:
        going_on.set()
        may_end.wait(30)

    monkeypatch.setattr(jobs, "wake", hold_up)
    other = Beside(lambda: resume_run(run=run, by=by))
    assert going_on.wait(30)
    try:
        with pytest.raises(Busy):
            services.advance(phase=phase, by=by, expected=S.PENETAPAN_DST)
    finally:
        may_end.set()
        other.thread.join(30)
    assert Run.objects.get(pk=run.pk).is_live


def test_the_stage_is_not_left_while_a_search_goes_on_again(monkeypatch: pytest.MonkeyPatch) -> None:
    check_the_stage_is_not_left_while_a_search_goes_on_again(monkeypatch)


def test_without_holding_the_phase_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase_row, "share_phase_if_free", lambda pk: Phase.objects.get(pk=pk))
    with pytest.raises(pytest.fail.Exception):
        check_the_stage_is_not_left_while_a_search_goes_on_again(monkeypatch)


def check_a_phase_that_is_being_moved_lets_no_search_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    phase = put_in(in_muskel(), S.PENGOLAHAN_3)
    run = abort_run(run=look_for_conflicts(phase=phase, by=dewi()), by=dewi())
    by, refused = dewi(), list[Exception | None]()

    def effect(entry: Any) -> None:
        other = Beside(lambda: resume_run(run=run, by=by))
        other.thread.join(30)
        refused.append(other.refused)
        raise Refused([])

    monkeypatch.setattr(reopening, "tell_staff", effect)
    about = {"phase": phase, "by": by, "expected": S.PENGOLAHAN_3, "to_stage": S.MUSKEL, "reason": "Salah catat"}
    with pytest.raises(Refused):
        services.reopen(request=services.request_reopen(**about), by=agus())  # type: ignore[arg-type]
    assert [type(one) for one in refused] == [RunNotAllowed]


def test_a_phase_that_is_being_moved_lets_no_search_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    check_a_phase_that_is_being_moved_lets_no_search_go_on(monkeypatch)


def test_a_search_that_looks_at_the_phase_without_holding_it_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase_row, "share_phase_if_free", lambda pk: Phase.objects.get(pk=pk))
    with pytest.raises(AssertionError):
        check_a_phase_that_is_being_moved_lets_no_search_go_on(monkeypatch)


def test_stage_nine_is_not_left_during_a_search() -> None:
    phase = put_in(in_muskel(), S.PENETAPAN_DST)
    look_for_conflicts(phase=phase, by=dewi())
    with pytest.raises(Blocked) as blocked:
        services.advance(phase=phase, by=dewi(), expected=S.PENETAPAN_DST)
    assert "conflicts_not_listed" in blocked.value.codes
