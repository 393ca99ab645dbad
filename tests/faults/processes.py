"""Real processes for the fault tests: workers on the test database, and a broker of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from celery import current_app
from django.db import connection

from dtks_portal.embedded.binaries import find_valkey

NOWHERE = "redis://127.0.0.1:1/0"  # a broker that is not there
ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The test database, as the application role."""
    about = connection.get_connection_params()
    user = quote(str(about.get("user") or ""))
    password = quote(str(about.get("password") or ""))
    host = str(about.get("host") or "")
    who = f"{user}:{password}" if password else user
    if host.startswith("/"):
        return f"postgres://{who}@/{about['dbname']}?host={quote(host, safe='')}"
    return f"postgres://{who}@{host}:{about.get('port') or 5432}/{about['dbname']}"


def environment(*, redis_url: str = NOWHERE, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.test",
        "DATABASE_URL": database_url(),
        "DATABASE_OWNER_URL": database_url(),
        "REDIS_URL": redis_url,
        "PYTHONPATH": str(ROOT),
        **more,
    }


@contextmanager
def process(*arguments: str, redis_url: str = NOWHERE, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A Python process that is surely gone afterwards."""
    child = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(redis_url=redis_url, **more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # its own session: pool processes go with it
        child.wait()


def worker(run_id: UUID, **options: object) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    return process("-m", "tests.faults.worker", str(run_id), *words)


def wait_until(reached: Callable[[], object], *, seconds: float = 40.0) -> None:
    """Poll until something is so; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def broker(*, at: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """A Valkey of the test's own; yields its URL."""
    if not port:
        with socket.socket() as free:
            free.bind((at, 0))
            port = free.getsockname()[1]
    options = {"port": str(port), "bind": at, "save": "", "protected-mode": "no", "daemonize": "no"}
    server = subprocess.Popen(
        [str(find_valkey()), *(part for key, value in options.items() for part in (f"--{key}", value))],
        stdout=subprocess.DEVNULL,
        cwd="/tmp",  # noqa: S108
    )
    try:
        wait_until(lambda: _answers(at, port))
        yield f"redis://{at}:{port}/0"
    finally:
        server.kill()
        server.wait()


@contextmanager
def use_broker(url: str) -> Iterator[None]:
    """What this process sends goes to that broker."""
    app: Any = current_app
    before = app.conf.broker_url
    _send_to(app, url)
    try:
        yield
    finally:
        _send_to(app, before)


def _send_to(app: Any, url: str) -> None:
    app.conf.update(broker_url=url, broker_write_url=url, broker_read_url=url)
    app._pool = app.amqp._producer_pool = None


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), 0.2).close()
    except OSError:
        return False
    return True
