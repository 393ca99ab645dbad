"""A database and a queue of the rehearsal's own, gone when it ends."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from psycopg2 import sql

from dtks_portal.celery import app
from dtks_portal.database_role import ROLE_VARIABLE
from dtks_portal.owner_line import owner_line

LEASE_SECONDS = 10  # a killed worker's shard is taken over after this


@dataclass(frozen=True)
class World:
    """`environment` is what the rehearsal's own processes are started with."""

    database: str
    environment: dict[str, str]


@contextmanager
def temporary_world() -> Iterator[World]:
    """Create and migrate a database, point this process at it, drop it at the end. Refuses production."""
    _refuse_production()
    name = f"dtks_rehearsal_{secrets.token_hex(4)}"
    services = settings.SERVICES
    environment = {
        **os.environ,
        "DATABASE_URL": _with_database(services.database_url, name),
        "DATABASE_OWNER_URL": _with_database(services.owner_url, name),
        "REDIS_URL": services.redis_url,
        "DTKS_QUEUE": name,
        "DTKS_LEASE_SECONDS": str(LEASE_SECONDS),
        "DEBUG": "false",
        ROLE_VARIABLE: "app",
    }
    _as_owner(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        _migrate(environment)
        with _pointed_at(name):
            yield World(name, environment)
    finally:
        _drop(name)


def _refuse_production() -> None:
    if not hasattr(settings, "SERVICES") or not getattr(settings, "DTKS_DEMO", False):
        raise CommandError(
            "The rehearsal runs with dtks_portal.settings.local and DTKS_DEMO on, never beside a production database."
        )


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _drop(name: str) -> None:
    """Without FORCE the server itself sends an autovacuum worker away; with it, it demands that we may do that."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        _as_owner(drop)
    except psycopg2.errors.ObjectInUse:  # by a process that did not end
        _as_owner(drop + sql.SQL(" WITH (FORCE)"))


def _as_owner(statement: sql.Composable) -> None:
    with owner_line("postgres") as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute(statement)


def _migrate(environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**environment, ROLE_VARIABLE: "owner"},
        check=True,
    )


@contextmanager
def _pointed_at(name: str) -> Iterator[None]:
    before, queue = connection.settings_dict["NAME"], app.conf.task_default_queue
    lease, settings.DTKS_LEASE_SECONDS = settings.DTKS_LEASE_SECONDS, LEASE_SECONDS
    shard = settings.DTKS_SHARD_ROWS
    connection.close()
    connection.settings_dict["NAME"] = name
    app.conf.task_default_queue = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        app.conf.task_default_queue = queue
        settings.DTKS_LEASE_SECONDS, settings.DTKS_SHARD_ROWS = lease, shard
