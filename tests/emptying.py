"""Emptying the test database between transactional tests, quickly and as the owner.

Django's own flush truncates every table and then rebuilds content types, permissions, areas and grants: a second of
work for a test that wrote ten rows. Here only tables that hold rows are emptied, and what migrations put there stays.
"""

from psycopg2 import errors, sql
from psycopg2.extensions import cursor as Cursor

from dtks_portal.owner_line import owner_line

REFERENCE_TABLES = frozenset(
    {
        "areas_area",
        "areas_areaalias",
        "areas_arearelease",
        "auth_permission",
        "django_content_type",
        "django_migrations",
    }
)


def empty_tables() -> None:
    """Take out what the last test committed: the application role may not empty append-only tables."""
    with owner_line() as owner, owner, owner.cursor() as cursor:
        filled = _filled_tables(cursor)
        if filled:
            _empty(cursor, filled)


def _filled_tables(cursor: Cursor) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    tables = [name for (name,) in cursor.fetchall() if name not in REFERENCE_TABLES]
    looks = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
        for table in tables
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(looks))
    return [name for (name,) in cursor.fetchall()]


def _empty(cursor: Cursor, tables: list[str]) -> None:
    """Delete without triggers and foreign keys where the owner may, else truncate with all that depends on them."""
    cursor.execute("SAVEPOINT emptying")
    try:
        cursor.execute("SET LOCAL session_replication_role = replica")
    except errors.InsufficientPrivilege:
        cursor.execute("ROLLBACK TO SAVEPOINT emptying")
        cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
        return
    for table in tables:
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
