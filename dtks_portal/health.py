"""/livez and /readyz for load balancers: answered before sessions, languages and redirects are looked at."""

from functools import cache
from typing import Any

import psycopg2
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from dtks_portal.celery import app

SECONDS = 2


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and knows every migration, else 503. The broker's state is told, never decisive."""
    found = {"database": database_state(), "broker": broker_state()}
    good = found["database"] == "ok"
    return JsonResponse(
        {"status": "ready" if good else "not ready", **found},
        status=200 if good else 503,
        headers={"Cache-Control": "no-store"},
    )


def database_state() -> str:
    """ok, unreachable, or migrations missing; on a connection of its own, so that a frozen one cannot delay it."""
    parameters: dict[str, Any] = connection.get_connection_params()
    parameters |= {"connect_timeout": SECONDS, "options": f"-c statement_timeout={SECONDS * 1000}"}
    parameters.pop("cursor_factory", None)
    try:
        line = psycopg2.connect(**parameters)
        try:
            with line.cursor() as cursor:
                cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
                if cursor.fetchone() != (True,):
                    return "migrations missing"
                cursor.execute("SELECT app, name FROM django_migrations")
                applied = set(cursor.fetchall())
        finally:
            line.close()
    except psycopg2.Error:
        return "unreachable"
    return "ok" if last_migrations() <= applied else "migrations missing"


@cache
def last_migrations() -> frozenset[tuple[str, str]]:
    """The newest migration of each app in this release, read from disk once."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset((str(app_label), str(name)) for app_label, name in loader.graph.leaf_nodes())


def broker_state() -> str:
    options = {**app.conf.broker_transport_options, "socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}
    try:
        with app.connection_for_write(connect_timeout=SECONDS, transport_options=options) as line:
            line.ensure_connection(max_retries=1, timeout=SECONDS)
            client = getattr(line.default_channel, "client", None)
            if client is not None:
                client.ping()
    except (BrokerError, RedisError, OSError):
        return "unreachable"
    return "ok"
