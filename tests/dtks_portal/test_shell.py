"""The page frame, the error pages and the form templates every room uses."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from dtks_portal.context import FOOTER, MENU, language_links, menu_for, roles_of
from tests.browser import assert_accessible, assert_fits, save_page
from tests.dtks_portal.form_page import EveryControl
from tests.people import dewi, rina, sign_in, siti

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STYLES = Path(settings.BASE_DIR) / "static" / "css" / "dtks.css"


def labels(request: HttpRequest) -> list[str]:
    return [link.url for link in menu_for(roles_of(request), home="/", path="/")]


def asked_by(user: object) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user  # type: ignore[assignment]
    return request


@pytest.mark.django_db
def test_each_role_has_its_menu() -> None:
    assert labels(asked_by(AnonymousUser())) == ["/praperiksa/", "/cek-status/", "/masuk/", "/daftar/"]
    assert labels(asked_by(siti())) == ["/usulan/", "/pemberitahuan/", "/cek-status/", "/akun/"]
    assert labels(asked_by(rina())) == ["/petugas/", "/praperiksa/", "/cek-status/", "/akun/"]
    assert labels(asked_by(dewi())) == ["/admin/", "/praperiksa/", "/cek-status/", "/akun/"]


@pytest.mark.parametrize("below", [below for part in (*MENU.values(), FOOTER) for below, _label in part] + ["keluar/"])
def test_every_address_of_menu_and_footer_exists(below: str) -> None:
    try:
        resolve(f"/{below}")
    except Resolver404:
        pytest.fail(f"/{below} leads nowhere")


def test_without_a_database_everybody_is_a_stranger() -> None:
    class Gone:
        @property
        def is_authenticated(self) -> bool:
            raise OperationalError("the database is gone")

    assert roles_of(asked_by(Gone())) == ("anyone", "stranger")


@pytest.mark.django_db
def test_signing_out_is_a_post(client: Client) -> None:
    text = sign_in(client, siti()).get("/privasi/").content.decode()
    assert '<form class="sign-out" method="post" action="/keluar/">' in text
    assert 'href="/keluar/"' not in text


def test_the_menu_marks_the_present_page() -> None:
    current = [link.is_current for link in menu_for(("anyone",), home="/", path="/cek-status/")]
    assert current == ["", "page"]
    below = [link.is_current for link in menu_for(("citizen",), home="/", path="/usulan/baru/")]
    assert below == ["true", ""]


@pytest.mark.urls("dtks_portal.urls")
def test_the_other_language_of_a_page_that_does_not_exist_is_the_landing_page() -> None:
    assert [link.url for link in language_links(RequestFactory().get("/tidak-ada/"))] == ["/", "/en/"]


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_made_up_data_are_called_so_on_every_page(client: Client, demo: bool) -> None:
    settings_before = settings.DTKS_DEMO
    settings.DTKS_DEMO = demo
    try:
        assert ("demo-banner" in client.get("/privasi/").content.decode()) is demo
    finally:
        settings.DTKS_DEMO = settings_before


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_need_neither_request_nor_database(name: str) -> None:
    text = render_to_string(f"{name}.html")
    assert text.startswith("<!doctype html>")
    assert len(re.findall("<h1>", text)) == 1
    assert 'href="/"' in text


def test_the_stylesheet_is_small_and_names_its_classes() -> None:
    text = STYLES.read_text()
    assert len(gzip.compress(text.encode(), 9)) <= 8_500
    named = set(re.findall(r"\.([a-z][a-z-]+)", text[: text.index("*/")]))
    defined = set(re.findall(r"\.([a-z][a-z-]+)", text[text.index("*/") :]))
    assert named - defined == set()


def test_no_template_carries_a_style_or_a_script_of_its_own() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|javascript:")
    found = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if inline.search(path.read_text())}
    assert found == set()


# ---- forms ----


def render(form: EveryControl) -> str:
    text = render_to_string("dtks/uni_form.html", {"form": form})
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def mistaken() -> str:
    return render(EveryControl({"nik": "3171", "car": "", "born_year": "85"}))


def test_a_legend_has_no_for_and_a_hidden_field_is_not_required() -> None:
    text = render(EveryControl())
    assert re.findall(r"<legend[^>]*\sfor=", text) == []
    assert [tag for tag in re.findall(r"<input type=\"hidden\"[^>]*>", text) if "required" in tag] == []


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    text = render(EveryControl())
    assert text.count('class="optional"') == 3


def test_label_hint_and_error_come_before_the_control(mistaken: str) -> None:
    places = [
        mistaken.index(part) for part in ('for="id_nik"', 'id="id_nik_helptext"', 'id="id_nik_error"', 'name="nik"')
    ]
    assert places == sorted(places)


def test_an_error_is_tied_to_its_control_and_its_group(mistaken: str) -> None:
    box = re.search(r'<input type="text" name="nik"[^>]*>', mistaken)
    assert box is not None
    assert 'aria-invalid="true"' in box[0]
    assert 'aria-describedby="id_nik_helptext id_nik_error"' in box[0]
    assert 'value="3171"' in box[0]
    assert '<fieldset class="field field-invalid" aria-describedby="id_car_helptext id_car_error">' in mistaken


def test_the_summary_leads_to_the_first_control_of_each_field(mistaken: str) -> None:
    targets = re.findall(r'<a href="#([^"]+)"', mistaken)
    assert targets == ["id_nik", "id_area", "id_car_0", "id_born_0", "id_agree", "id_password"]
    assert [target for target in targets if f'id="{target}"' not in mistaken] == []
    assert "Semua isian saling bertentangan." in mistaken


def test_nothing_is_chosen_beforehand() -> None:
    assert "checked" not in render(EveryControl())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.dtks_portal.form_page")
@pytest.mark.parametrize("query", ["", "?whole"])
def test_every_control_is_accessible_empty_and_with_errors(live_server: LiveServer, page: Page, query: str) -> None:
    page.goto(f"{live_server.url}/uji-formulir/{query}")
    assert_accessible(page)
    save_page(page, f"form-empty{query.strip('?')}")
    page.locator("main button, main input[type=submit]").last.click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_accessible(page)
    assert_fits(page)
    save_page(page, f"form-errors{query.strip('?')}")
