"""A real Celery worker on the test database and the real Valkey, and commands as an operator types them."""

from __future__ import annotations

import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from dtks_portal.celery import app
from tests.broker import broker_client
from tests.faults.processes import ROOT, environment

PATIENCE = 60  # seconds to stop before SIGKILL


@contextmanager
def celery_worker() -> Iterator[None]:
    """One worker with a queue of its own, which this process's wake-ups go to."""
    queue = f"journey-{secrets.token_hex(4)}"
    before, app.conf.task_default_queue = app.conf.task_default_queue, queue
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "dtks_portal", "worker", "--pool", "solo", "--loglevel", "warning"],
            cwd=ROOT,
            env=environment(redis_url=settings.SERVICES.redis_url, DTKS_QUEUE=queue),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield
            assert process.poll() is None, _told(log)
        finally:
            app.conf.task_default_queue = before
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            broker_client(settings.SERVICES.redis_url).delete(queue)


def _told(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode(errors="replace")[-4000:]


def manage(*arguments: str) -> str:
    """Run manage.py on the test database; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=Path(ROOT),
        env=environment(redis_url=settings.SERVICES.redis_url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
