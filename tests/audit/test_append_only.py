"""Acts cannot be changed: not by the application's role, which has no right, and by nobody, as triggers refuse."""

from collections.abc import Iterator

import environ
import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from audit.models import Act
from dtks_portal.grants import append_only_tables

INSERT = (
    "INSERT INTO audit_act (verb, actor_role, subject_type, subject_id, area_code, data) "
    "VALUES ('stages.advance', '', '', '', '', '{}')"
)
TAMPERING = ("UPDATE {} SET verb = 'forged'", "DELETE FROM {}")
ONLY_THE_OWNERS = (
    "TRUNCATE {}",
    "DROP TABLE {}",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} DROP COLUMN verb",
)


def connect(url: str) -> Connection:
    """A connection of its own to the test database, in the role of `url`."""
    role = environ.Env.db_url_config(url)
    parameters = connection.get_connection_params()
    session: Connection = psycopg2.connect(
        dbname=parameters["dbname"],
        user=role.get("USER") or None,
        password=role.get("PASSWORD") or None,
        host=parameters.get("host"),
        port=parameters.get("port"),
    )
    return session


def application_role() -> str:
    return str(environ.Env.db_url_config(settings.DATABASE_APP_URL)["USER"])


@pytest.fixture
def owner(db: None) -> Iterator[Cursor]:
    """The owner, with one act; nothing done here is kept."""
    session = connect(settings.SERVICES.owner_url)
    with session.cursor() as cursor:
        cursor.execute(INSERT)
        yield cursor
    session.rollback()
    session.close()


@pytest.fixture
def unguarded(db: None) -> Iterator[Cursor]:
    """The owner, and for the duration of a test a table like that of the acts without a guard."""
    session = connect(settings.SERVICES.owner_url)
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS audit_unguarded")
        cursor.execute("CREATE TABLE audit_unguarded (LIKE audit_act INCLUDING ALL)")
        yield cursor
        cursor.execute("DROP TABLE audit_unguarded")
    session.close()


@pytest.fixture
def application(unguarded: Cursor) -> Iterator[Cursor]:
    """The application's role; nothing done here is kept."""
    session = connect(settings.DATABASE_APP_URL)
    with session.cursor() as cursor:
        yield cursor
    session.rollback()
    session.close()


def refused(cursor: Cursor, statement: str) -> bool:
    """Whether the database refuses `statement`; undoes it either way."""
    cursor.execute("SAVEPOINT attempt")
    try:
        cursor.execute(statement)
    except psycopg2.Error:
        return True
    else:
        return False
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT attempt")


def rows_are_safe_from_everybody(owner: Cursor) -> None:
    for statement in TAMPERING:
        assert refused(owner, statement.format("audit_act")), statement


def rows_are_safe_from_the_application(application: Cursor, table: str) -> None:
    application.execute("SET LOCAL pgtrigger.ignore = '{audit_act:append_only}'")
    for statement in (*TAMPERING, *ONLY_THE_OWNERS):
        assert refused(application, statement.format(table)), statement


def test_triggers_keep_acts_from_everybody(owner: Cursor) -> None:
    rows_are_safe_from_everybody(owner)


def test_that_test_sees_a_dropped_trigger(owner: Cursor) -> None:
    owner.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_act'::regclass AND tgname LIKE 'pgtrigger_%'")
    for (name,) in owner.fetchall():
        owner.execute(f'DROP TRIGGER "{name}" ON audit_act')
    with pytest.raises(AssertionError):
        rows_are_safe_from_everybody(owner)


def test_grants_keep_acts_from_the_application_even_where_triggers_are_passed_by(application: Cursor) -> None:
    rows_are_safe_from_the_application(application, "audit_act")
    application.execute(INSERT)


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_that_test_sees_a_right_too_many(unguarded: Cursor, application: Cursor, right: str) -> None:
    rows_are_safe_from_the_application(application, "audit_unguarded")
    application.connection.rollback()
    unguarded.execute(f'GRANT {right}, SELECT ON audit_unguarded TO "{application_role()}"')
    with pytest.raises(AssertionError):
        rows_are_safe_from_the_application(application, "audit_unguarded")


def test_the_suite_itself_works_as_the_application(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (application_role(), False)


def test_the_grants_know_the_table() -> None:
    assert Act._meta.db_table in append_only_tables()
