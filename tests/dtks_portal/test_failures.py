"""When the database is away or too slow, a person is told to come back, in words, and nothing else fails with it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import translation

from dtks_portal.failures import is_passing
from tests.access.seen import keep_error


class Broken:
    """A middleware in the innermost place that fails in a chosen way."""

    failure: Callable[[], Exception] = staticmethod(lambda: OperationalError("canceling statement"))

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        raise self.failure()


@pytest.fixture
def visitor(settings: Any) -> Client:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Broken"]
    return Client(raise_request_exception=False)


def wrapped() -> Exception:
    try:
        raise OperationalError("gone")
    except OperationalError as error:
        other = RuntimeError("while saving the page")
        other.__cause__ = error
        return other


@pytest.mark.parametrize("failure", [lambda: OperationalError("gone"), lambda: InterfaceError("closed"), wrapped])
def test_what_passes_is_503_with_a_time(visitor: Client, monkeypatch: pytest.MonkeyPatch, failure: Any) -> None:
    monkeypatch.setattr(Broken, "failure", staticmethod(failure))
    response = visitor.get("/praperiksa/")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "<h1>" in response.content.decode()


def test_our_own_fault_is_500(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Broken, "failure", staticmethod(lambda: KeyError("nik")))
    response = visitor.get("/praperiksa/")
    assert response.status_code == 500
    assert "nik" not in response.content.decode().lower().replace("teknik", "")


STATUSES: dict[int, Callable[[Client, str], Any]] = {
    400: lambda client, prefix: client.post(f"{prefix}/masuk/", {"name": "\0"}),
    403: lambda client, prefix: Client(enforce_csrf_checks=True).post(f"{prefix}/masuk/"),
    404: lambda client, prefix: client.get(f"{prefix}/tidak-ada/"),
    500: lambda client, prefix: client.get(f"{prefix}/praperiksa/"),
    503: lambda client, prefix: client.get(f"{prefix}/praperiksa/"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("status", STATUSES)
def test_every_error_page_speaks_the_readers_language(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, status: int, language: str
) -> None:
    """And is kept for the HTML checker."""
    if status >= 500:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Broken"]
        monkeypatch.setattr(Broken, "failure", staticmethod(KeyError if status == 500 else OperationalError))
        client.raise_request_exception = False
    with translation.override("en" if language == "id" else "id"):  # that of the reader before
        response = STATUSES[status](client, "/en" if language == "en" else "")
    body = response.content.decode()
    assert (response.status_code, f'<html lang="{language}"' in body) == (status, True)
    keep_error(f"{status}-{language}", body)


def test_health_pages_do_not_care(visitor: Client) -> None:
    assert visitor.get("/livez").status_code == 200


def test_which_failures_pass() -> None:
    assert is_passing(OperationalError()) is True
    assert [is_passing(error) for error in (IntegrityError(), DatabaseError(), ValueError(), None)] == [False] * 4
