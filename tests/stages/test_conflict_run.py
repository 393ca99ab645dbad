"""The list of conflicts comes from a run: the same list, whoever works on it and whatever dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from jobs import engine, tasks, working
from jobs.models import Run, RunState
from jobs.progress import progress_of
from jobs.services import RunNotAllowed, abort_run, pause_run, resume_run, retry_poison
from registration.errors import Busy
from registration.models import Phase
from registration.phase_lock import share_phase
from registration.stage import Stage
from stages import conflict_run, conflicts, guards, services
from stages.cases import cases_of, comparison_of
from stages.conflict_run import HANDLER, look_for_conflicts
from stages.conflicts import Basis, newest_run
from stages.errors import Blocked
from stages.models import Conflict, ConflictKind, Resolution
from tests.assessment.families import heard_of, matching_run
from tests.faults.crew import is_planned, work_together
from tests.people import agus, dewi
from tests.stages.disagreement import HOUSEHOLDS, KINDS, anew, disagreeing, flag, leave, result_of, work
from tests.stages.scenes import put_in

S = Stage
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("assessment.ranges.HOUSEHOLDS_PER_SHARD", 1)
    monkeypatch.setattr(working, "POLL_SECONDS", 0.01)
    yield
    engine.register(HANDLER)


# The move
def test_the_move_starts_the_run_and_the_stage_waits_for_it() -> None:
    phase, _homes = disagreeing()
    services.advance(phase=put_in(phase, S.MUSKEL), by=dewi(), expected=S.MUSKEL)
    run = newest_run(phase)
    assert run is not None
    assert (run.state, run.started_by_id, Conflict.objects.count()) == (RunState.PLANNED, dewi().pk, 0)
    with pytest.raises(Blocked) as blocked:
        services.advance(phase=phase, by=dewi(), expected=S.PENGOLAHAN_3)
    assert blocked.value.codes == ["conflicts_not_listed"]
    work(run)
    assert sorted(Conflict.objects.values_list("kind", flat=True)) == KINDS
    assert [reason.code for reason in services.hindrances(phase)] == ["conflicts_open"]


def test_one_search_at_a_time() -> None:
    phase, _homes = disagreeing()
    look_for_conflicts(phase=phase, by=dewi())
    with pytest.raises(RunNotAllowed) as refused:
        look_for_conflicts(phase=phase, by=agus())
    assert str(refused.value) == str(conflict_run.ALREADY_LOOKING)


# What a run leaves
def test_what_has_no_cause_any_more_goes_and_what_is_decided_stays() -> None:
    phase, homes = disagreeing()
    work(anew(phase))
    decided = Conflict.objects.get(family__household=homes[3])
    conflicts.resolve_conflict(conflict=decided, resolution=Resolution.PROPOSE, reason="Ada di rumah", by=agus())
    leave(homes[0])
    homes[1].findings.update(is_current=False)
    homes[4].families.get().muskel_decisions.update(result="tidak_mampu", reason="kurang_mampu")
    work(look_for_conflicts(phase=phase, by=dewi()))
    left = Conflict.objects.order_by("family__household").values_list("family__household", "kind", "resolution")
    assert list(left) == [
        (homes[2].pk, ConflictKind.FLAGGED_DATA, ""),
        (homes[3].pk, ConflictKind.ABSENT_BUT_REGISTERED, "propose"),
    ]


def test_doubled_wake_ups_and_progress() -> None:
    phase, _homes = disagreeing()
    run = look_for_conflicts(phase=phase, by=dewi())
    assert tasks.work_on_run(str(run.pk)) == progress_of(run).shards
    before = result_of(phase)
    assert (tasks.work_on_run(str(run.pk)), result_of(phase)) == (0, before)
    run.shards.update(state="waiting")
    Run.objects.filter(pk=run.pk).update(state="running", ended_at=None)
    assert (tasks.work_on_run(str(run.pk)), result_of(phase)) == (progress_of(run).shards, before)
    run.refresh_from_db()
    seen = progress_of(run)
    assert (run.rows_total, seen.rows_done, seen.percent, seen.stalled) == (HOUSEHOLDS, HOUSEHOLDS, 100, False)


# A7
def check_any_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    phase, _homes = disagreeing()
    results = []
    for size in (1, 2, 5):
        work_together(anew(phase), size, monkeypatch)
        results.append(result_of(phase))
    assert len(results[0]) == len(KINDS)
    assert results[1:] == results[:1] * 2


@pytest.mark.django_db(transaction=True)
def test_any_number_of_workers_lists_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    check_any_number_of_workers(monkeypatch)


@pytest.mark.django_db(transaction=True)
def test_a_worker_with_a_basis_of_its_own_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest, first = conflicts.basis_of, set[int]()

    def by_worker(run: Run) -> Basis:
        first.add(threading.get_ident())
        return honest(run) if len(first) == 1 else Basis(None, run.created_at.replace(year=2020))

    monkeypatch.setattr(conflict_run, "basis_of", by_worker)
    with pytest.raises(AssertionError):
        check_any_number_of_workers(monkeypatch)


def check_one_run_one_basis() -> None:
    """Once the run has begun another family is flagged, and a comparison is finished that has found nobody."""
    phase, homes = disagreeing()
    work(anew(phase))
    whole, run = result_of(phase), anew(phase)
    work(run, should_stop=lambda: is_planned(run))
    newer = matching_run(phase, "population")
    for home in homes:
        heard_of(newer, home.members.get(), "nik_tidak_ditemukan")
    flag(homes[5])
    work(run)
    assert result_of(phase) == whole
    assert [reason.code for reason in guards.conflicts_listed(phase)] == ["conflicts_overtaken"]


def test_a_list_rests_on_one_basis_from_beginning_to_end() -> None:
    check_one_run_one_basis()


@pytest.mark.parametrize("newest", ["compared", "flagged_until"])
def test_a_list_by_the_newest_basis_is_noticed(monkeypatch: pytest.MonkeyPatch, newest: str) -> None:
    def basis_of(run: Run) -> Basis:
        now = {"compared": comparison_of(Phase(pk=run.scope_id)), "flagged_until": None}
        return replace(conflicts.basis_of(run), **{newest: now[newest]})  # type: ignore[arg-type]

    monkeypatch.setattr(conflict_run, "basis_of", basis_of)
    with pytest.raises(AssertionError):
        check_one_run_one_basis()


# A3
@pytest.mark.parametrize("halt", [pause_run, abort_run])
def test_a_search_that_was_halted_goes_on_exactly(halt: Callable[..., Run]) -> None:
    phase, _homes = disagreeing()
    work(anew(phase))
    whole, run = result_of(phase), anew(phase)
    work(run, should_stop=lambda: run.shards.filter(state="done").count() >= 2)
    halt(run=run, by=dewi())
    part = result_of(phase)
    assert work(run).state not in (RunState.RUNNING, RunState.DONE)
    assert (result_of(phase), progress_of(run).done) == (part, 2)
    assert [reason.code for reason in guards.conflicts_listed(phase)] == ["conflicts_not_listed"]
    run = work(resume_run(run=run, by=dewi()))
    assert (run.state, result_of(phase)) == (RunState.DONE, whole)


# A5
def check_poison_stops_only_itself(monkeypatch: pytest.MonkeyPatch, *, flaw: bool = False) -> None:
    phase, homes = disagreeing()
    work(anew(phase))
    whole, bad = result_of(phase), homes[3].pk
    monkeypatch.setattr("assessment.ranges.HOUSEHOLDS_PER_SHARD", 250)
    run = anew(phase)
    if flaw:
        engine.register(replace(HANDLER, keys=None))
    with monkeypatch.context() as patch:
        trip_over(bad, patch)
        work(run)
    assert (run.state, run.open_poison, progress_of(run).percent) == (RunState.DONE, 1, 100)
    assert result_of(phase) == [row for row in whole if row[0] != bad]
    assert [reason.code for reason in guards.conflicts_listed(phase)] == ["open_poison"]
    retry_poison(shard=run.shards.open_poison().get(), by=dewi())
    work(run)
    assert (run.state, run.open_poison, result_of(phase)) == (RunState.DONE, 0, whole)
    assert list(guards.conflicts_listed(phase)) == []


def trip_over(bad: object, patch: pytest.MonkeyPatch) -> None:
    def trips(families: Any, *about: Any, **how: Any) -> Any:
        if any(family.household_id == bad for family in families):
            raise RuntimeError
        return cases_of(families, *about, **how)

    patch.setattr(conflicts, "cases_of", trips)


def test_a_household_nobody_can_judge_stops_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    check_poison_stops_only_itself(monkeypatch)


def test_a_search_that_cannot_be_halved_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError):
        check_poison_stops_only_itself(monkeypatch, flaw=True)


def test_a_guard_that_does_not_ask_for_set_aside_rows_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_poison", lambda count: ())
    with pytest.raises(AssertionError):
        check_poison_stops_only_itself(monkeypatch)


def test_a_phase_that_is_being_moved_puts_a_range_off_and_blames_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    phase, _homes = disagreeing()
    tries = list[int]()

    def busy_at_first(phase_id: int) -> Phase:
        tries.append(phase_id)
        if len(tries) < 9:
            raise Busy
        return share_phase(phase_id)

    monkeypatch.setattr(conflict_run, "share_phase", busy_at_first)
    run = work(anew(phase))
    assert (run.state, run.open_poison, len(tries)) == (RunState.DONE, 0, 8 + HOUSEHOLDS)
    assert set(run.shards.values_list("attempts", flat=True)) == {1}
    assert sorted(Conflict.objects.values_list("kind", flat=True)) == KINDS
