"""A worker that looks for work by itself, so that runs and messages go on while the broker is gone or frozen.

Wake-ups make work begin at once; this makes it begin at all. One thread of each worker's first process looks into the
database every few seconds and works on what it finds, under the same leases as everybody else. It does not ask whether
the broker answers: nothing has to notice that it is gone.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from jobs.models import Run
from jobs.outbox import dispatch
from jobs.stopping import is_stopping
from jobs.working import work_run

log = logging.getLogger(__name__)

SLICE_SECONDS = 5.0  # of one run, then the outbox has its turn: codes for people must not wait for a long run
MESSAGES_BETWEEN_SLICES = 20
LAST_SHARD_SECONDS = 30.0  # a worker that ends waits so long for the shard in hand; a lost one is leased again


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def work_on_all(*, should_stop: Callable[[], bool], seconds: float | None = None) -> int:
    """Work on every live run for as long as there is something to take; returns the shards committed."""
    return sum(
        work_run(run.pk, worker=worker_name(), should_stop=should_stop, seconds=seconds, patience=0)
        for run in Run.objects.live().order_by("created_at")
    )


class Poller(threading.Thread):
    """Looks every so many seconds until it is told to end, or the worker is."""

    def __init__(self, every: float) -> None:
        super().__init__(name="polling", daemon=True)
        self.every = every
        self._over = threading.Event()

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
            done = work_on_all(should_stop=self.is_over, seconds=SLICE_SECONDS)
            done += dispatch(limit=MESSAGES_BETWEEN_SLICES, should_stop=self.is_over)
        except (OperationalError, InterfaceError) as error:
            log.warning("The database did not answer (%s); looking again soon.", type(error).__name__)
        except Exception as error:  # whatever it was, the next look may do better, and the worker goes on
            log.error("Looking for work failed: %s", type(error).__name__)
        if not done:
            connection.close()
        return done

    def end(self) -> None:
        """Take nothing new, and wait for the shard in hand."""
        self._over.set()
        self.join(LAST_SHARD_SECONDS)


class Polling(bootsteps.StartStopStep):
    """Starts the poller with a Celery worker: after its processes have been forked, before it looks for the broker."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.poller: Poller | None = None

    def include_if(self, parent: Any) -> bool:
        return bool(settings.DTKS_POLL_SECONDS > 0)

    def start(self, parent: Any) -> None:
        self.poller = Poller(settings.DTKS_POLL_SECONDS)
        self.poller.start()

    def stop(self, parent: Any) -> None:
        if self.poller is not None:
            self.poller.end()

    terminate = stop
