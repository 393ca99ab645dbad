"""A worker looks for work by itself. That it does so without a broker: tests/faults/test_broker_gone.py."""

import mmap
import os
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import OperationalError, transaction
from django.db.models.functions import Now
from pytest_django import Settings

from jobs import polling, stopping, tasks
from jobs.leases import take_lease
from jobs.models import Channel, Document, OutboxMessage, Run, Shard, ShardQuerySet
from jobs.outbox import enqueue
from jobs.polling import OverduePoller, Poller, Polling
from jobs.printing import making
from jobs.services import pause_run, start_run
from jobs.working import plan_run
from tests.jobs.toy import KIND, Person, Toy, landed, once_each


@pytest.fixture(autouse=True)
def _own_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "_flag", mmap.mmap(-1, 1))


@pytest.fixture
def kept_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look in the test's own thread must not close the test's connection."""
    monkeypatch.setattr(polling, "connection", SimpleNamespace(close=lambda: None))


@pytest.mark.django_db
def test_a_look_works_on_every_live_run_and_sends_messages(toy: Toy, kept_line: None) -> None:
    for scope in (1, 2):
        start_run(kind=KIND, scope_id=scope, params={}, by=None)
    resting = start_run(kind=KIND, scope_id=3, params={}, by=None)
    pause_run(run=resting, by=Person())
    a_message_waits()
    poller = Poller(1)
    assert poller.look() == 9
    assert landed() == dict.fromkeys(once_each(40), 2)
    assert OutboxMessage.objects.get().sent_at is not None
    assert poller.look() == 0


def a_message_waits() -> None:
    with transaction.atomic():
        enqueue(channel=Channel.SMS, recipient="+6281299999999", body="Kode")


def one_shard_at_a_time(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of each shard of a task its worker looks for work, and finds a message each time but no shard."""
    monkeypatch.setattr(tasks, "send_now", lambda *about, **how: True)
    looks: list[int] = []

    def look(run: Run, shard: Shard) -> None:
        a_message_waits()
        looks.append(Poller(1).look())

    toy.before = look
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    assert tasks.work_on_run(str(run.pk)) == 4
    assert looks == [1, 1, 1, 1]
    assert landed() == once_each(40)


@pytest.mark.django_db
def test_a_worker_has_one_shard_at_a_time(toy: Toy, kept_line: None, monkeypatch: pytest.MonkeyPatch) -> None:
    one_shard_at_a_time(toy, monkeypatch)


@pytest.mark.django_db
def test_a_worker_that_takes_a_second_shard_is_noticed(
    toy: Toy, kept_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "has_a_task_at_a_run", lambda: False)
    with pytest.raises(AssertionError):
        one_shard_at_a_time(toy, monkeypatch)


def a_killed_task_is_waited_for_no_longer_than_its_lease(toy: Toy) -> None:
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    assert plan_run(run)
    run.refresh_from_db()
    held = take_lease(run, worker=polling.task_name())
    assert held is not None
    assert Poller(1).look() == 0
    Shard.objects.filter(pk=held.pk).update(lease_until=Now())
    assert Poller(1).look() == 4
    assert landed() == once_each(40)


@pytest.mark.django_db
def test_a_killed_task_is_waited_for_no_longer_than_its_lease(toy: Toy, kept_line: None) -> None:
    a_killed_task_is_waited_for_no_longer_than_its_lease(toy)


@pytest.mark.django_db
def test_a_flag_that_nobody_takes_back_is_noticed(toy: Toy, kept_line: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: what a killed task held is held for ever."""
    monkeypatch.setattr(ShardQuerySet, "held_now", lambda self: self.filter(state="leased"))
    with pytest.raises(AssertionError):
        a_killed_task_is_waited_for_no_longer_than_its_lease(toy)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "holder",
    ["elsewhere:1:2", f"{polling.poller_name()}0:1", polling.poller_name()],
    ids=["elsewhere", "a worker with a longer number", "who looks itself"],
)
def test_what_others_hold_keeps_nobody_from_looking(toy: Toy, kept_line: None, holder: str) -> None:
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    plan_run(run)
    run.refresh_from_db()
    assert take_lease(run, worker=holder)
    assert Poller(1).look() == 3


def test_between_two_shards_a_task_is_at_its_run_too(monkeypatch: pytest.MonkeyPatch) -> None:
    now, holds = [100.0], [True]
    monkeypatch.setattr(polling, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(polling, "has_a_task_at_a_run", lambda: holds[0])
    poller = Poller(1)
    assert poller.leaves_runs_alone()
    holds[0] = False
    assert poller.leaves_runs_alone()
    now[0] += polling.BETWEEN_SHARDS
    assert not poller.leaves_runs_alone()


def in_a_child(ask: Callable[[], bool]) -> bool:
    pid = os.fork()
    if pid == 0:
        os._exit(0 if ask() else 1)
    return os.waitpid(pid, 0)[1] == 0


def test_a_process_of_the_pool_works_in_the_name_of_its_worker() -> None:
    first, name = str(os.getpid()), polling.task_name()
    assert name.split(":")[1:] == [first, first]
    assert in_a_child(lambda: polling.task_name().split(":")[1:] == [first, str(os.getpid())])
    assert len({name, polling.poller_name()}) == 2


def a_document_waits(seconds: float, monkeypatch: pytest.MonkeyPatch) -> Document:
    """Its wake-up was lost so long ago."""
    monkeypatch.setattr(making, "can_write", lambda: True)
    monkeypatch.setattr(making, "write_pdf", lambda html: b"%PDF")
    monkeypatch.setitem(making._makers, "toy", lambda document: making.Paper("<html>", "toy.pdf"))
    document = making.ask(kind="toy", about_id=uuid4(), by_id=uuid4(), language="id")
    Document.objects.update(available_at=Now() - timedelta(seconds=seconds))
    return document


def overdue_documents_are_made(poller: Poller, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_document_waits(20, monkeypatch)
    assert poller.look() == 1
    document.refresh_from_db()
    assert document.is_ready
    assert poller.look() == 0


@pytest.mark.django_db
def test_a_document_whose_wake_up_was_lost_is_made(kept_line: None, monkeypatch: pytest.MonkeyPatch) -> None:
    overdue_documents_are_made(OverduePoller(1), monkeypatch)


@pytest.mark.django_db
def test_a_worker_that_looks_for_runs_only_is_noticed(kept_line: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError):
        overdue_documents_are_made(Poller(1), monkeypatch)


@pytest.mark.django_db
def test_a_document_asked_for_just_now_is_left_to_who_is_woken(
    kept_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = a_document_waits(1, monkeypatch)
    assert OverduePoller(1).look() == 0
    document.refresh_from_db()
    assert (document.is_ready, document.attempts) == (False, 0)
    assert making.make_waiting() == 1


@pytest.mark.parametrize("error", [OperationalError, KeyError])
def test_a_look_that_fails_is_followed_by_another(
    kept_line: None, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(**about: object) -> int:
        raise error

    monkeypatch.setattr(polling, "work_on_all", fails)
    assert Poller(1).look() == 0


def ends_with_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is always something to do, and the worker is told to end."""
    monkeypatch.setattr(Poller, "look", lambda self: 1)
    poller = Poller(0.01)
    poller.start()
    stopping.stop_after_this_shard()
    try:
        poller.join(2)
        assert not poller.is_alive()
    finally:
        poller._over.set()


def test_a_poller_ends_with_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    ends_with_its_worker(monkeypatch)


def test_a_poller_that_does_not_listen_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Poller, "is_over", lambda self: self._over.is_set())
    with pytest.raises(AssertionError):
        ends_with_its_worker(monkeypatch)


def test_polling_can_be_switched_off(settings: Settings) -> None:
    step = Polling(SimpleNamespace())
    assert step.include_if(None) is False
    settings.DTKS_POLL_SECONDS = 5
    assert step.include_if(None) is True


def test_a_worker_starts_and_ends_its_poller(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DTKS_POLL_SECONDS = 0.01
    monkeypatch.setattr(Poller, "look", lambda self: 0)
    step = Polling(SimpleNamespace())
    step.stop(None)
    step.start(None)
    assert [type(poller) for poller in step.pollers] == [Poller, OverduePoller]
    assert all(poller.is_alive() for poller in step.pollers)
    step.stop(None)
    assert not any(poller.is_alive() for poller in step.pollers)
