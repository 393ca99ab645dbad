"""Asks for every page as every role and says what differs from the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.seen import Album
from tests.access.table import GONE, IN, NO, OK, ROLES, UNFINISHED_MAY, Row
from tests.access.world import ANONYMOUS, DEWI, NO_APP, NO_CODE, RINA, World

SIGN_IN = "/masuk/"
TURNED_BACK_TO = (SIGN_IN, "/akun/aplikasi-kode/")
ADMIN_DOORS = ("/admin/login/", "/admin/")  # they refuse whoever is no admin, which their own rows of the table say
REFUSALS = {NO: 403, GONE: 404}
ASKED_FOR_METHODS = (ANONYMOUS, RINA, DEWI)  # who else asks with a method that a page does not take learns nothing new


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back. Like the tests' own transactions it does not count as one for the code."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Page:
    """An entry of the URL configuration. Without a name, its route is its key."""

    key: str
    route: str
    pattern: URLPattern


def pages(resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), route: str = "") -> Iterator[Page]:
    for entry in (resolver or get_resolver()).url_patterns:
        whole = f"{route}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from pages(entry, (*spaces, entry.namespace) if entry.namespace else spaces, whole)
        else:
            yield Page(":".join((*spaces, entry.name)) if entry.name else whole, whole, entry)


def path_of(row: Row, kwargs: dict[str, Any]) -> str:
    if "/" not in row.name:
        return reverse(row.name, kwargs=kwargs) + row.query
    route = row.name.replace("(?P<url>.*)$", "tidak-ada/")
    for name, value in kwargs.items():
        route = route.replace(f"<path:{name}>", str(value))
    return f"/{route}"


def disagreements(
    world: World,
    rows: Iterable[Row],
    roles: Iterable[str] = (*ROLES, NO_APP, NO_CODE),
    album: Album | None = None,
) -> list[str]:
    """What is not as the table says; empty when all is well. Nothing that a request does is kept, but for the pages
    themselves in an album."""
    wrong = []
    for row in rows:
        path = path_of(row, world.takes[row.takes])
        for role in roles:
            for method in ("get", "post"):
                wanted = wanted_of(row, role)
                is_taken = method[0].upper() in row.methods
                if not is_taken and role not in ASKED_FOR_METHODS:
                    continue
                response, body = ask(world, role, method, path)
                if album is not None:
                    album.keep(row, role, method, response, body)
                if found := problem(world, role, path, wanted, response, body, is_taken=is_taken):
                    wrong.append(f"{row.name} [{row.takes}] {method} as {role}: {found}")
    return wrong


def wanted_of(row: Row, role: str) -> str:
    if role in (NO_APP, NO_CODE):
        return OK if row.name in UNFINISHED_MAY else IN
    return row.answers[role]


def ask(world: World, role: str, method: str, path: str) -> tuple[HttpResponse, str]:
    client = world.client(role)
    with undone():
        response = getattr(client, method)(path)
        return response, response.getvalue().decode("utf-8", "replace")


def problem(
    world: World, role: str, path: str, wanted: str, response: HttpResponse, body: str, *, is_taken: bool
) -> str:
    """What is wrong with the answer, or ""."""
    shown = f"{body}\n{_elsewhere(response, path)}"
    leaked = [secret for secret in world.secrets_from(role) if secret in shown]
    if leaked:
        return f"{response.status_code} shows {leaked}"
    if response.status_code >= 500:
        return f"{response.status_code}"
    return "" if agrees(response, wanted, role=role, is_taken=is_taken) else f"{_said(response)}, not {wanted}"


def agrees(response: HttpResponse, wanted: str, *, role: str, is_taken: bool) -> bool:
    place = urlsplit(response.get("Location", "")).path
    if not is_taken and response.status_code in (403, 405):
        return True
    if wanted == IN:
        back = TURNED_BACK_TO if role in (NO_APP, NO_CODE) else (SIGN_IN,)
        return response.status_code == 302 and place in (*back, *ADMIN_DOORS)
    if wanted in REFUSALS:
        return response.status_code == REFUSALS[wanted] or (wanted == NO and place in ADMIN_DOORS)
    if not is_taken:
        return False
    if place == ADMIN_DOORS[0] or (place == SIGN_IN and role != ANONYMOUS):
        return False
    return response.status_code not in (403, 404, 405) and response.status_code < 500


def _elsewhere(response: HttpResponse, path: str) -> str:
    """The address a response leads to, less the address that was asked for."""
    return unquote(response.get("Location", "")).replace(path, "")


def _said(response: HttpResponse) -> str:
    return f"{response.status_code} {response.get('Location', '')}".strip()
