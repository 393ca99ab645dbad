"""What the application role may do: read and write rows, but neither change history nor own a table."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections
from psycopg2 import sql


def grant_to_application_role(*, app_config: AppConfig, using: str, **kwargs: Any) -> None:
    """Run after migrating the last room: give the application role its rights, less those on append-only tables."""
    if app_config.name != "dtks_portal":
        return
    role = getattr(settings, "DATABASE_APP_ROLE", "")
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT current_user, pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        )
        current, owner = cursor.fetchone()
        if not role or current == role or current != owner:
            return
        name = sql.Identifier(role)
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(statement).format(name))
        existing = set(connections[using].introspection.table_names(cursor))
        for table in (table for table in append_only_tables() if table in existing):
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name))
        for table, columns in changing_columns().items():
            if table not in existing:
                continue
            listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
            cursor.execute(sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(listed, sql.Identifier(table), name))


def append_only_tables() -> list[str]:
    """Tables of models that say `append_only = True`, and the event tables of row history."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and (getattr(model, "append_only", False) or hasattr(model, "pgh_tracked_model"))
    )


def changing_columns() -> dict[str, tuple[str, ...]]:
    """Of an append-only table, the columns that may still change (`changing_columns` of its model)."""
    return {
        model._meta.db_table: columns
        for model in apps.get_models(include_auto_created=True)
        if (columns := getattr(model, "changing_columns", ()))
    }
