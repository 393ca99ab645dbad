"""Work that cannot be done now: it waits for its time, costs no attempt, and nobody calls the run stalled."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs import engine, leases, tasks, working
from jobs.engine import NotNow
from jobs.models import Run, RunState, Shard, ShardState
from jobs.progress import progress_of
from jobs.services import abort_run, start_run, work_run
from tests.jobs.toy import KIND, Person, Toy, landed, once_each

pytestmark = pytest.mark.django_db
TOMORROW = timezone.now() + timedelta(days=1)


@pytest.fixture(autouse=True)
def _quiet(settings: Settings) -> Iterator[None]:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_RETRY_PAUSE_SECONDS = 0.001
    yield
    engine._handlers.pop(KIND, None)


def begin(toy: Toy) -> Run:
    engine.register(toy.handler())
    return start_run(kind=KIND, scope_id=1, params={}, by=None)


def not_before(moment: object) -> Toy:
    def before(run: Run, shard: Shard) -> None:
        if timezone.now() < TOMORROW and shard.number > 1:
            raise NotNow("Come back tomorrow.", until=moment)  # type: ignore[arg-type]

    return Toy(before=before)


def check_it_rests(run: Run) -> None:
    work_run(run.pk, worker="test", patience=0)
    run.refresh_from_db()
    progress = progress_of(run)
    assert (run.state, progress.done, progress.waiting, progress.open_poison) == (RunState.RUNNING, 1, 3, 0)
    assert (progress.rests_until, progress.rests_because) == (TOMORROW, "Come back tomorrow.")
    assert {shard.attempts for shard in run.shards.filter(state=ShardState.WAITING)} == {0}
    assert landed() == once_each(10)


def test_what_has_to_wait_waits_without_an_attempt_and_then_lands_once() -> None:
    run = begin(not_before(TOMORROW))
    for _hour in range(5):
        check_it_rests(run)
    engine.register(Toy().handler())
    Shard.objects.update(available_at=timezone.now() - timedelta(seconds=1))
    work_run(run.pk, worker="test", patience=0)
    run.refresh_from_db()
    assert (run.state, landed()) == (RunState.DONE, once_each(40))


def test_a_try_that_counts_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: waiting is a failure like any other."""
    monkeypatch.setattr(working, "put_off", lambda shard, later: leases.note_failure(shard.run, shard, later))
    with pytest.raises(AssertionError):
        check_it_rests(begin(not_before(TOMORROW)))


def test_a_run_that_rests_is_neither_stalled_nor_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []

    def send_now(task: str, args: tuple[str, ...], **about: object) -> bool:
        woken.extend(args)
        return True

    monkeypatch.setattr(tasks, "send_now", send_now)
    run = begin(not_before(TOMORROW))
    check_it_rests(run)
    long_ago = timezone.now() - timedelta(days=1)
    Run.objects.update(created_at=long_ago)
    Shard.objects.update(leased_at=long_ago)
    Shard.objects.filter(state=ShardState.DONE).update(done_at=long_ago)
    assert (progress_of(run).stalled, tasks.tend(), woken) == (False, 0, [])
    Shard.objects.filter(number=3).update(available_at=long_ago)
    assert (progress_of(run).stalled, progress_of(run).rests_until) == (True, None)
    assert (tasks.tend(), woken) == (4, [str(run.pk)] * 4)


def test_at_once_means_at_once() -> None:
    tries = [3]

    def before(run: Run, shard: Shard) -> None:
        tries[0] -= 1
        if tries[0] >= 0:
            raise NotNow("Again.")

    run = begin(Toy(rows=10, before=before))
    work_run(run.pk, worker="test", patience=0)
    run.refresh_from_db()
    assert (run.state, tries[0], landed()) == (RunState.DONE, -1, once_each(10))


def test_a_stopped_run_s_shard_is_not_put_off() -> None:
    toy = Toy(rows=10)

    def before(run: Run, shard: Shard) -> None:
        abort_run(run=Run.objects.get(pk=run.pk), by=Person())
        raise NotNow("Later.", until=TOMORROW)

    toy.before = before
    run = begin(toy)
    engine.register(with_asking(toy))
    work_run(run.pk, worker="test", patience=0)
    shard = run.shards.get()
    assert (shard.state, shard.error, shard.available_at < TOMORROW) == (ShardState.WAITING, "", True)


def with_asking(toy: Toy) -> engine.Handler:
    """The toy, with what comes before its work done outside the transaction."""
    before, toy.before = toy.before, Toy().before
    return engine.Handler(kind=KIND, plan=toy.plan, work=toy.work, ask=before)
