"""A real browser for journeys: the system's Chromium, driven by Playwright.

tests/conftest.py makes the fixtures known once, since a process can hold one Playwright only. Without Chromium
the tests are skipped with the reason; with DTKS_REQUIRE_BROWSER=1 (continuous integration) they fail instead.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, Response, sync_playwright

PAGES: Final = Path(settings.BASE_DIR) / "var" / "pages"
# The headless shell first: the same Chromium without the windows of a desktop, at a third of the work.
NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # nothing leaves the machine
]
AXE: Final = Axe()
TOLD: Final = """options => axe.run(document, options).then(found => found.violations.map(
  one => `${one.id}: ${one.help}: ` + one.nodes.slice(0, 4).map(node => node.html.slice(0, 200)).join(' ')))"""
# A page in another language has the colours and the sizes of the first: what takes axe-core longest is not asked again.
COLOURS_AND_SIZES: Final = ("color-contrast", "target-size")
AXE_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: Final = {"width": 360, "height": 740}
DESKTOP: Final = {"width": 1280, "height": 900}
_documents: "WeakKeyDictionary[Page, Response]" = WeakKeyDictionary()


def chromium_path() -> str | None:
    """CHROMIUM if set, else the first known name on the path."""
    return os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        reason = f"no Chromium found (looked for {', '.join(NAMES)}; CHROMIUM names another)"
        if os.environ.get("DTKS_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's synchronous interface keeps an event loop in this thread, which Django would take for async code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page on a phone-sized screen. Errors the page logs fail the test: CSP violations end up there."""
    opened = new_page(browser)
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.context.close()
    assert complaints == []


def new_page(browser: Browser, **options: Any) -> Page:
    """A page in a context of its own (its own cookies); `options` go to Browser.new_context."""
    about = {"viewport": PHONE, "locale": "id-ID", "timezone_id": "Asia/Jakarta", "reduced_motion": "reduce"}
    context = browser.new_context(**{**about, **options})
    opened = context.new_page()
    opened.on("response", lambda response: _remember(opened, response))
    return opened


def was_only_read(page: Page) -> bool:
    """Whether the page shown is the answer to a GET, so that its address alone shows it again."""
    return page in _documents and _documents[page].request.method == "GET"


def assert_accessible(page: Page, *, but: Sequence[str] = ()) -> None:
    """No violation that axe-core knows of, WCAG 2.2 AA and its best practices."""
    found = violations(page, but=but)
    assert found == [], f"{page.url}\n" + "\n".join(found)


def violations(page: Page, rules: Sequence[str] = AXE_RULES, *, but: Sequence[str] = ()) -> list[str]:
    """What axe-core finds, by tags of rules or by their names. It reads the stylesheet as applied, not once more."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    kind = "rule" if rules == ["color-contrast"] else "tag"
    options = {
        "runOnly": {"type": kind, "values": rules},
        "rules": {name: {"enabled": False} for name in but},
        "resultTypes": ["violations"],
        "preload": False,
    }
    return cast("list[str]", page.evaluate(TOLD, options))


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px wider than the screen"


def save_page(page: Page, name: str) -> Path:
    """Write the document as sent, not as the browser repaired it, to var/pages/NAME.html for the HTML validator."""
    PAGES.mkdir(parents=True, exist_ok=True)
    target = PAGES / f"{name}.html"
    target.write_text(document_of(page), encoding="utf-8")
    return target


def document_of(page: Page) -> str:
    document = _documents.get(page)
    return document.text() if document else page.content()


def _remember(page: Page, response: Response) -> None:
    is_document = response.request.resource_type == "document" and response.frame == page.main_frame
    if is_document and not 300 <= response.status < 400:
        _documents[page] = response


def _is_complaint(message: Any) -> bool:
    """Errors, save for the browser's own note that a page answered 4xx or 5xx, which journeys visit on purpose."""
    return message.type == "error" and "the server responded with a status of" not in message.text
