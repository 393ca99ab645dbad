"""The database of the suite: created by the owner, used as the application role, as in production."""

from collections.abc import Iterator
from typing import Any

import environ
import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from tests.browser import browser, page

__all__ = ["browser", "page"]


def _become(url: str) -> None:
    parsed = environ.Env.db_url_config(url)
    connection.close()
    connection.settings_dict["USER"] = parsed.get("USER", "")
    connection.settings_dict["PASSWORD"] = parsed.get("PASSWORD", "")


def _flush_as_owner(operations: DatabaseOperations, using: str, sql_list: list[str]) -> None:
    """Empty the tables between transactional tests; the application role may not, since history is append-only."""
    own = environ.Env.db_url_config(settings.SERVICES.owner_url)
    parameters = connection.get_connection_params()
    with (
        psycopg2.connect(
            dbname=parameters["dbname"],
            user=own.get("USER") or None,
            password=own.get("PASSWORD") or None,
            host=parameters.get("host"),
            port=parameters.get("port"),
        ) as owner,
        owner.cursor() as cursor,
    ):
        for statement in sql_list:
            cursor.execute(statement)
    owner.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    original: Any = DatabaseOperations.execute_sql_flush

    def flush(operations: Any, sql_list: Any) -> None:
        _flush_as_owner(operations, "default", sql_list)

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign,assignment]
    _become(settings.DATABASE_APP_URL)
    yield
    _become(settings.SERVICES.owner_url)
    DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]
