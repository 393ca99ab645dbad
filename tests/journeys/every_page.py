"""Every page of the portal as somebody who may open it gets it, in both languages, by the table of all pages.

The pages are asked for in one world (tests/access/world.py) and then shown to a browser without a server: what a
page looks like depends on its document and on the files beside it.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.utils.translation import override
from playwright.sync_api import Browser, Page, Route

from registration.pages import PAGES, Repeats
from tests.access.seen import NEVER, NO_PAGE, SENT_ON, name_of
from tests.access.table import OK, PORTAL, Row
from tests.access.walking import path_of, undone
from tests.access.world import World
from tests.browser import new_page

HOST: Final = "http://portal.test"
LANGUAGES: Final = (("id", ""), ("en", "/en"))
LOOKED_AT_AS: Final = ("anonymous", "siti", "rina", "dewi")  # the first of them who may open the page
SHOWN_BY_NOBODY: Final = frozenset({NO_PAGE, SENT_ON})
QUESTIONS: Final = tuple(
    Row("registration:page_edit", f"draft, {page.key}", "GP", "in", OK, "404", "404", "404", "404")
    for page in PAGES
    if page.repeats is Repeats.ONCE and page.key != "perwakilan"
)
# What journeys call these pages. They need not be shown to axe-core again as long as nothing has happened on them; the
# pages of a family and of a person are many under one name.
EXAMINED: Final = frozenset(
    {
        *(name_of(row.name) for row in PORTAL if row.name not in NEVER and "item_" not in row.name),
        *(f"registration-page_edit-{row.takes.removeprefix('draft, ')}" for row in QUESTIONS),
    }
)
PICTURE: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h400v400H0z" fill="#999"/></svg>'


@dataclass(frozen=True)
class Sheet:
    """A page as it was sent. `name` says which page, of what, how it was asked for and as whom."""

    name: str
    path: str
    language: str
    document: str
    policy: str

    @property
    def kind(self) -> tuple[str, ...]:
        """Which page and how it was asked for; of the pages of the questionnaire each is one kind."""
        page, takes, method, *_role = self.name.split("--")
        return (page, takes if page.endswith("page_edit") else "", method.partition("-")[0])

    def keep(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.html").write_text(self.document, encoding="utf-8")

    @property
    def is_mistaken(self) -> bool:
        """Whether the page answers a form that was sent empty."""
        return "--post-" in self.name


def sheets(world: World) -> Iterator[Sheet]:
    """Each page that is read; and in Indonesian each form once more, sent empty."""
    for row in (*PORTAL, *QUESTIONS):
        roles = [one for one in LOOKED_AT_AS if row.answers[one] == OK]
        if not roles or NEVER.get(row.name) in SHOWN_BY_NOBODY:
            continue
        with override("id"):  # a request leaves its language behind
            path = path_of(row, _takes(world, row))
        for role in roles:  # who is sent on, such as without a family's code, leaves it to the next
            found = list(_sheets_of(world, row, role, path))
            yield from found
            if found:
                break


def _sheets_of(world: World, row: Row, role: str, path: str) -> Iterator[Sheet]:
    for language, prefix in LANGUAGES:
        for method in ("get", "post"):
            if method[0].upper() in row.methods and (method == "get" or language == "id"):
                yield from _asked(world, row, role, method, f"{prefix}{path}", language)


def _takes(world: World, row: Row) -> dict[str, Any]:
    if row in QUESTIONS:
        return {**world.takes["draft"], "key": row.takes.removeprefix("draft, ")}
    return world.takes[row.takes]


def _asked(world: World, row: Row, role: str, method: str, path: str, language: str) -> Iterator[Sheet]:
    client = world.client(role)
    with undone():
        response = getattr(client, method)(path)
    if response.status_code in (200, 400, 409, 422) and response.get("Content-Type", "").startswith("text/html"):
        name = f"{name_of(row.name)}--{name_of(row.takes)}--{method}-{role}-{language}"
        policy = response.get("Content-Security-Policy", "")
        yield Sheet(name, path, language, response.content.decode(), policy)


class Stand:
    """A window of a browser in which sheets are shown, with the portal's own files beside them and nothing else."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.page: Page = new_page(browser, **options)
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._sheet: Sheet | None = None
        self.page.route("**/*", self._answer)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def show(self, sheet: Sheet) -> Page:
        self._sheet = sheet
        self.page.goto(f"{HOST}{sheet.path}")
        return self.page

    def _answer(self, route: Route) -> None:
        url, kind = route.request.url, route.request.resource_type
        if not url.startswith(f"{HOST}/"):
            self.strangers.append(url)
            route.abort()
        elif kind == "document" and self._sheet:
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": self._sheet.policy}
            route.fulfill(body=self._sheet.document, headers=headers)
        elif urlsplit(url).path.startswith("/static/"):
            self._send_file(route, urlsplit(url).path.removeprefix("/static/"))
        elif kind == "image":
            route.fulfill(body=PICTURE, content_type="image/svg+xml")
        else:
            route.fulfill(status=204)

    def _send_file(self, route: Route, name: str) -> None:
        found = finders.find(name)
        if not found:
            self.complaints.append(f"{name} is no file of the portal")
            route.fulfill(status=404)
            return
        kind = mimetypes.guess_type(name)[0] or "text/plain"
        route.fulfill(body=Path(found).read_bytes(), content_type=kind)

    def _note(self, message: Any) -> None:
        if message.type == "error":
            place = self._sheet.name if self._sheet else ""
            self.complaints.append(f"{place}: {message.text}")
