"""A connection as the tables' owner, for the few things that the application's role may not do."""

from collections.abc import Iterator
from contextlib import contextmanager

import environ
import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2.extensions import connection as Connection


@contextmanager
def owner_line(database: str = "") -> Iterator[Connection]:
    """Closed at the end, and nothing is committed unless told. `database`: another one of the same server.

    For a rehearsal, measurements and tests: production's settings do not hold the owner's address (SERVICES).
    """
    own, there = environ.Env.db_url_config(settings.SERVICES.owner_url), connection.get_connection_params()
    line = psycopg2.connect(
        dbname=database or there["dbname"],
        user=own.get("USER") or None,
        password=own.get("PASSWORD") or None,
        host=there.get("host"),
        port=there.get("port"),
    )
    try:
        yield line
    finally:
        line.close()
