"""Addresses that nobody's browser makes by itself: ids that are no ids."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from tests.access.table import NO, OK, ROLES, Row
from tests.access.walking import path_of, undone
from tests.access.world import World

IDS = {
    "5,000 digits": "9" * 5_000,
    "20 digits": "9" * 20,
    "NUL": "%00",
    "half a character": "%ED%A0%80",
    "no UTF-8": "%FF",
    "full-width digits": quote("９９９９９９９９"),
    "negative": "-1",
    "quotes": quote("' OR 1=1 --"),
}
WORST = ("5,000 digits", "NUL", "half a character", "full-width digits")  # each breaks at a place of its own
SAID_POLITELY = (400, 404, 410)


def surprises(world: World, rows: Iterable[Row], ids: dict[str, str] = IDS) -> list[str]:
    """Answers to malformed ids that are neither "not found" nor "not understood"."""
    wrong = []
    for row in rows:
        kwargs = world.takes[row.takes]
        if row.dewi == NO and row.name.startswith("admin:"):
            continue
        role = next((role for role in ROLES if row.answers[role] == OK), "dewi")
        method = "get" if "G" in row.methods else "post"
        for name in kwargs:
            for what, typed in ids.items():
                path = path_of(row, kwargs).replace(f"/{kwargs[name]}", f"/{typed}", 1)
                status, place = _ask(world, role, method, path)
                # Django's admin tries the address as another one, and in the end says "… does not exist" on its index.
                stays_in_the_admin = status == 302 and place.startswith("/admin/")
                if status not in SAID_POLITELY and not stays_in_the_admin:
                    wrong.append(f"{row.name} {method} {name} = {what}: {status} {place[:80]}".strip())
    return wrong


def _ask(world: World, role: str, method: str, path: str) -> tuple[int, str]:
    with undone():
        response = getattr(world.client(role), method)(path)
    return response.status_code, urlsplit(response.get("Location", "")).path
