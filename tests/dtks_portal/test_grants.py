"""The application role reads and writes rows; history, the schema and the list of migrations are out of its reach."""

from typing import LiteralString

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from dtks_portal import role_check
from dtks_portal.grants import append_only_tables
from dtks_portal.role_check import refuse_powerful_role

pytestmark = pytest.mark.django_db


def ask(statement: LiteralString) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def test_the_suite_is_the_application_role() -> None:
    assert ask("SELECT current_user") == settings.DATABASE_APP_ROLE
    assert ask("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user") is False


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "DROP TABLE django_session",
        "ALTER TABLE django_session DISABLE TRIGGER ALL",
        "TRUNCATE audit_act",
        "UPDATE audit_act SET verb = 'x'",
        "DELETE FROM audit_act",
        "DELETE FROM django_migrations",
    ],
)
def test_what_it_may_not(statement: LiteralString) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        ask(statement)


def test_every_append_only_table_refuses_update_and_delete() -> None:
    present = set(connection.introspection.table_names())
    tables = append_only_tables() & present
    assert "audit_act" in tables
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t FROM unnest(%s) AS t WHERE has_table_privilege(t, 'UPDATE') OR has_table_privilege(t, 'DELETE')"
            " OR NOT has_table_privilege(t, 'SELECT') OR NOT has_table_privilege(t, 'INSERT')",
            [sorted(tables)],
        )
        assert cursor.fetchall() == []


def test_the_application_role_may_start(settings: object) -> None:
    settings.DTKS_ALLOWS_POWERFUL_ROLE = False  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "close", lambda: None)  # the test's transaction lives on it
        refuse_powerful_role()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("root", True, True, True), "role root is a superuser and passes by row-level security and owns tables"),
        (("dtks_owner", False, False, True), "role dtks_owner owns tables, so the portal does not start. Make a role"),
    ],
)
def test_a_powerful_role_may_not(
    settings: object, monkeypatch: pytest.MonkeyPatch, row: tuple[object, ...], sentence: str
) -> None:
    settings.DTKS_ALLOWS_POWERFUL_ROLE = False  # type: ignore[attr-defined]
    name, *flags = row
    values = ", ".join(["%s"] * 4) % (f"'{name}'", *flags)
    monkeypatch.setattr(role_check, "RIGHTS", f"SELECT {values}")
    monkeypatch.setattr(connection, "close", lambda: None)
    with pytest.raises(SystemExit, match=sentence):
        refuse_powerful_role()
    settings.DTKS_ALLOWS_POWERFUL_ROLE = True  # type: ignore[attr-defined]
    refuse_powerful_role()  # the demo and the tests
