"""The workbench in a real browser: on a phone and on a desk, by keyboard, without a word of inline script."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django import Settings as SettingsWrapper
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from registration.models import Household
from stages.models import Muskel
from tests.browser import DESKTOP, assert_accessible, assert_fits, new_page, save_page
from tests.people import rina, sign_in
from tests.stages.scenes import finding, in_muskel, meeting_of, write_down

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _quiet(settings: SettingsWrapper) -> None:
    settings.DTKS_WAKE_UPS = False


def enter(page: Page, live_server: LiveServer, user: User) -> None:
    cookies = sign_in(Client(), user).cookies
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in cookies.items()]
    )


def at(live_server: LiveServer, name: str, muskel: Muskel) -> str:
    return f"{live_server.url}{reverse(f'muskel:{name}', args=[muskel.pk])}"


def test_a_meeting_from_the_list_to_the_berita_acara(page: Page, live_server: LiveServer) -> None:
    muskel = meeting_of(in_muskel(families=3))
    finding(Household.objects.order_by("rt").first())  # type: ignore[arg-type]
    enter(page, live_server, rina())
    page.goto(f"{live_server.url}{reverse('muskel:meeting_list')}")
    check(page, "muskel-list")
    page.click("article a")
    check(page, "muskel-rows")
    page.select_option("tbody tr:nth-child(1) select", "mampu_lainnya")
    page.focus("#semua")
    page.select_option("#semua", "kurang_mampu")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error")
    check(page, "muskel-rows-refused")
    page.fill("tbody tr:nth-child(1) input[type=text]", "Punya kontrakan")
    page.click(".muskel-save button.button")
    page.goto(at(live_server, "meeting_edit", muskel))
    check(page, "muskel-meeting")
    write_down(muskel)
    page.goto(at(live_server, "meeting_lock", muskel))
    check(page, "muskel-lock")
    page.click("form button.button")
    page.wait_for_url("**/berita-acara/")
    check(page, "muskel-minutes")
    muskel.refresh_from_db()
    assert muskel.locks.get().counts == {"mampu": 1, "tidak_mampu": 2}


def test_the_workbench_fits_a_desk_too(browser: Browser, live_server: LiveServer) -> None:
    muskel = meeting_of(in_muskel(families=2))
    wide = new_page(browser, viewport=DESKTOP)
    enter(wide, live_server, rina())
    wide.goto(at(live_server, "rows_edit", muskel))
    assert_accessible(wide)
    assert_fits(wide)
    wide.context.close()


def check(page: Page, name: str) -> None:
    assert_accessible(page)
    assert_fits(page)
    save_page(page, name)
