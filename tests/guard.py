"""The suite touches databases of its own only, whatever the environment says. Loaded by tests/conftest.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from django.conf import settings
from django.db.backends.signals import connection_created

SETTINGS: Final = "dtks_portal.settings.test"
PREFIX: Final = "test_"
MAINTENANCE: Final = (None, "", "postgres", "template1")  # where test databases are created and dropped


class ForeignDatabase(RuntimeError):
    """Code of a test opened a database that is not the suite's."""


def complaint_about(module: str, databases: Mapping[str, Mapping[str, Any]]) -> str:
    """Why the suite must not run with these settings, or ""."""
    if module != SETTINGS:
        return f"The tests run with {SETTINGS} only, and DJANGO_SETTINGS_MODULE (or --ds) is {module}: unset it."
    names = [str((database.get("TEST") or {}).get("NAME") or "") for database in databases.values()]
    foreign = [name for name in names if not name.startswith(PREFIX)]
    if foreign:
        return f"The database of the tests must be called {PREFIX}…, not {foreign[0]!r} (TEST in {SETTINGS})."
    return ""


def refuse_foreign_database(connection: Any, **about: Any) -> None:
    name = connection.get_connection_params().get("dbname")
    if name not in MAINTENANCE and not str(name).startswith(PREFIX):
        connection.close()
        raise ForeignDatabase(f"A test opened the database {name!r}, which is not the suite's.")


def pytest_configure() -> None:
    if complaint := complaint_about(settings.SETTINGS_MODULE, settings.DATABASES):
        pytest.exit(complaint, returncode=pytest.ExitCode.USAGE_ERROR)
    connection_created.connect(refuse_foreign_database, dispatch_uid="tests.guard")
