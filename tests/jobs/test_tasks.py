import mmap
from uuid import UUID

import pytest

from jobs import stopping, tasks
from jobs.models import Run, RunState
from jobs.services import start_run, work_run
from tests.jobs.toy import KIND, Toy, landed, once_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[str, ...]]]:
    messages: list[tuple[str, tuple[str, ...]]] = []

    def send(task: str, args: tuple[str, ...] = (), *, expires: float | None = None) -> bool:
        messages.append((task, args))
        return True

    monkeypatch.setattr(tasks, "send_now", send)
    return messages


def doubled_and_late_wake_ups_do_nothing() -> None:
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    assert [tasks.work_on_run(str(run.pk)) for _ in range(3)] == [4, 0, 0]
    assert landed() == once_each(40)


def test_a_doubled_or_late_wake_up_does_nothing(toy: Toy, sent: list[tuple[str, tuple[str, ...]]]) -> None:
    doubled_and_late_wake_ups_do_nothing()
    assert tasks.work_on_run("00000000-0000-0000-0000-000000000000") == 0


def test_a_wake_up_that_is_the_work_itself_is_noticed(
    toy: Toy, sent: list[tuple[str, tuple[str, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: whoever gets a message works, whatever the database says about the run."""

    def believes(run_id: UUID, **how: object) -> int:
        run = Run.objects.get(pk=run_id)
        return work_run(run_id, worker="w") or sum(toy.work(run, shard) for shard in run.shards.all())

    monkeypatch.setattr(tasks, "work_run", believes)
    monkeypatch.setattr(type(Run.objects.all()), "live", lambda self: self.all())
    with pytest.raises(AssertionError):
        doubled_and_late_wake_ups_do_nothing()


def lost_wake_ups_are_made_up_for(sent: list[tuple[str, tuple[str, ...]]]) -> None:
    """Nobody got the first message, and the broker forgot those after it."""
    start_run(kind=KIND, scope_id=1, params={}, by=None)
    tasks.tend()
    sent.clear()
    tasks.tend()
    while sent:
        _task, args = sent.pop(0)
        tasks.work_on_run(*args)
    assert landed() == once_each(40)
    assert tasks.tend() == 0


def test_lost_wake_ups_are_made_up_for(toy: Toy, sent: list[tuple[str, tuple[str, ...]]]) -> None:
    lost_wake_ups_are_made_up_for(sent)


@pytest.mark.parametrize("name", ["tend", "call_workers"])
def test_a_scheduler_that_trusts_the_broker_is_noticed(
    toy: Toy, sent: list[tuple[str, tuple[str, ...]]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(tasks, name, lambda *about: 0)
    with pytest.raises(AssertionError):
        lost_wake_ups_are_made_up_for(sent)


def test_tend_wakes_workers_for_every_live_run(toy: Toy, sent: list[tuple[str, tuple[str, ...]]]) -> None:
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    assert tasks.tend() == tasks.WAKE_UPS
    assert sent == [("jobs.work_on_run", (str(run.pk),))] * tasks.WAKE_UPS
    tasks.work_on_run(str(run.pk))
    assert tasks.tend() == 0


def test_a_stopping_worker_takes_no_new_shard(
    toy: Toy, sent: list[tuple[str, tuple[str, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "_flag", mmap.mmap(-1, 1))
    toy.before = lambda run, shard: stopping.stop_after_this_shard()
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    assert tasks.work_on_run(str(run.pk)) == 1
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert landed() == once_each(10)
    assert sent == [("jobs.work_on_run", (str(run.pk),))] * tasks.WAKE_UPS  # when it cut the run, none afterwards
