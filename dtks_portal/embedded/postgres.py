"""PostgreSQL under `var/`: created once, started on a Unix socket, with an owner role and an application role."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg2
from psycopg2 import sql

from dtks_portal.embedded.binaries import find_postgres, major_of
from dtks_portal.embedded.errors import ServiceError, explain_failure, foreign_owner, full_disk
from dtks_portal.embedded.instance import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER, Instance
from dtks_portal.embedded.privileges import NOBODY, RunAs
from dtks_portal.embedded.processes import command_of, die_with_parent, stop_process

STOP = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
NEEDED_BYTES = 150_000_000
BUILTIN_LOCALE_SINCE = 17
COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # A failing statement carries what a person typed: it stays out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_messages": "warning",
}
MEGABYTES = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
PROFILES = {
    "development": {"max_connections": "100", "shared_buffers": "128MB"},
    # What docs/operations.md asks of a server with a city's register; measurements run with it.
    "city": {
        "max_connections": "100",
        "shared_buffers": f"{min(max(MEGABYTES // 4, 2048), 16384)}MB",
        "wal_buffers": "64MB",
        "wal_writer_delay": "10ms",
        "max_wal_size": "8GB",
        "min_wal_size": "4GB",
        "checkpoint_timeout": "15min",
    },
    "test": {
        "max_connections": "200",
        "shared_buffers": "128MB",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    },
}


@dataclass
class Postgres:
    instance: Instance
    sockets: Path
    run_as: RunAs
    profile: str
    checkpoint: Callable[[], None]  # raises when the supervisor was told to stop
    name: str = "PostgreSQL"
    stop_signals = STOP

    @property
    def data(self) -> Path:
        return self.instance.postgres_data

    @property
    def log(self) -> Path:
        return self.instance.folder / "postgres.log"

    def prepare(self) -> None:
        """Find the programs, end a server somebody left on this data, and create the data on the first start."""
        marker = self.data / "PG_VERSION"
        self.programs = find_postgres(int(marker.read_text()) if marker.is_file() else None)
        self._check_reach()
        self._end_earlier_server()
        if not marker.is_file():
            self._create()
        elif self.run_as.way != "setpriv" and self.data.stat().st_uid == NOBODY != self.instance.folder.stat().st_uid:
            raise foreign_owner(self.data, NOBODY)
        self.run_as.hand_over(self.data)
        self.run_as.hand_over(self.sockets)

    def _check_reach(self) -> None:
        if not self.run_as.can_reach(self.programs / "postgres", self.instance.folder):
            raise ServiceError(
                "PostgreSQL cannot run as root here: user namespaces are off and the user nobody cannot reach "
                f"{self.instance.folder} or {self.programs}: run as an ordinary user, or set DATABASE_URL."
            )

    def _end_earlier_server(self) -> None:
        """A server that outlived its supervisor is stopped; a file left by a dead one is removed."""
        left = self.data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError):
            pid = int(left.read_text().splitlines()[0])
            if "postgres" in command_of(pid) and str(self.data) in command_of(pid):
                stop_process(pid, STOP)
            left.unlink(missing_ok=True)

    def _create(self) -> None:
        """`initdb` beside the final place and then rename, so that half a cluster is never taken for a whole one."""
        if shutil.disk_usage(self.instance.folder).free < NEEDED_BYTES:
            raise full_disk(self.instance.folder)
        draft = self.instance.folder / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.run_as.hand_over(draft)
        locale = ["--locale=C.UTF-8"]
        if major_of(self.programs) >= BUILTIN_LOCALE_SINCE:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command = self.run_as.command(
            self.programs / "initdb", "-D", draft, "-U", SUPERUSER, "--encoding=UTF8", *locale,
            "--auth-local=trust", "--auth-host=reject", "--no-instructions", "--no-sync",
            death=signal.SIGTERM,
        )  # fmt: skip
        made = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        if made.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise explain_failure("PostgreSQL's initdb", made.stdout, self.instance.folder)
        draft.rename(self.data)

    def start(self) -> subprocess.Popen[bytes]:
        options = {**COMMON, **PROFILES[self.profile]}
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        command = self.run_as.command(
            self.programs / "postgres", "-D", self.data, "-k", self.sockets, *settings, death=signal.SIGINT
        )
        with open_log(self.log) as log:
            return subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.instance.folder,
                preexec_fn=die_with_parent(signal.SIGINT),
            )

    def wait_until_ready(self, server: subprocess.Popen[bytes], seconds: float = 120.0) -> None:
        """Wait for the first connection, then make the roles and the database if they are missing."""
        deadline = time.monotonic() + seconds
        while True:
            self.checkpoint()
            if server.poll() is not None:
                raise explain_failure("PostgreSQL", tail(self.log), self.instance.folder)
            try:
                connection = psycopg2.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres")
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline:
                    raise explain_failure("PostgreSQL", str(error), self.instance.folder) from error
                time.sleep(0.05)
            else:
                with contextlib.closing(connection):
                    _make_roles_and_database(connection)
                return


def _make_roles_and_database(connection: "psycopg2.extensions.connection") -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        for role, rights in ((OWNER_ROLE, "LOGIN CREATEDB"), (APP_ROLE, "LOGIN")):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {} " + rights).format(sql.Identifier(role)))
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            names = sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))


def open_log(place: Path) -> IO[bytes]:
    """Append to a log, beginning anew when it has grown past five megabytes."""
    if place.exists() and place.stat().st_size > 5_000_000:
        place.unlink()
    return place.open("ab")


def tail(place: Path, size: int = 4000) -> str:
    with place.open("rb") as log:
        log.seek(max(0, place.stat().st_size - size))
        return log.read().decode(errors="replace")
