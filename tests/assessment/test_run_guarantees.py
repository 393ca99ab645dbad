"""Cleaning and assessment keep the promises of matching: the same engine, the same result whoever works on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from assessment import assessing, cleaning
from assessment.models import CleaningIssue, Finding
from assessment.services import start_assessment, start_cleaning
from jobs import engine, services, tasks, working
from jobs.engine import Handler
from jobs.models import Run, RunState, Shard
from jobs.progress import progress_of
from jobs.services import RunNotAllowed, abort_run, pause_run, resolve_poison, resume_run, retry_poison, start_run
from notices.models import Notice
from registration.models import Household, Phase
from registration.stage import Stage
from stages import guards
from tests.assessment.families import (
    everyone_is_fine,
    family_in,
    household_of,
    matching_run,
    owns,
    person_in,
    phase_in,
)
from tests.faults.crew import work_together
from tests.people import dewi

Rows = list[tuple[Any, ...]]
Starter = Callable[..., Run]
KINDS: list[tuple[Starter, Handler]] = [(start_cleaning, cleaning.HANDLER), (start_assessment, assessing.HANDLER)]
both_kinds = pytest.mark.parametrize(("start", "handler"), KINDS, ids=["cleaning", "assessment"])
HOUSEHOLDS = 6


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("assessment.ranges.HOUSEHOLDS_PER_SHARD", 1)
    monkeypatch.setattr(working, "POLL_SECONDS", 0.01)
    yield
    for _start, handler in KINDS:
        engine.register(handler)


def settle(phase: Phase) -> list[Household]:
    """Two share a KK, each has somebody without a NIK, every second owns a car."""
    homes = [household_of(phase) for _number in range(HOUSEHOLDS)]
    for home in homes[:2]:
        family_in(home, kk="9901010101209999")
    for home in homes:
        person_in(home.families.order_by("number")[0], nik=None)
    _population, assets = everyone_is_fine(phase)
    for line, home in enumerate(homes[::2], start=1):
        owns(assets, home.members.order_by("number")[0], "mobil", line=line)
    return homes


def result_of(run: Run) -> Rows:
    """What a run has written, in an order of its own."""
    if run.kind == cleaning.KIND:
        issues = CleaningIssue.objects.filter(phase_id=run.scope_id)
        rows: Any = issues.values_list("kind", "household", "other_household", "family", "member", "detail", "state")
    else:
        findings = Finding.objects.current().filter(run_id=run.pk)
        rows = findings.values_list("household", "family", "member", "rule_key", "verdict", "source", "detail")
    return sorted(rows, key=str)


def work(run: Run, **how: Any) -> Run:
    services.work_run(run.pk, worker="test", **how)
    run.refresh_from_db()
    return run


def anew(start: Starter, phase: Phase) -> Run:
    """Another run, as if none had been before it."""
    CleaningIssue.objects.all().delete()
    Notice.objects.all().delete()
    Finding.objects.current().update(is_current=False)
    run: Run = start(phase=phase, by=None)
    return run


# A7
def check_any_number_of_workers(start: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    phase = phase_in()
    settle(phase)
    results = []
    for size in (1, 2, 5):
        run = work_together(anew(start, phase), size, monkeypatch)
        results.append(result_of(run))
        told = 0 if run.kind == cleaning.KIND else HOUSEHOLDS // 2
        assert Notice.objects.count() == len(set(Notice.objects.values_list("household"))) >= told
    assert len(results[0]) >= HOUSEHOLDS
    assert results[1:] == results[:1] * 2


@pytest.mark.django_db(transaction=True)
@both_kinds
def test_any_number_of_workers_says_the_same(start: Starter, handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    check_any_number_of_workers(start, monkeypatch)


@pytest.mark.django_db(transaction=True)
def test_a_worker_with_an_opinion_of_its_own_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that knows of a rule, an age or a day by itself, as from settings of its own machine."""
    honest, first = getattr(cleaning, "_years_before"), set[int]()  # noqa: B009

    def by_worker(day: date, years: int) -> date:
        first.add(threading.get_ident())
        return honest(day, years if len(first) == 1 else 90)

    monkeypatch.setattr(cleaning, "_years_before", by_worker)
    with pytest.raises(AssertionError):
        check_any_number_of_workers(start_cleaning, monkeypatch)


def check_the_day_of_the_start_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child is one year old the day after the run was started."""
    phase = phase_in()
    home = household_of(phase)
    today = timezone.localdate()
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda: date(2026, 3, 2))
        run = start_cleaning(phase=phase, by=None)
    person_in(home.families.get(), nik=None, birth_date=date(2025, 3, 3))
    assert today > date(2026, 3, 3)
    assert result_of(work(run)) == []


@pytest.mark.django_db
def test_cleaning_goes_by_the_day_it_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    check_the_day_of_the_start_counts(monkeypatch)


@pytest.mark.django_db
def test_cleaning_by_each_worker_s_calendar_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "_day_of", lambda run: timezone.localdate())
    with pytest.raises(AssertionError):
        check_the_day_of_the_start_counts(monkeypatch)


def check_one_run_one_evidence(phase: Phase) -> None:
    """In the middle of the run another comparison is finished, in which everybody owns a car."""
    homes = settle(phase)
    run = start_assessment(phase=phase, by=None)
    work(run, should_stop=lambda: run.shards.filter(state="done").exists())
    newer = matching_run(phase, "assets")
    for line, home in enumerate(homes, start=1):
        owns(newer, home.members.order_by("number")[0], "mobil", line=line)
    work(run)
    excluded = Finding.objects.filter(run_id=run.pk, rule_key="mobil", verdict="excluded")
    assert set(excluded.values_list("household", flat=True)) == {home.pk for home in homes[::2]}


@pytest.mark.django_db
def test_an_assessment_rests_on_one_comparison_from_beginning_to_end(phase: Phase) -> None:
    check_one_run_one_evidence(phase)


@pytest.mark.django_db
def test_an_assessment_that_takes_the_newest_for_each_shard_is_noticed(
    phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessing, "_rests_on", lambda run: None)
    with pytest.raises(AssertionError):
        check_one_run_one_evidence(phase)


# A3
@pytest.mark.django_db
@pytest.mark.parametrize("halt", [pause_run, abort_run])
@both_kinds
def test_a_run_that_was_halted_goes_on_exactly(
    phase: Phase, start: Starter, handler: Handler, halt: Callable[..., Run]
) -> None:
    settle(phase)
    whole = result_of(work(start(phase=phase, by=None)))
    run = anew(start, phase)
    work(run, should_stop=lambda: run.shards.filter(state="done").count() >= 2)
    halt(run=run, by=dewi())
    part = result_of(run)
    assert work(run).state not in (RunState.RUNNING, RunState.DONE)
    assert (result_of(run), progress_of(run).done) == (part, 2)
    run = work(resume_run(run=run, by=dewi()))
    assert (run.state, result_of(run)) == (RunState.DONE, whole)


# A5
def check_poison_stops_only_itself(
    start: Starter, handler: Handler, monkeypatch: pytest.MonkeyPatch, *, flaw: bool = False
) -> None:
    stage, guard = {
        cleaning.KIND: (Stage.PENGOLAHAN_1, guards.cleaning_done),
        assessing.KIND: (Stage.PENGOLAHAN_2, guards.assessment_done),
    }[handler.kind]
    phase = phase_in(stage)
    homes = settle(phase)
    whole = result_of(work(start(phase=phase, by=None)))
    monkeypatch.setattr("assessment.ranges.HOUSEHOLDS_PER_SHARD", 250)
    run = anew(start, phase)
    if flaw:
        engine.register(replace(handler, keys=None))
    bad = homes[3].pk
    with monkeypatch.context() as patch:
        trip_over(bad, patch)
        work(run)
    assert (run.state, run.open_poison, progress_of(run).percent) == (RunState.DONE, 1, 100)
    assert result_of(run) == [row for row in whole if bad not in row[:2]]
    assert [reason.code for reason in guard(phase)] == ["open_poison"]
    shard = run.shards.open_poison().get()
    with pytest.raises(RunNotAllowed):
        resolve_poison(shard=shard, reason=" ", by=dewi())
    work(retry_and_reload(shard, run))
    assert (run.state, run.open_poison, result_of(run)) == (RunState.DONE, 0, whole)
    assert list(guard(phase)) == []


def retry_and_reload(shard: Shard, run: Run) -> Run:
    retry_poison(shard=shard, by=dewi())
    run.refresh_from_db()
    return run


def trip_over(bad: object, patch: pytest.MonkeyPatch) -> None:
    for module, name in ((assessing, "findings_of"), (cleaning, "_incomplete")):
        honest = getattr(module, name)

        def trips(run: Run, *about: Any, honest: Any = honest) -> Any:
            if any(getattr(one, "pk", None) == bad for one in about):
                raise RuntimeError
            return honest(run, *about)

        patch.setattr(module, name, trips)


@pytest.mark.django_db
@both_kinds
def test_a_household_nobody_can_work_on_stops_only_itself(
    start: Starter, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_poison_stops_only_itself(start, handler, monkeypatch)


@pytest.mark.django_db
@both_kinds
def test_a_run_that_cannot_be_halved_is_noticed(
    start: Starter, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AssertionError):
        check_poison_stops_only_itself(start, handler, monkeypatch, flaw=True)


@pytest.mark.django_db
def test_a_guard_that_does_not_ask_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_poison", lambda count: ())
    with pytest.raises(AssertionError):
        check_poison_stops_only_itself(start_cleaning, cleaning.HANDLER, monkeypatch)


@pytest.mark.django_db
@both_kinds
def test_a_person_leaves_a_household_without_a_result_with_a_reason(
    start: Starter, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    phase = phase_in()
    bad = settle(phase)[3]
    run = start(phase=phase, by=None)
    with monkeypatch.context() as patch:
        trip_over(bad.pk, patch)
        work(run)
    resolve_poison(shard=run.shards.open_poison().get(), reason="Diperiksa petugas", by=dewi())
    assert run.open_poison == 0
    assert not [row for row in result_of(run) if bad.pk in row[:2]]


# Wake-ups, progress, dry runs
@pytest.mark.django_db
@both_kinds
def test_doubled_wake_ups_and_progress(phase: Phase, start: Starter, handler: Handler) -> None:
    settle(phase)
    run = start(phase=phase, by=None)
    assert tasks.work_on_run(str(run.pk)) == progress_of(run).shards
    before = (result_of(run), Notice.objects.count())
    assert tasks.work_on_run(str(run.pk)) == 0
    assert (result_of(run), Notice.objects.count()) == before
    run.refresh_from_db()
    seen = progress_of(run)
    assert (run.rows_total, seen.rows_done, seen.percent, seen.stalled) == (HOUSEHOLDS, HOUSEHOLDS, 100, False)


@pytest.mark.django_db
@both_kinds
def test_a_run_with_effects_cannot_be_tried_out(phase: Phase, start: Starter, handler: Handler) -> None:
    with pytest.raises(RunNotAllowed):
        start_run(kind=handler.kind, scope_id=phase.pk, params={}, by=None, is_dry=True)
