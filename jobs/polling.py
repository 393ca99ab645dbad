"""A worker that looks for work by itself, so that everything goes on while the broker is gone or frozen.

Wake-ups make work begin at once; this makes it begin at all. Two threads of each worker's first process look into the
database every few seconds and work on what they find, under the same leases as everybody else: one on runs and
messages, the other on what takes its time, documents and what later rooms have (`look_for_overdue`). They do not ask
whether the broker answers: nothing has to notice that it is gone.

A worker has one shard in hand for each process that takes tasks, and no other: while a task of its own holds a shard,
the thread leaves runs to it. That is asked of the leases, which end by themselves: a task that was killed keeps the
thread from runs for the rest of its lease at most.
"""

import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from jobs.models import Run, Shard
from jobs.outbox import dispatch
from jobs.printing.making import make_waiting
from jobs.stopping import is_stopping
from jobs.working import work_run

log = logging.getLogger(__name__)

SLICE_SECONDS = 5.0  # of one run, then the outbox has its turn: codes for people must not wait for a long run
MESSAGES_BETWEEN_SLICES = 20
OVERDUE_SECONDS = 15.0  # so long, long work is left to the processes that wake-ups reach
BETWEEN_SHARDS = 2.0  # seconds in which a task that has just been seen with a shard takes its next one
LAST_SHARD_SECONDS = 30.0  # a worker that ends waits so long for what is in hand; what is lost is taken up again

FIRST_PROCESS = os.getpid()  # of this worker: read before it forks those that take tasks


def task_name() -> str:
    """Who holds the shards of a task. The last word is the process, the one before it the worker it belongs to."""
    return f"{_tasks_of_this_worker()}{os.getpid()}"


def poller_name() -> str:
    return f"{socket.gethostname()}:polling:{os.getpid()}"


def has_a_task_at_a_run() -> bool:
    """Whether a task of this worker, in whichever of its processes, holds a shard now."""
    return Shard.objects.held_now().filter(worker__startswith=_tasks_of_this_worker()).exists()


def _tasks_of_this_worker() -> str:
    return f"{socket.gethostname()}:{FIRST_PROCESS}:"


def work_on_all(*, should_stop: Callable[[], bool], seconds: float | None = None) -> int:
    """Work on every live run for as long as there is something to take; returns the shards committed."""
    return sum(
        work_run(run.pk, worker=poller_name(), should_stop=should_stop, seconds=seconds, patience=0)
        for run in Run.objects.live().order_by("created_at")
    )


Look = Callable[[Callable[[], bool]], int]
_looks: list[Look] = []


def look_for_overdue(look: Look) -> None:
    """Register work of a later room that a lost wake-up must not keep waiting; called in `AppConfig.ready`.

    `look(should_stop)` does what has waited for `OVERDUE_SECONDS` and returns how much it has done.
    """
    if look not in _looks:
        _looks.append(look)


def make_overdue_documents(should_stop: Callable[[], bool]) -> int:
    return make_waiting(limit=1, should_stop=should_stop, overdue_seconds=OVERDUE_SECONDS)


class Poller(threading.Thread):
    """Looks for runs and messages every so many seconds until it is told to end, or the worker is."""

    def __init__(self, every: float) -> None:
        super().__init__(name=type(self).__name__, daemon=True)
        self.every = every
        self._over = threading.Event()
        self._task_seen_at = -math.inf

    def is_over(self) -> bool:
        return self._over.is_set() or is_stopping()

    def run(self) -> None:
        while not self.is_over():
            if not self.look():
                self._over.wait(self.every)
        connection.close()

    def look(self) -> int:
        """Work on what there is; 0 when there was nothing, or the database did not answer."""
        done = 0
        try:
            done = self.work()
        except (OperationalError, InterfaceError) as error:
            log.warning("The database did not answer (%s); looking again soon.", type(error).__name__)
        except Exception as error:  # whatever it was, the next look may do better, and the worker goes on
            log.error("Looking for work failed: %s", type(error).__name__)
        if not done:
            connection.close()
        return done

    def work(self) -> int:
        done = work_on_all(should_stop=self.leaves_runs_alone, seconds=SLICE_SECONDS)
        return done + dispatch(limit=MESSAGES_BETWEEN_SLICES, should_stop=self.is_over)

    def leaves_runs_alone(self) -> bool:
        """Asked before each shard. Between two of its own a task holds none for a moment, which is no invitation."""
        if self.is_over():
            return True
        if has_a_task_at_a_run():
            self._task_seen_at = time.monotonic()
        return time.monotonic() - self._task_seen_at < BETWEEN_SHARDS

    def take_nothing_new(self) -> None:
        self._over.set()


class OverduePoller(Poller):
    """Looks for documents, and for the long work of later rooms, that nobody has been woken for."""

    def work(self) -> int:
        return sum(look(self.is_over) for look in (make_overdue_documents, *_looks))


class Polling(bootsteps.StartStopStep):
    """Starts the pollers with a Celery worker: after its processes have been forked, before it looks for the broker."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.pollers: list[Poller] = []

    def include_if(self, parent: Any) -> bool:
        return bool(settings.DTKS_POLL_SECONDS > 0)

    def start(self, parent: Any) -> None:
        self.pollers = [kind(settings.DTKS_POLL_SECONDS) for kind in (Poller, OverduePoller)]
        for poller in self.pollers:
            poller.start()

    def stop(self, parent: Any) -> None:
        """Wait for what is in hand."""
        until = time.monotonic() + LAST_SHARD_SECONDS
        for poller in self.pollers:
            poller.take_nothing_new()
        for poller in self.pollers:
            poller.join(max(until - time.monotonic(), 0))

    terminate = stop
