"""A worker looks for work by itself. That it does so without a broker: tests/faults/test_broker_gone.py."""

import mmap
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import OperationalError, transaction
from django.db.models.functions import Now
from pytest_django import Settings

from jobs import polling, stopping
from jobs.models import Channel, Document, OutboxMessage
from jobs.outbox import enqueue
from jobs.polling import OverduePoller, Poller, Polling
from jobs.printing import making
from jobs.services import pause_run, start_run
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
    with transaction.atomic():
        enqueue(channel=Channel.SMS, recipient="+6281299999999", body="Kode")
    poller = Poller(1)
    assert poller.look() == 9
    assert landed() == dict.fromkeys(once_each(40), 2)
    assert OutboxMessage.objects.get().sent_at is not None
    assert poller.look() == 0


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
