"""A page never waits for the broker: dead, frozen or slow, the transaction is as quick as without it."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from pytest_django import Settings

from jobs import wakeups
from jobs.wakeups import Sender, wake

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = 3.0  # seconds


@pytest.fixture
def sender(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Sender:
    settings.DTKS_WAKE_UPS = True
    sender = Sender()
    monkeypatch.setattr(wakeups, "_sender", sender)
    return sender


@pytest.fixture
def broker_at() -> Iterator[Callable[[str], None]]:
    app: Any = current_app
    before = app.conf.broker_url

    def use(url: str) -> None:
        app.conf.broker_url = app.conf.broker_write_url = url
        app.amqp._producer_pool = None
        app._pool = None

    yield use
    use(before)


@pytest.fixture
def frozen_url() -> Iterator[str]:
    """A port that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.fixture
def dead_url() -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{closed.getsockname()[1]}/0"


def like_a_submission(sends: int = 3) -> float:
    """Seconds that a transaction with several wake-ups takes."""
    began = time.monotonic()
    for number in range(sends):
        with transaction.atomic():
            wake("jobs.dispatch_outbox")
            wake("jobs.work_on_run", str(number))
    return time.monotonic() - began


def test_a_frozen_broker_holds_up_nobody(sender: Sender, broker_at: Callable[[str], None], frozen_url: str) -> None:
    broker_at(frozen_url)
    assert like_a_submission() < QUICK
    sender.drain(10)
    assert sender._quiet_until > time.monotonic(), "the broker did not take it, so the sender keeps quiet"


def test_sending_inside_the_request_would_hold_it_up(
    sender: Sender, broker_at: Callable[[str], None], frozen_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker_at(frozen_url)
    monkeypatch.setattr(sender, "put", lambda message: wakeups.send_now(*message))
    with pytest.raises(AssertionError):
        assert like_a_submission(sends=1) < QUICK


def one_send_gives_up_in_time() -> None:
    """A worker that sends on its own account (jobs.tend, the rest of a run) waits for one time limit only."""
    began = time.monotonic()
    assert wakeups.send_now("jobs.tend") is False
    assert time.monotonic() - began < 3.9  # a second try would make it 4


def test_one_send_to_a_frozen_broker_gives_up_in_time(broker_at: Callable[[str], None], frozen_url: str) -> None:
    broker_at(frozen_url)
    one_send_gives_up_in_time()


def test_a_send_that_tries_again_is_noticed(broker_at: Callable[[str], None], frozen_url: str) -> None:
    options = current_app.conf.broker_transport_options
    current_app.conf.broker_transport_options = {**options, "max_retries": 1, "interval_start": 0}
    broker_at(frozen_url)
    try:
        with pytest.raises(AssertionError):
            one_send_gives_up_in_time()
    finally:
        current_app.conf.broker_transport_options = options


def test_a_dead_broker_holds_up_nobody(sender: Sender, broker_at: Callable[[str], None], dead_url: str) -> None:
    broker_at(dead_url)
    assert like_a_submission() < QUICK


def test_a_rolled_back_transaction_wakes_nobody(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[wakeups.Message] = []
    monkeypatch.setattr(sender, "put", put.append)
    with transaction.atomic():
        wake("jobs.tend")
        transaction.set_rollback(True)
    with transaction.atomic():
        wake("jobs.work_on_run", "1")
    assert put == [("jobs.work_on_run", ("1",))]


def test_equal_wake_ups_are_sent_once_and_all_are_sent(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def slow(task: str, args: tuple[str, ...]) -> bool:
        time.sleep(0.1)
        sent.append(task + "".join(args))
        return True

    monkeypatch.setattr(wakeups, "send_now", slow)
    for number in ("0", "1", "1", "2", "1"):
        sender.put(("t", (number,)))
    sender.drain(5)
    assert sorted(sent) == ["t0", "t1", "t2"]
