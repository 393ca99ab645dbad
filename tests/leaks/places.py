"""The places a number could leak to, each as {name of the place: its content}."""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection
from django.test import Client
from psycopg2 import sql

from dtks_portal.embedded.binaries import postgres_candidates
from dtks_portal.owner_line import owner_line
from tests.broker import broker_client

TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
LINK = re.compile(r"""(?:href|src|action|formaction|data-[a-z-]+)\s*=\s*["']([^"']*)["']""")
PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def tables() -> dict[str, bytes]:
    """Every table of the database as COPY writes it: bytes as hexadecimal."""
    found: dict[str, bytes] = {}
    with owner_line() as line, line.cursor() as cursor:
        cursor.execute(TABLES)
        for (name,) in cursor.fetchall():
            content = io.BytesIO()
            cursor.copy_expert(sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.SQL(name)), content)
            found[name] = content.getvalue()
    return found


def dump() -> bytes | None:
    """What pg_dump writes; None where there is no pg_dump."""
    places = [folder / "pg_dump" for folder in postgres_candidates() if (folder / "pg_dump").is_file()]
    if not places:
        return None
    own, there = environ.Env.db_url_config(settings.SERVICES.owner_url), connection.get_connection_params()
    given = {"PGHOST": there.get("host"), "PGPORT": there.get("port"), "PGUSER": own.get("USER")}
    variables = {name: str(value) for name, value in given.items() if value}
    variables |= {"PGPASSWORD": own["PASSWORD"]} if own.get("PASSWORD") else {}
    done = subprocess.run(
        [places[0], connection.settings_dict["NAME"]],
        env={**os.environ, **variables},
        capture_output=True,
        check=True,
    )
    return done.stdout


def sessions() -> dict[str, str]:
    return dict(Session.objects.values_list("session_key", "session_data"))


def broker(url: str) -> dict[str, bytes]:
    """Every key of the broker with what it holds; lists, hashes and sets are written out."""
    found: dict[str, bytes] = {}
    with broker_client(url) as line:
        for key in line.scan_iter(count=1000):
            found[f"broker {key!r}"] = key + b"\n" + b"\n".join(_held(line, key))
    return found


def _held(line: Any, key: bytes) -> list[bytes]:
    read: dict[bytes, Any] = {
        b"string": lambda: [line.get(key) or b""],
        b"list": lambda: line.lrange(key, 0, -1),
        b"set": lambda: list(line.smembers(key)),
        b"zset": lambda: line.zrange(key, 0, -1),
        b"hash": lambda: [part for pair in line.hgetall(key).items() for part in pair],
    }
    kind: bytes = line.type(key)
    return list(read[kind]()) if kind in read else [line.dump(key) or b""]


def cached() -> dict[str, bytes]:
    """Keys and pickles of every cache in memory, and the names of everything under var/."""
    found: dict[str, bytes] = {}
    for name in settings.CACHES:
        held: dict[str, bytes] = getattr(caches[name], "_cache", {})
        found |= {f"cache {key}": key.encode() + b"\n" + value for key, value in held.items()}
    return found


def file_names(*folders: Path) -> str:
    return "\n".join(str(place) for folder in folders for place in folder.rglob("*"))


@dataclass
class LogTap:
    """Keeps every record of every logger, whatever its level: as it is, and as our own handler would write it."""

    raw: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    @contextmanager
    def on(self) -> Iterator[None]:
        plain, ours = logging.Formatter(PLAIN), _our_formatter()
        handle, is_enabled = logging.Logger.handle, logging.Logger.isEnabledFor
        inside = False

        def keep(logger: logging.Logger, record: logging.LogRecord) -> None:
            nonlocal inside
            if inside:
                return
            inside = True
            try:
                self.raw.append(f"{plain.format(record)}\n{record.args!r}")
                record.exc_text = None
                self.written.append(ours.format(record))
                record.exc_text = None
            finally:
                inside = False

        logging.Logger.handle = keep  # type: ignore[method-assign, assignment]
        logging.Logger.isEnabledFor = lambda logger, level: True  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            logging.Logger.handle = handle  # type: ignore[method-assign]
            logging.Logger.isEnabledFor = is_enabled  # type: ignore[method-assign]


def _our_formatter() -> logging.Formatter:
    from dtks_portal.logs import RedactingFormatter

    return RedactingFormatter(settings.LOGGING["formatters"]["plain"]["format"])


@dataclass
class Trail:
    """The addresses that were asked for, led to, or offered; and the headers of every answer."""

    places: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)


class TracedClient(Client):
    """A browser whose history is kept."""

    def __init__(self, trail: Trail, **about: Any) -> None:
        super().__init__(raise_request_exception=False, **about)
        self.trail = trail

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        path = f"{request['PATH_INFO']}?{request.get('QUERY_STRING', '')}"
        headers = [f"{name}: {value}" for name, value in response.items()]
        self.trail.statuses[f"{request['REQUEST_METHOD']} {path}"] = response.status_code
        self.trail.places += [path, unquote(path), *headers]
        if response.get("Content-Type", "").startswith("text/html"):
            self.trail.places += LINK.findall(response.getvalue().decode())
        return response
