import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now
from pytest_django import Settings as SettingsWrapper

from audit.models import Act
from jobs import engine, leases, services
from jobs.engine import UnknownKind
from jobs.models import Run, RunState, Shard, ShardState
from jobs.progress import progress_of
from jobs.services import (
    RunNotAllowed,
    abort_run,
    pause_run,
    resolve_poison,
    resume_run,
    retry_poison,
    sign_off_run,
    start_run,
    work_run,
)
from jobs.working import plan_run
from tests.jobs.toy import KIND, Person, Toy, landed, once_each

pytestmark = pytest.mark.django_db


def start(by: Person | None = None, **params: Any) -> Run:
    return start_run(kind=KIND, scope_id=1, params=params, by=by)


def finish(run: Run) -> Run:
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    return run


def test_every_row_lands_once_and_the_run_is_done(toy: Toy) -> None:
    run = start()
    assert work_run(run.pk, worker="test") == 4
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert landed() == once_each(40)
    assert (run.rows_done, run.rows_total, toy.finished) == (40, 40, 1)
    assert work_run(run.pk, worker="late") == 0


def test_a_run_without_work_is_done(toy: Toy) -> None:
    toy.rows = 0
    toy.plan = lambda run: []  # type: ignore[method-assign]
    engine.register(toy.handler())
    assert finish(start()).state == RunState.DONE


def test_the_start_is_recorded_with_its_person(toy: Toy, dewi: Person) -> None:
    run = start(by=dewi)
    act = Act.objects.about(run).get()
    assert (act.verb, act.actor_id, run.started_by_id) == ("jobs.run_started", dewi.pk, dewi.pk)


def test_one_run_of_a_kind_and_phase_at_a_time(toy: Toy) -> None:
    run = start()
    with pytest.raises(RunNotAllowed):
        start()
    assert start_run(kind=KIND, scope_id=2, params={}, by=None).pk != run.pk
    finish(run)
    assert start().pk != run.pk


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownKind):
        start_run(kind="nobody", scope_id=1, params={}, by=None)


def leaves_what_it_does_not_know() -> None:
    """A worker of another release meets a run of a kind it lacks, planned and in the middle."""
    run = start()
    handler = engine._handlers.pop(KIND)
    assert (plan_run(run), work_run(run.pk, worker="old")) == (False, 0)
    engine.register(handler)
    work_run(run.pk, worker="new", should_stop=lambda: run.shards.filter(state=ShardState.DONE).exists())
    engine._handlers.pop(KIND)
    assert work_run(run.pk, worker="old", patience=0) == 0
    engine.register(handler)
    run = finish(run)
    assert (run.state, run.error, landed()) == (RunState.DONE, "", once_each(40))
    assert set(run.shards.values_list("attempts", "worker")) == {(1, "new"), (1, "test")}


def test_a_worker_leaves_what_it_does_not_know(toy: Toy) -> None:
    leaves_what_it_does_not_know()


def test_a_worker_that_tries_what_it_does_not_know_is_noticed(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.working.is_known", lambda kind: True)
    with pytest.raises((AssertionError, engine.UnknownKind)):
        leaves_what_it_does_not_know()


def test_equal_configurations_have_equal_hashes(toy: Toy) -> None:
    first = finish(start(a=1, b=2))
    second = finish(start(b=2, a=1))
    third = finish(start(a=1, b=3))
    assert first.config_hash == second.config_hash != third.config_hash


def test_poison_is_isolated_to_its_row_and_blocks_nobody(toy: Toy, dewi: Person) -> None:
    toy.bad = {13}
    run = finish(start())
    assert landed() == once_each(40, without={13})
    assert (run.state, run.open_poison, progress_of(run).percent) == (RunState.DONE, 1, 100)
    shard = run.shards.open_poison().get()
    assert toy.numbers(shard) == [13]
    assert shard.error == "ValueError"
    with pytest.raises(RunNotAllowed):
        sign_off_run(run=run, by=dewi)
    with pytest.raises(RunNotAllowed):
        resolve_poison(shard=shard, reason="  ", by=dewi)
    resolve_poison(shard=shard, reason="Broken entry, checked by hand", by=dewi)
    assert run.open_poison == 0
    assert Act.objects.filter(verb="toy.given_up").get().data == {"n": 13}
    with pytest.raises(RunNotAllowed):
        resolve_poison(shard=shard, reason="again", by=dewi)
    signed = sign_off_run(run=run, by=dewi)
    assert signed.signed_off_by_id == dewi.pk


def test_poison_can_be_tried_again_after_a_repair(toy: Toy, dewi: Person) -> None:
    toy.bad = {0, 39}
    run = finish(start())
    toy.bad = set()
    for shard in run.shards.open_poison():
        retry_poison(shard=shard, by=dewi)
    run = finish(run)
    assert (run.state, run.open_poison) == (RunState.DONE, 0)
    assert landed() == once_each(40)


def test_the_text_of_an_error_is_neither_stored_nor_logged(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    toy.bad = {1}
    with caplog.at_level(logging.DEBUG):
        run = finish(start())
    assert "9900000000000001" not in caplog.text
    assert {shard.error for shard in run.shards.open_poison()} == {"ValueError"}


def test_crashes_count_as_attempts(toy: Toy) -> None:
    """A worker that dies says nothing: its lease runs out, and the third death halves the shard."""
    run = start()
    work_run(run.pk, worker="planner", should_stop=lambda: Run.objects.get(pk=run.pk).state != RunState.PLANNED)
    run.refresh_from_db()
    for _death in range(3):
        shard = leases.take_lease(run, worker="dies")
        assert shard is not None
        Shard.objects.exclude(pk=shard.pk).update(attempts=0, state=ShardState.DONE)
        Shard.objects.filter(pk=shard.pk).update(lease_until="2000-01-01T00:00Z")
    assert leases.take_lease(run, worker="next") is None
    assert leases.set_aside_exhausted(run)
    assert [len(toy.numbers(shard)) for shard in run.shards.unfinished().order_by("id")] == [5, 5]


def test_contention_is_not_held_against_a_shard(toy: Toy) -> None:
    failures = iter(range(8))

    def blocked(run: Run, shard: Shard) -> None:
        if next(failures, None) is not None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '55P03'; END $$")

    toy.before = blocked
    run = finish(start())
    assert (run.state, run.open_poison) == (RunState.DONE, 0)
    assert landed() == once_each(40)
    assert run.shards.count() == 4


def test_a_stopped_run_stays_as_it_is_and_resume_completes_it(toy: Toy, dewi: Person) -> None:
    run = start()
    looks = iter(range(100))

    def abort_after_two() -> bool:
        if next(looks) == 3:
            abort_run(run=run, by=dewi)
        return False

    work_run(run.pk, worker="w", should_stop=abort_after_two)
    run.refresh_from_db()
    assert run.state == RunState.ABORTED
    assert landed() == once_each(20)
    assert progress_of(run).percent == 50
    run = finish(resume_run(run=run, by=dewi))
    assert run.state == RunState.DONE
    assert landed() == once_each(40)
    with pytest.raises(RunNotAllowed):
        resume_run(run=run, by=dewi)
    with pytest.raises(RunNotAllowed):
        abort_run(run=run, by=dewi)


def test_a_paused_run_keeps_its_place_and_goes_on_exactly(toy: Toy, dewi: Person) -> None:
    run = start()
    looks = iter(range(100))

    def pause_after_two() -> bool:
        if next(looks) == 3:
            pause_run(run=run, by=dewi)
        return False

    work_run(run.pk, worker="w", should_stop=pause_after_two)
    run.refresh_from_db()
    assert (run.state, run.is_under_way, run.ended_at) == (RunState.PAUSED, True, None)
    assert (landed(), progress_of(run).percent, progress_of(run).stalled) == (once_each(20), 50, False)
    assert not Run.objects.live().exists()
    with pytest.raises(RunNotAllowed):
        pause_run(run=run, by=dewi)
    with pytest.raises(RunNotAllowed):
        start()
    run = finish(resume_run(run=run, by=dewi))
    assert (run.state, landed()) == (RunState.DONE, once_each(40))
    assert [act.verb for act in Act.objects.about(run).order_by("id")] == [
        "jobs.run_started",
        "jobs.run_paused",
        "jobs.run_resumed",
    ]
    with pytest.raises(RunNotAllowed):
        pause_run(run=run, by=dewi)


def test_a_run_paused_before_it_was_planned_is_planned_when_it_goes_on(toy: Toy, dewi: Person) -> None:
    run = start()
    pause_run(run=run, by=dewi)
    assert finish(run).state == RunState.PAUSED
    assert not run.shards.exists()
    assert resume_run(run=run, by=dewi).state == RunState.PLANNED
    assert finish(run).state == RunState.DONE


def test_a_paused_run_can_be_stopped_and_its_rows_resolved(toy: Toy, dewi: Person) -> None:
    toy.bad = {13}
    run = start()
    work_run(run.pk, worker="w", should_stop=lambda: run.shards.open_poison().exists())
    pause_run(run=run, by=dewi)
    resolve_poison(shard=run.shards.open_poison().get(), reason="Diperiksa manual", by=dewi)
    assert abort_run(run=run, by=dewi).state == RunState.ABORTED
    assert start().pk != run.pk


def test_a_lease_taken_while_the_pause_was_ordered_ends_when_the_run_goes_on(toy: Toy, dewi: Person) -> None:
    run = start()
    work_run(run.pk, worker="planner", should_stop=lambda: Run.objects.get(pk=run.pk).state != RunState.PLANNED)
    pause_run(run=run, by=dewi)
    run.shards.filter(number=1).update(state=ShardState.LEASED, token=7, lease_until="2999-01-01T00:00Z", attempts=1)
    resume_run(run=run, by=dewi)
    shard = run.shards.get(number=1)
    assert (shard.state, shard.token, shard.attempts) == (ShardState.WAITING, 8, 0)
    assert finish(run).state == RunState.DONE


def test_the_pace_and_the_time_left_come_from_committed_work(toy: Toy) -> None:
    run = start()
    assert (progress_of(run).rows_a_second, progress_of(run).time_left) == (0, "")
    looks = iter(range(100))
    work_run(run.pk, worker="w", should_stop=lambda: next(looks) == 3)
    Run.objects.filter(pk=run.pk).update(created_at=Now() - timedelta(seconds=100))
    seen = progress_of(run)
    assert seen.rows_recent == 20
    assert 0.15 < seen.rows_a_second <= 0.2
    assert 90 < (seen.seconds_left or 0) < 130
    assert seen.time_left.startswith("0:0")
    run.shards.update(done_at="2026-01-01T00:00Z")
    assert (progress_of(run).rows_a_second, progress_of(run).seconds_left) == (0, None)


def test_a_stopped_run_is_not_resumed_beside_a_newer_one(toy: Toy, dewi: Person) -> None:
    run = start()
    abort_run(run=run, by=dewi)
    start()
    with pytest.raises(RunNotAllowed):
        resume_run(run=run, by=dewi)


def test_only_a_finished_run_is_signed_off_and_once(toy: Toy, dewi: Person) -> None:
    run = start()
    with pytest.raises(RunNotAllowed):
        sign_off_run(run=run, by=dewi)
    run = sign_off_run(run=finish(run), by=dewi)
    assert run.is_signed_off
    with pytest.raises(RunNotAllowed):
        sign_off_run(run=run, by=dewi)


def test_a_sign_off_needs_a_person_and_a_finished_run(toy: Toy) -> None:
    run = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(signed_off_at="2026-01-01T00:00Z")


def test_planning_that_keeps_failing_ends_in_a_failed_run(toy: Toy, dewi: Person) -> None:
    def broken(run: Run) -> Any:
        raise KeyError("secret")

    toy.plan = broken  # type: ignore[method-assign]
    engine.register(toy.handler())
    run = finish(start())
    assert (run.state, run.error) == (RunState.FAILED, "KeyError")
    engine.register(Toy().handler())
    assert finish(resume_run(run=run, by=dewi)).state == RunState.DONE


def test_progress_never_falls_and_ends_at_all(toy: Toy) -> None:
    toy.bad = {7, 8, 30}
    seen: list[float] = []
    run = start()

    def look() -> bool:
        seen.append(progress_of(run).fraction)
        return False

    work_run(run.pk, worker="w", should_stop=look)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)


def test_stalled_means_nobody_worked_for_two_leases(toy: Toy, settings: SettingsWrapper) -> None:
    run = start()
    assert progress_of(run).stalled is False
    Run.objects.filter(pk=run.pk).update(created_at="2026-01-01T00:00Z")
    assert progress_of(run).stalled is True
    leases_run = Run.objects.get(pk=run.pk)
    work_run(run.pk, worker="planner", should_stop=lambda: Run.objects.get(pk=run.pk).state != RunState.PLANNED)
    leases_run.refresh_from_db()
    shard = leases.take_lease(leases_run, worker="alive")
    assert shard is not None
    assert progress_of(run).stalled is False
    Shard.objects.filter(pk=shard.pk).update(lease_until="2026-01-01T00:00Z", leased_at="2026-01-01T00:00Z")
    assert run.stalled


def test_shards_of_a_run_do_not_overlap(toy: Toy) -> None:
    run = start()
    Shard.objects.create(run=run, number=1, lower=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shard.objects.create(run=run, number=2, lower=None)


def test_a_lost_database_leaves_the_loop(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(run: Run, *, worker: str) -> Shard:
        raise OperationalError

    run = start()
    monkeypatch.setattr("jobs.working.take_lease", lost)
    with pytest.raises(OperationalError):
        services.work_run(run.pk, worker="test")
