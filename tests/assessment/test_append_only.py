"""A finding stays as it was written, but for whether it is current: by right, and by triggers for whoever has more."""

from collections.abc import Iterator

import environ
import psycopg2
import pytest
from django.conf import settings
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from assessment.models import Finding
from dtks_portal.owner_line import owner_line

TABLE, COPY = "assessment_finding", "assessment_finding_copy"
COLUMNS = {field.column for field in Finding._meta.concrete_fields}
OTHER = {  # another value than any row has, by type
    "uuid": "'00000000-0000-0000-0000-00000000000f'",
    "character varying": "'lain'",
    "date": "'2001-02-03'",
    "jsonb": "'{\"lain\": 1}'",
    "timestamp with time zone": "'2001-02-03'",
    "boolean": "NOT is_current",
}
ROW = """
INSERT INTO assessment_finding_copy
    (id, run_id, household_id, rule_key, rule_version, verdict, severity, source, detail, is_current)
VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'mobil', '2022-05-09', 'excluded', 'review', 'bapenda',
    '{}', true)
"""


@pytest.fixture
def owner(db: None) -> Iterator[Cursor]:
    """The owner of the tables, who has every right; nothing done here is kept."""
    with owner_line() as line, line.cursor() as cursor:
        yield cursor
        line.rollback()


def copy_with_triggers(owner: Cursor, *, without: str = "") -> None:
    """A table like that of the findings, without its foreign keys, with its triggers but for one, and with one row."""
    owner.execute(f"CREATE TABLE {COPY} (LIKE {TABLE} INCLUDING DEFAULTS)")
    owner.execute(
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
        [TABLE],
    )
    for name, definition in owner.fetchall():
        if not without or without not in name:
            owner.execute(definition.replace(f"public.{TABLE}", COPY).replace(f" {TABLE} ", f" {COPY} "))
    owner.execute(ROW)


def refused(owner: Cursor, statement: sql.Composable) -> bool:
    owner.execute("SAVEPOINT attempt")
    try:
        owner.execute(statement)
    except psycopg2.errors.RaiseException:
        return True
    else:
        return False
    finally:
        owner.execute("ROLLBACK TO SAVEPOINT attempt")


def only_is_current_can_change(owner: Cursor) -> None:
    owner.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [COPY])
    kinds = dict(owner.fetchall())
    assert set(kinds) == COLUMNS
    update = sql.SQL("UPDATE assessment_finding_copy SET {} = {}")
    changes = {name: update.format(sql.Identifier(name), sql.SQL(OTHER[kind])) for name, kind in kinds.items()}
    assert {name for name, change in changes.items() if not refused(owner, change)} == {"is_current"}
    assert refused(owner, sql.SQL("DELETE FROM assessment_finding_copy"))


def test_triggers_keep_a_finding_as_it_was_written(owner: Cursor) -> None:
    copy_with_triggers(owner)
    only_is_current_can_change(owner)


@pytest.mark.parametrize("trigger", ["only_is_current_changes", "append_only"])
def test_a_trigger_that_is_missing_is_noticed(owner: Cursor, trigger: str) -> None:
    copy_with_triggers(owner, without=trigger)
    with pytest.raises(AssertionError):
        only_is_current_can_change(owner)


def test_a_trigger_that_forgets_a_column_is_noticed(owner: Cursor) -> None:
    copy_with_triggers(owner, without="only_is_current_changes")
    owner.execute(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
        [TABLE, "%only_is_current%"],
    )
    ((definition,),) = owner.fetchall()
    forgetful = definition.replace("(old.detail IS DISTINCT FROM new.detail)", "false")
    assert forgetful != definition
    owner.execute(forgetful.replace(f"public.{TABLE}", COPY))
    with pytest.raises(AssertionError):
        only_is_current_can_change(owner)


def the_application_may_change_is_current_only(owner: Cursor) -> None:
    role = str(environ.Env.db_url_config(settings.DATABASE_APP_URL)["USER"])
    owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
        [TABLE, role],
    )
    assert {name for (name,) in owner.fetchall()} == {"is_current"}
    for right in ("DELETE", "TRUNCATE"):
        owner.execute("SELECT has_table_privilege(%s, %s, %s)", [role, TABLE, right])
        assert owner.fetchone() == (False,), right


def test_the_application_may_change_is_current_only(owner: Cursor) -> None:
    the_application_may_change_is_current_only(owner)


@pytest.mark.parametrize("right", ["UPDATE (verdict)", "DELETE", "TRUNCATE"])
def test_a_right_too_many_is_noticed(owner: Cursor, right: str) -> None:
    role = sql.Identifier(str(environ.Env.db_url_config(settings.DATABASE_APP_URL)["USER"]))
    owner.execute(sql.SQL(f"GRANT {right} ON {TABLE} TO {{}}").format(role))
    with pytest.raises(AssertionError):
        the_application_may_change_is_current_only(owner)
