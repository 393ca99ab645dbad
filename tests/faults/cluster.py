"""A PostgreSQL of one test's own, to be ended in any way it likes; this process and what it starts then work on it."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2 import sql

from dtks_portal.database_role import ROLE_VARIABLE
from dtks_portal.embedded.instance import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER, Instance
from dtks_portal.embedded.postgres import PROFILES, STOP, Postgres
from dtks_portal.embedded.privileges import choose_way
from dtks_portal.embedded.processes import stop_process
from tests.faults.processes import NOWHERE, ROOT

NAME = "test_city"
# What is committed survives the end of the server, as in production; that of the machine is not tried here.
PROFILE = {"max_connections": "100", "shared_buffers": "256MB", "fsync": "off", "max_wal_size": "2GB"}


@dataclass
class Cluster:
    postgres: Postgres
    server: "subprocess.Popen[bytes]"

    def crash(self) -> None:
        """`pg_ctl -m immediate`: every connection is cut, nothing is tidied up; then it starts and recovers."""
        pg_ctl, data = self.postgres.programs / "pg_ctl", self.postgres.data
        stop = self.postgres.run_as.command(pg_ctl, "-D", data, "-m", "immediate", "-W", "stop")
        subprocess.run(stop, check=True, stdout=subprocess.DEVNULL)
        self.server.wait(30)
        self.server = self.postgres.start()
        self.postgres.wait_until_ready(self.server)
        connection.close()

    def url(self, role: str) -> str:
        return f"postgres://{role}@/{NAME}?host={quote(str(self.postgres.sockets), safe='')}"

    @contextmanager
    def superuser(self) -> Iterator["psycopg2.extensions.cursor"]:
        """Beyond what anybody of the portal may do; every statement is its own."""
        line = psycopg2.connect(host=str(self.postgres.sockets), user=SUPERUSER, dbname=NAME)
        line.autocommit = True
        try:
            with line.cursor() as cursor:
                yield cursor
        finally:
            line.close()


@contextmanager
def own_cluster(*, door: str = "", guests: str = "") -> Iterator[Cluster]:
    """A migrated, empty portal, and this process on it. `door` is an address it listens at, `guests` who may come."""
    folder = settings.VAR / "faults" / secrets.token_hex(4)
    instance = Instance(folder)
    instance.prepare()
    PROFILES["faults"] = {**PROFILE, "listen_addresses": door}
    postgres = Postgres(instance, instance.prepare_sockets(), choose_way(), "faults", lambda: None)
    try:
        postgres.prepare()
        if guests:
            with (postgres.data / "pg_hba.conf").open("a") as rules:
                rules.write(f"host {NAME} {APP_ROLE} {guests} trust\n")
        cluster = Cluster(postgres, postgres.start())
        try:
            postgres.wait_until_ready(cluster.server)
            _migrate(cluster)
            with _pointed_at(cluster):
                yield cluster
        finally:
            stop_process(cluster.server.pid, STOP)
            cluster.server.wait()
    finally:
        shutil.rmtree(instance.sockets, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _migrate(cluster: Cluster) -> None:
    owner = psycopg2.connect(host=str(cluster.postgres.sockets), user=OWNER_ROLE, dbname=DATABASE)
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    owner.close()
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.test",
            "DATABASE_URL": cluster.url(APP_ROLE),
            "DATABASE_OWNER_URL": cluster.url(OWNER_ROLE),
            "REDIS_URL": NOWHERE,
            ROLE_VARIABLE: "owner",
        },
        check=True,
    )


@contextmanager
def _pointed_at(cluster: Cluster) -> Iterator[None]:
    there = {"NAME": NAME, "USER": APP_ROLE, "PASSWORD": "", "HOST": str(cluster.postgres.sockets), "PORT": ""}
    before = {key: connection.settings_dict[key] for key in there}
    connection.close()
    connection.settings_dict.update(there)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
