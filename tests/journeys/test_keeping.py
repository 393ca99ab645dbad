"""Nothing typed is lost, in a real browser on a small phone, with scripts and without: the session ends in the middle
of a page, two tabs save the same page, and a draft goes to the officer's desk and back."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from registration.models import Draft, Handover, Household
from registration.services import open_draft
from tests.journeys.doors import visit_as
from tests.journeys.signing_in import sign_in
from tests.journeys.visitor import KEEP, Portal, Visitor
from tests.people import GAMBIR, PASSWORD, SITI_NIK, rina, siti
from tests.registration.samples import Sample, fill, open_phase

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize(
    "scripts",
    [pytest.param(True, id="scripts"), pytest.param(False, id="no-scripts", marks=pytest.mark.long)],
)
SMALL = {"width": 360, "height": 640}


def page_of(draft: Draft, key: str) -> str:
    return reverse("registration:page_edit", kwargs={"draft_id": draft.pk, "key": key})


def lose_session(visitor: Visitor) -> None:
    visitor.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


@WITH_AND_WITHOUT_SCRIPTS
def test_a_session_that_ends_in_the_middle_of_a_page(portal: Portal, scripts: bool) -> None:
    person = siti(password=PASSWORD)
    draft = open_draft(by=person, phase=open_phase())
    visitor = portal.visitor(java_script_enabled=scripts, viewport=SMALL)
    sign_in(visitor, SITI_NIK)
    visitor.go(page_of(draft, "alamat-ktp"))
    visitor.fill(alamat="Jl. Contoh 7", rt="5", rw="12")
    lose_session(visitor)
    visitor.press(KEEP)
    assert "/masuk/" in visitor.page.url
    visitor.look("session-over")
    visitor.fill(login=SITI_NIK, password=PASSWORD)
    visitor.press(KEEP)
    assert page_of(draft, "alamat-ktp") in visitor.page.url
    visitor.look("brought-back")
    assert visitor.page.input_value("[name=alamat]") == "Jl. Contoh 7"
    visitor.press(KEEP)
    assert draft.pages.get(page="alamat-ktp").data["typed"]["alamat"] == ["Jl. Contoh 7"]


@WITH_AND_WITHOUT_SCRIPTS
def test_two_tabs(portal: Portal, scripts: bool) -> None:
    draft = fill(open_draft(by=siti(), phase=open_phase()), Sample(), by=siti(), but=("pernyataan",))
    visitor = visit_as(portal, siti(), java_script_enabled=scripts, viewport=SMALL)
    visitor.go(page_of(draft, "bangunan"))
    other = visitor.page.context.new_page()
    other.goto(visitor.page.url)
    other.fill("[name=luas_lantai]", "36")
    with other.expect_navigation():
        other.click(KEEP)
    visitor.fill(luas_lantai="48")
    visitor.press(KEEP)
    visitor.look("conflict")
    expect(visitor.page.locator("fieldset")).to_have_count(1)
    visitor.page.get_by_label("48").check()
    visitor.press(KEEP)
    assert draft.pages.get(page="bangunan").data["typed"]["luas_lantai"] == ["48"]


@pytest.mark.long
@WITH_AND_WITHOUT_SCRIPTS
def test_a_draft_goes_to_the_desk_and_back(portal: Portal, scripts: bool) -> None:
    draft = fill(open_draft(by=siti(), phase=open_phase()), Sample(), by=siti(), but=("bangunan",))
    citizen = visit_as(portal, siti(), java_script_enabled=scripts, viewport=SMALL)
    ask_for_help(citizen, draft)
    code = citizen.page.locator(".receipt .reference").inner_text()

    officer = visit_as(portal, rina(), java_script_enabled=scripts)
    officer.go("/petugas/")
    officer.fill(kode=code)
    officer.press("form[action$='/serah-terima/'] button")
    assert reverse("registration:draft_detail", kwargs={"draft_id": draft.pk}) in officer.page.url
    officer.look("handed")
    officer.go(page_of(draft, "bangunan"))
    officer.fill(status_bangunan="kontrak_sewa", luas_lantai="24", jumlah_kamar="1")
    officer.press(KEEP)
    officer.go(reverse("registration:draft_detail", kwargs={"draft_id": draft.pk}))
    officer.press("form[action$='/kembalikan/'] button")

    citizen.go(reverse("registration:draft_history", kwargs={"draft_id": draft.pk}))
    citizen.reads("Rina Wulandari")
    citizen.look()
    ask_for_help(citizen, draft)
    officer.go("/petugas/")
    officer.fill(kode=citizen.page.locator(".receipt .reference").inner_text())
    officer.press("form[action$='/serah-terima/'] button")
    officer.go(reverse("registration:draft_check", kwargs={"draft_id": draft.pk}))
    officer.look("handed")
    officer.fill(setuju=True)
    officer.press("form[action$='/kirim/'] button")
    household = Household.objects.get()
    assert household.account == siti()
    assert [one.end for one in Handover.objects.order_by("opened_at")] == ["returned", "submitted"]

    citizen.go(reverse("registration:household_edit", kwargs={"reference": household.reference}))
    citizen.look()
    citizen.press("main form button")
    citizen.go(page_of(Draft.objects.get(edits=household), "bangunan"))
    citizen.fill(luas_lantai="30")
    citizen.press(KEEP)
    citizen.go(reverse("registration:draft_check", kwargs={"draft_id": Draft.objects.get(edits=household).pk}))
    citizen.look("change")
    citizen.press("form[action$='/kirim/'] button")
    citizen.go(reverse("registration:household_versions", kwargs={"reference": household.reference}))
    citizen.reads("30")
    citizen.look()


def ask_for_help(citizen: Visitor, draft: Draft) -> None:
    citizen.go(reverse("registration:draft_detail", kwargs={"draft_id": draft.pk}))
    citizen.follow("a[href$='/bantuan/']")
    citizen.look()
    kelurahan = citizen.page.locator("[name=kelurahan]").first
    if kelurahan.evaluate("node => node.type") == "select-one":
        kelurahan.select_option(GAMBIR)
    citizen.press("main form.form button")
    citizen.look("code")
