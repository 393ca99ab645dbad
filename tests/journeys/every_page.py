"""Every page of the portal as somebody who may open it gets it, in both languages, by the table of all pages.

The pages are asked for in one world (tests/access/world.py) and then shown to a browser by a stand (stand.py): what
a page looks like depends on its document and on the files beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import override

from registration.pages import PAGES, Repeats
from tests.access.seen import NEVER, NO_PAGE, SENT_ON, name_of
from tests.access.table import OK, PORTAL, Row
from tests.access.walking import path_of, undone
from tests.access.world import World

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
