"""What everybody does in a real browser: a status check, the keyboard, the other language, no scripts.

The pages themselves are looked at one by one in tests/journeys/test_every_page.py.
"""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import assert_accessible, assert_fits, new_page, save_page
from tests.public.registry import TYPED, answered, determine, open_phase, register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_that_does_not_exist_is_accessible(live_server: LiveServer, page: Page, language: str) -> None:
    page.goto(f"{live_server.url}/{'' if language == 'id' else 'en/'}tidak-ada/")
    assert_accessible(page)
    assert_fits(page)


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
