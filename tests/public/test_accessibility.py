"""Every page for everybody in a real browser: axe-core, the width of a small phone, console errors, the keyboard."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import DESKTOP, assert_accessible, assert_fits, new_page, save_page
from tests.public.registry import TYPED, answered, determine, open_phase, register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATHS = {
    "landing": "",
    "guide": "cara-mendaftar/",
    "programmes": "program/",
    "announcements": "pengumuman/",
    "privacy": "privasi/",
    "status": "cek-status/",
    "missing": "tidak-ada/",
}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_accessible_on_a_phone(live_server: LiveServer, page: Page, language: str) -> None:
    open_phase()
    for name, path in PATHS.items():
        page.goto(f"{live_server.url}/{'' if language == 'id' else 'en/'}{path}")
        assert_accessible(page)
        assert_fits(page)
        save_page(page, f"public-{name}-{language}")


def test_dark_and_wide_pages_are_accessible_too(live_server: LiveServer, browser: Browser) -> None:
    open_phase()
    page = new_page(browser, viewport=DESKTOP, color_scheme="dark")
    for name in ("landing", "announcements", "status"):
        page.goto(f"{live_server.url}/{PATHS[name]}")
        assert_accessible(page)
        assert_fits(page)
    page.context.close()


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_status_check_from_a_mistake_to_the_answer(live_server: LiveServer, page: Page, language: str) -> None:
    determine()
    code = register(open_phase()).household.reference
    page.goto(f"{live_server.url}/{'' if language == 'id' else 'en/'}cek-status/")
    page.fill("[name=nik]", "3171")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert page.input_value("[name=nik]") == "3171"
    assert_accessible(page)
    save_page(page, f"public-status-mistakes-{language}")
    page.click("[data-error-summary] a >> nth=0")
    expect(page.locator("#id_nik")).to_be_focused()
    for name, value in {**TYPED, "reference": code, **answered(page.input_value("[name=captcha_0]"))}.items():
        if name != "captcha_0":
            page.fill(f"[name={name}]", value)
    page.click("button.button-large")
    expect(page.locator("h1")).to_have_text({"id": "Ditetapkan", "en": "Determined"}[language])
    assert page.url.endswith("/cek-status/")
    assert_accessible(page)
    assert_fits(page)
    save_page(page, f"public-status-found-{language}")


def test_the_pages_work_without_scripts_and_at_twice_the_size(live_server: LiveServer, browser: Browser) -> None:
    open_phase()
    page = new_page(browser, java_script_enabled=False, viewport={"width": 320, "height": 512})
    page.goto(f"{live_server.url}/cek-status/")
    page.fill("[name=nik]", "3171")
    page.click("button[name=new_picture]")
    assert page.input_value("[name=nik]") == "3171"
    assert_fits(page)
    page.context.close()


def test_the_keyboard_reaches_the_content_first(live_server: LiveServer, page: Page) -> None:
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_other_language_is_the_same_page(live_server: LiveServer, page: Page) -> None:
    page.goto(f"{live_server.url}/cek-status/")
    page.click(".language a")
    assert page.url == f"{live_server.url}/en/cek-status/"
    page.click(".language a")
    assert page.url == f"{live_server.url}/cek-status/"


def test_targets_are_large_enough_for_a_thumb(live_server: LiveServer, page: Page) -> None:
    """44 px high: buttons, boxes, choices and the menu. Links inside sentences are exempt."""
    page.goto(f"{live_server.url}/cek-status/")
    sizes = page.eval_on_selector_all(
        ".button, .button-secondary, .field input:not([type=hidden]), .site-nav a, .language a, .brand",
        "nodes => nodes.map(n => [n.outerHTML.slice(0, 60), n.getBoundingClientRect().height])",
    )
    assert len(sizes) > 12
    assert [(html, height) for html, height in sizes if height < 44] == []
