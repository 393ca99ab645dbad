"""The five commands every Django developer types, with the embedded services and with given ones."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from dtks_portal.demo.port import answers
from dtks_portal.embedded.client import PROJECT, ensure_services, let_go
from dtks_portal.embedded.processes import stop_process
from tests.dtks_portal.embedded_probe import within
from tests.dtks_portal.test_demo import free_port

pytestmark = [pytest.mark.fault, pytest.mark.long]
STOP = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 2.0))


@dataclass(frozen=True)
class Place:
    """Where the commands run: `environment` holds DTKS_VAR, and for given services their addresses."""

    environment: dict[str, str]
    owner_url: str

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, log: Path, *arguments: str) -> "subprocess.Popen[bytes]":
        with log.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=PROJECT, env=self.environment, stdout=output, stderr=output
            )


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[Path, dict[str, str], str]]:
    """One set of services and a migrated database; for "given" it is only known by its addresses."""
    folder = Path(tempfile.mkdtemp(prefix="dtks-commands-"))
    found = ensure_services(var=folder, database_url="", owner_url="", redis_url="", profile="test")
    given = {
        "DATABASE_URL": found.database_url,
        "DATABASE_OWNER_URL": found.owner_url,
        "REDIS_URL": found.redis_url,
    }
    yield folder, given, found.owner_url
    let_go(folder, "test")
    shutil.rmtree(folder)


@pytest.fixture(scope="module", params=["embedded", "given"])
def place(request: pytest.FixtureRequest, services: tuple[Path, dict[str, str], str]) -> Iterator[Place]:
    folder, given, owner_url = services
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "HOME", "TMPDIR")}
    if request.param == "embedded":
        yield Place({**kept, "DTKS_VAR": str(folder), "DTKS_SERVICES_PROFILE": "test"}, owner_url)
        return
    elsewhere = Path(tempfile.mkdtemp(prefix="dtks-given-"))
    yield Place({**kept, **given, "DTKS_VAR": str(elsewhere)}, owner_url)
    assert not list(elsewhere.glob("services*")), "given services were there, so none were started"
    shutil.rmtree(elsewhere)


def test_migrate(place: Place) -> None:
    done = place.run("manage.py", "migrate", "--no-input")
    assert done.returncode == 0, done.stderr
    again = place.run("manage.py", "migrate", "--check")
    assert again.returncode == 0, again.stderr


def test_createsuperuser(place: Place) -> None:
    name = f"teknis{len(place.environment)}"
    done = place.run(
        "manage.py", "createsuperuser", "--no-input", "--username", name, "--email", f"{name}@example.org",
        DJANGO_SUPERUSER_PASSWORD="panjang-dan-jarang-dipakai-7", DJANGO_SUPERUSER_NAME="Dewi",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    connection = psycopg2.connect(place.owner_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT is_superuser FROM accounts_user WHERE username = %s", [name])
        assert cursor.fetchall() == [(True,)]
    connection.close()


def test_runserver(place: Place, tmp_path: Path) -> None:
    port = free_port()
    server = place.start(tmp_path / "log", "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}")
    try:
        assert within(60, lambda: answers(port)), (tmp_path / "log").read_text()
        assert answers(port, "/")
    finally:
        stop_process(server.pid, STOP)
        server.wait()


def test_the_suite_through_manage_py(place: Place) -> None:
    done = place.run("manage.py", "test", "tests/identity", "-q", "-x", "-k", "nik", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_the_worker(place: Place, tmp_path: Path) -> None:
    log = tmp_path / "log"
    worker = place.start(
        log,
        "-m",
        "celery",
        "-A",
        "dtks_portal",
        "worker",
        "--loglevel",
        "INFO",
        "--concurrency",
        "1",
        "-n",
        f"{os.getpid()}@%h",
    )
    try:
        assert within(60, lambda: " ready." in log.read_text()), log.read_text()
        sent = place.run("-c", "from dtks_portal.celery import app; app.send_task('jobs.tend')")
        assert sent.returncode == 0, sent.stderr
        assert within(30, lambda: "Task jobs.tend" in log.read_text()), log.read_text()
    finally:
        stop_process(worker.pid, STOP)
        worker.wait()
