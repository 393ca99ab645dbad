"""What a load balancer is told."""

import json
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.test import Client

from dtks_portal import health
from dtks_portal.celery import app


def test_alive_without_database_host_or_session(client: Client) -> None:
    client.cookies["sesi"] = "of-nobody"
    response = client.get("/livez", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_the_database_knows_every_migration(client: Client) -> None:
    response = client.get("/readyz", headers={"host": "10.0.0.7:8000"})
    assert json.loads(response.content) == {"status": "ready", "database": "ok", "broker": "ok"}
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "last_migrations", lambda: frozenset({("registration", "9999_tomorrow")}))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert json.loads(response.content)["database"] == "migrations missing"


def test_the_newest_migration_of_every_room_is_expected() -> None:
    assert {"registration", "accounts", "sessions"} <= {app for app, name in health.last_migrations()}


@pytest.mark.django_db
def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**parameters: Any) -> None:
        assert parameters["connect_timeout"] == 2
        raise psycopg2.OperationalError("gone")

    monkeypatch.setattr("psycopg2.connect", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert json.loads(response.content)["database"] == "unreachable"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["redis://127.0.0.1:9/0", "redis+socket:///nowhere/valkey.sock"])
def test_a_broker_that_is_gone_is_told_and_nothing_more(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    original = app.connection_for_write
    monkeypatch.setattr(app, "connection_for_write", lambda **options: original(address, **options))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert json.loads(response.content)["broker"] == "unreachable"


@pytest.mark.django_db
def test_the_check_leaves_the_pages_connection_alone(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    before = connection.connection
    client.get("/readyz")
    assert connection.connection is before
