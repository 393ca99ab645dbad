"""What the application role may do: read and write rows, but neither change history nor own a table."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, transaction
from psycopg2 import sql

RIGHTS = (
    "GRANT USAGE ON SCHEMA public TO {}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
)


def grant_to_application_role(*, app_config: AppConfig, using: str, **kwargs: Any) -> None:
    """Run after migrating: give the application role its rights, less those on append-only tables, in one step."""
    if app_config.name != "dtks_portal":
        return
    role = getattr(settings, "DATABASE_APP_ROLE", "")
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        current, exists = cursor.fetchone()
        if current == role or not exists:
            return
        name = sql.Identifier(role)
        for statement in RIGHTS:
            cursor.execute(sql.SQL(statement).format(name))
        present = set(connections[using].introspection.table_names(cursor))  # a room may be migrated alone
        for table in sorted(append_only_tables() & present):
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name))
        for table, columns in changing_columns().items():
            listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
            cursor.execute(sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(listed, sql.Identifier(table), name))


def append_only_tables() -> set[str]:
    """Tables of models that say `append_only = True`, and the event tables of row history."""
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and (getattr(model, "append_only", False) or hasattr(model, "pgh_tracked_model"))
    }


def changing_columns() -> dict[str, tuple[str, ...]]:
    """Of an append-only table, the columns that may still change (`changing_columns` of its model)."""
    return {
        model._meta.db_table: columns
        for model in apps.get_models(include_auto_created=True)
        if (columns := getattr(model, "changing_columns", ()))
    }
