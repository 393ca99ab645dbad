"""A family of five on two KK, on the smallest phone, with and without scripts, and with the worst of luck.

Before each save Siti's session ends; nothing she typed is lost. Half-way she does not know what to answer, reads a
code to Rina at the kelurahan of Gambir, who fills in one page and hands the draft back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts import totp
from accounts.totp import current_code
from registration.models import Household
from registration.questionnaire.versions import Edition
from tests.journeys import five
from tests.journeys.families import Kk
from tests.journeys.kept import assert_kept
from tests.journeys.losing import SMALL_PHONE, Unlucky, answer_page
from tests.journeys.registering import REFERENCE
from tests.journeys.visitor import KEEP, Portal
from tests.people import PASSWORD, SITI_NIK, TOTP_SECRET, rina, siti
from tests.registration.samples import open_phase

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAFT = re.compile(r"/usulan/draf/[0-9a-f-]{36}/")
SEND = "form[action$='/kirim/'] button"
TAKE = "form[action$='/serah-terima/']"
HAND_BACK = "form[action$='/kembalikan/'] button"
LEFT_TO_RINA = "air-energi"
EXPIRED_ON_THE_SERVER = {"kontak", "pernyataan"}


@pytest.fixture
def next_code(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What Rina's authenticator app shows; half a minute passes each time, since no code is taken twice."""
    clock, passed = totp.present_step, [0]
    monkeypatch.setattr(totp, "present_step", lambda: clock() + passed[0])

    def show() -> str:
        passed[0] += 1
        return current_code(TOTP_SECRET)

    return show


def somebody(portal: Portal, scripts: bool, sign_in: Callable[[Unlucky], None]) -> Unlucky:
    plain = portal.visitor(viewport=SMALL_PHONE, java_script_enabled=scripts)
    visitor = Unlucky(portal, plain.page, plain.twin, scripts, sign_in)
    visitor.go("/masuk/")
    visitor.look()
    visitor.sign_in(visitor)
    return visitor


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_family_of_five_loses_every_session_and_nothing_else(
    portal: Portal, scripts: bool, next_code: Callable[[], str]
) -> None:
    open_phase(questionnaire=Edition.WHOLE)
    siti(password=PASSWORD), rina(password=PASSWORD)

    def citizen_signs_in(visitor: Unlucky) -> None:
        visitor.fill(login=SITI_NIK, password=PASSWORD)
        visitor.press(KEEP)

    def officer_signs_in(visitor: Unlucky) -> None:
        visitor.fill(login="rina", password=PASSWORD)
        visitor.press(KEEP)
        visitor.look()
        visitor.fill(code=next_code())
        visitor.press(KEEP)

    citizen = somebody(portal, scripts, citizen_signs_in)
    home = begin(citizen)
    tell_the_addresses(citizen, home)
    for number, family in enumerate(five.FIVE.families, 1):
        add_family(citizen, family, number)
    citizen.follow("main a.button")
    pages = list(five.FIVE.after.items())
    place = [key for key, _answers in pages].index(LEFT_TO_RINA)
    answer_pages(citizen, dict(pages[:place]))
    code = ask_for_help(citizen, home)
    helps(somebody(portal, scripts, officer_signs_in), code, five.FIVE.after[LEFT_TO_RINA])
    reads_who_changed_what(citizen, home)
    answer_pages(citizen, dict(pages[place + 1 :]))
    reference = send(citizen)
    assert citizen.losses >= 40
    assert_kept(reference, five.FIVE)


def begin(citizen: Unlucky) -> str:
    """Returns the address of the draft."""
    citizen.go("/usulan/baru/")
    citizen.look()
    citizen.press_and_come_back("main form button")
    citizen.press("main form button")
    return address_of_draft(citizen)


def address_of_draft(visitor: Unlucky) -> str:
    found = DRAFT.search(visitor.page.url)
    assert found is not None
    return found[0]


def answer_pages(citizen: Unlucky, pages: dict[str, dict[str, object]]) -> None:
    for key, answers in pages.items():
        citizen.expire = key in EXPIRED_ON_THE_SERVER
        answer_page(citizen, key, answers)


def tell_the_addresses(citizen: Unlucky, home: str) -> None:
    """A KTP from elsewhere, so the present address is asked for; then one of Jakarta, and the address is the same."""
    answer_pages(citizen, five.FIVE.before)
    answer_page(citizen, "alamat-ktp", five.KTP_FROM_ELSEWHERE)
    answer_page(citizen, "domisili", five.WRITTEN_OUT)
    citizen.go(home)
    citizen.look()
    citizen.follow("a[href$='/isi/alamat-ktp/']")
    answer_page(citizen, "alamat-ktp", five.KTP_OF_JAKARTA)
    answer_page(citizen, "domisili", five.SAME)


def add_family(citizen: Unlucky, family: Kk, number: int) -> None:
    citizen.look()
    citizen.follow("a[href$='/isi/kk/baru/']")
    answer_page(citizen, "kk", {"kk": family.number})
    for place, person in enumerate(family.people):
        if place:
            citizen.look()
            citizen.follow("main section:last-of-type a[href*='/isi/orang/baru/']")
        answer_page(citizen, "orang", person.page)
        answer_pages(citizen, person.activity)


def ask_for_help(citizen: Unlucky, home: str) -> str:
    """Returns the code to read to the officer."""
    citizen.go(home)
    citizen.look()
    citizen.follow(f"main a[href$='{home}bantuan/']")
    citizen.look()
    citizen.lose_what_was_typed()
    citizen.press(KEEP)
    citizen.look()
    return citizen.page.inner_text(".receipt .reference")


def helps(officer: Unlucky, code: str, answers: dict[str, object]) -> None:
    """The officer opens the draft by its code, fills in one page, and hands it back."""
    assert officer.page.url.endswith("/petugas/")
    officer.look()
    officer.fill(kode=code.lower())
    officer.lose_what_was_typed(f"{TAKE} button", TAKE)
    officer.press(f"{TAKE} button")
    officer.look()
    officer.reads("Siti Aminah")
    officer.follow(f"main a[href$='/isi/{LEFT_TO_RINA}/']")
    answer_page(officer, LEFT_TO_RINA, answers)
    officer.go(address_of_draft(officer))
    officer.look()
    officer.press_and_come_back(HAND_BACK)
    officer.press(HAND_BACK)
    officer.look()
    assert officer.page.url.endswith("/petugas/")


def reads_who_changed_what(citizen: Unlucky, home: str) -> None:
    citizen.go(home)
    citizen.look()
    citizen.follow("main a[href$='/riwayat/']")
    citizen.look()
    expect(citizen.page.locator("main .summary-list dt")).to_have_count(1)
    expect(citizen.page.locator("main .summary-list dt")).to_contain_text("Rina Wulandari")
    citizen.go(home)
    citizen.follow("main a[href$='/isi/daya/']")


def send(citizen: Unlucky) -> str:
    """Check the answers, send them, read the receipt. Returns the reference code."""
    citizen.look()
    for person in five.FIVE.people:
        citizen.reads(person.name)
    citizen.press_and_come_back(SEND)
    assert Household.objects.count() == 0
    citizen.press(SEND)
    citizen.look()
    expect(citizen.page.locator(".receipt .reference")).to_have_text(REFERENCE)
    expect(citizen.page.locator(".receipt h3")).to_have_count(len(five.FIVE.families))
    expect(citizen.page.locator(".receipt ul > li")).to_have_count(len(five.FIVE.people))
    return citizen.page.locator(".receipt .reference").inner_text()
