import mmap

import pytest

from jobs import stopping, tasks
from jobs.models import RunState
from jobs.services import start_run
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


def test_a_doubled_or_late_wake_up_does_nothing(toy: Toy, sent: list[tuple[str, tuple[str, ...]]]) -> None:
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    assert [tasks.work_on_run(str(run.pk)) for _ in range(3)] == [4, 0, 0]
    assert landed() == once_each(40)
    assert tasks.work_on_run("00000000-0000-0000-0000-000000000000") == 0


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
    assert sent == []
