"""Wake-ups: messages that tell workers to look at the database. Any may be lost or doubled without effect.

They are sent after the commit, by a daemon thread of this process: a page never waits for the broker, be it dead or
frozen. After a failure the thread keeps quiet for some seconds; the scheduler's `jobs.tend` makes up for what is lost.
"""

import atexit
import logging
import os
import threading
import time
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

QUIET_SECONDS = 5.0  # after a failure
WAITING_MAX = 1000
EXIT_SECONDS = 2.0

Message = tuple[str, tuple[str, ...]]


def wake(task: str, *args: str) -> None:
    """Send a task after the surrounding transaction commits. Never blocks, never raises. No personal data in `args`."""
    transaction.on_commit(partial(_sender.put, (task, args)), robust=True)


def send_now(task: str, args: tuple[str, ...] = (), *, expires: float | None = None) -> bool:
    """Send a task from a worker or the scheduler; False when the broker does not take it within two seconds."""
    try:
        current_app.send_task(task, args=args, ignore_result=True, retry=False, expires=expires)
    except Exception as error:
        log.warning("The broker did not take %s: %s", task, type(error).__name__)
        return False
    return True


class Sender:
    """Sends messages one after another from its own thread; equal messages that wait are sent once."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._waiting: dict[Message, None] = {}
        self._sending = False
        self._quiet_until = 0.0
        self._pid = 0

    def put(self, message: Message) -> None:
        if not getattr(settings, "DTKS_WAKE_UPS", True):
            return
        with self._lock:
            if time.monotonic() < self._quiet_until or len(self._waiting) >= WAITING_MAX:
                return
            self._waiting[message] = None
            self._start_in_this_process()
            self._lock.notify_all()

    def _start_in_this_process(self) -> None:
        """Threads do not survive a fork (gunicorn, Celery): each process starts its own on first use."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            threading.Thread(target=self._run, name="wake-ups", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._sending = False
                self._lock.notify_all()
                while not self._waiting:
                    self._lock.wait()
                task, args = message = next(iter(self._waiting))
                del self._waiting[message]
                self._sending = True
            if not send_now(task, args):
                with self._lock:
                    self._quiet_until = time.monotonic() + QUIET_SECONDS
                    self._waiting.clear()

    def drain(self, seconds: float) -> None:
        """Wait until all is sent, at most so long: for commands that end right after their commit."""
        with self._lock:
            if self._pid == os.getpid():
                self._lock.wait_for(lambda: not self._waiting and not self._sending, timeout=seconds)


_sender = Sender()
atexit.register(_sender.drain, EXIT_SECONDS)


def _after_fork() -> None:
    """A child must not inherit a lock that another thread of its parent held."""
    _sender.__init__()  # type: ignore[misc]


os.register_at_fork(after_in_child=_after_fork)
