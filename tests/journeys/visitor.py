"""Somebody in front of a browser: goes to a page, looks at it, fills in its form, presses a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import override
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import (
    COLOURS_AND_SIZES,
    assert_accessible,
    new_page,
    save_page,
    was_only_read,
)
from tests.journeys.every_page import EXAMINED

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

KEEP = "main form.form .button-row button >> nth=0"  # the first button of a page's form
# One question for all of it: each one by a locator would have Playwright bring its own scripts along to the page.
SOUND = """() => [document.documentElement.lang, document.title, document.querySelectorAll('h1').length,
  document.documentElement.scrollWidth - document.documentElement.clientWidth]"""


@dataclass
class Portal:
    """Where the portal answers, and which of its pages have been looked at already (once each is enough)."""

    url: str
    browser: Browser
    looked_at: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def visitor(self, **options: Any) -> Visitor:
        page, twin = new_page(self.browser, **options), new_page(self.browser, **options)
        for tab in (page, twin):
            tab.on("console", self._note)
            tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        return Visitor(self, page, twin, scripts=options.get("java_script_enabled", True))

    def _note(self, message: Any) -> None:
        """Violations of the content security policy end up here; pages that answer 4xx are visited on purpose."""
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.complaints.append(f"{message.location.get('url')}: {message.text}")


@dataclass
class Visitor:
    """`page` is what this person sees; `twin` shows the same address in English.

    The twin has a window of its own: a browser slows down tabs that lie behind another one.
    """

    portal: Portal
    page: Page
    twin: Page
    scripts: bool = True

    def go(self, path: str) -> None:
        self.page.goto(f"{self.portal.url}{path}")

    def follow(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.click(selector)

    press = follow

    def fill(self, **answers: Any) -> None:
        """Each control of the page's main part by its name; True ticks a box, a list ticks several."""
        for name, answer in answers.items():
            self.answer(self.page.locator(f'#main [name="{name}"], #content [name="{name}"]'), answer)

    def answer(self, control: Locator, answer: Any) -> None:
        kind = control.first.evaluate("node => node.type")
        if kind in ("radio", "checkbox"):
            for value in answer if isinstance(answer, list) else [answer]:
                one = control if value is True else control.and_(self.page.locator(f'[value="{value}"]'))
                one.check()
        elif kind == "select-one":
            control.select_option(str(answer))
        elif kind == "file":
            control.set_input_files(answer)
        else:
            control.fill(str(answer))

    def reads(self, text: str) -> None:
        """The text stands on the page where it can be seen."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def look(self, variant: str = "") -> None:
        """Check the page as it is and, where its address alone shows it, its English twin. Each kind of page once."""
        name = f"{name_of(self.page.url)}{f'-{variant}' if variant else ''}"
        if name in self.portal.looked_at:
            return
        self.portal.looked_at.add(name)
        if not self.scripts:  # axe-core is a script itself, and waits for ever where none may run
            assert_sound(self.page, "id")
            return
        by_axe = name not in EXAMINED  # else tests/journeys/test_every_page.py shows it to axe-core, in both languages
        examine(self.page, f"{name}-id", "id", by_axe=by_axe)
        if by_axe and was_only_read(self.page):
            self._show_twin()
            examine(self.twin, f"{name}-en", "en")

    def _show_twin(self) -> None:
        self.twin.context.clear_cookies()
        self.twin.context.add_cookies(cast("list[SetCookieParam]", self.page.context.cookies()))
        parts = urlsplit(self.page.url)
        self.twin.goto(f"{self.portal.url}/en{parts.path}{f'?{parts.query}' if parts.query else ''}")


def examine(page: Page, name: str, language: str, *, by_axe: bool = True) -> None:
    """Keep the document for the HTML validator, then look at it as a person and as axe-core does."""
    save_page(page, name)
    assert_sound(page, language)
    if by_axe:
        assert_accessible(page, but=() if language == "id" else COLOURS_AND_SIZES)


def assert_sound(page: Page, language: str) -> None:
    """The right language, one h1, a title, and no sideways scrolling.

    On the narrowest phone and on a desk tests/journeys/test_every_page.py looks at every page.
    """
    language_shown, title, headings, over = page.evaluate(SOUND)
    assert language_shown == language, page.url
    assert headings == 1, page.url
    assert title.strip(" –"), page.url
    assert over <= 0, f"{page.url} is {over} px wider than the screen"


def name_of(url: str) -> str:
    """The URL's name with the word of a form page, such as "registration-page_edit-kontak"; "unknown" for no page."""
    try:
        with override("id"):
            match = resolve(urlsplit(url).path)
    except Resolver404:
        return "unknown"
    return "-".join([match.view_name.replace(":", "-"), *([match.kwargs["key"]] if "key" in match.kwargs else [])])
