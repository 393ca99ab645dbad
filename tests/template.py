"""One migrated database that the database of each test process is copied from.

PostgreSQL copies a database in a fraction of a second; migrating an empty one takes several, and each of the parallel
processes needs its own. The copy is kept for the next run and made anew when a migration changes.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg2 import sql

PREFIX = "test_template_"
LOCK = 0x7E57  # only one process makes the template
WHOLE = "migrated"  # the comment of a database whose migrations have all run


def migrated_database() -> str:
    """The name of a database with all migrations of this tree; the first process to ask makes it."""
    name = f"{PREFIX}{_fingerprint()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")  # the first may take its time
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            if not _is_whole(cursor, name):
                _drop_templates(cursor)
                cursor.execute(_named("CREATE DATABASE {}", name))
                with _connected_to(name):
                    call_command("migrate", verbosity=0, interactive=False)
                cursor.execute(_named(f"COMMENT ON DATABASE {{}} IS '{WHOLE}'", name))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def _named(statement: str, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))


def _fingerprint() -> str:
    """Of every migration's text, by its app."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label}/{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _is_whole(cursor: CursorWrapper, name: str) -> bool:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() == (WHOLE,)


def _drop_templates(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    for (name,) in cursor.fetchall():
        cursor.execute(_named("DROP DATABASE IF EXISTS {}", name))


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
