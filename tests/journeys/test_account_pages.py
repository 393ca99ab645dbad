"""The account and the help with it, as a citizen on a phone and an officer at the counter meet them."""

from __future__ import annotations

import re

import pytest

from accounts.models import User
from accounts.services import create_citizen
from jobs.models import OutboxMessage
from tests.journeys.doors import visit_as
from tests.journeys.visitor import KEEP, Portal, Visitor
from tests.people import PASSWORD, SITI_NIK, rina, siti

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW_PASSWORD = "layang-layang putus 8"


def code_of_the_last_message() -> str:
    found = re.search(r"\b([0-9]{3}) ([0-9]{3})\b", OutboxMessage.objects.latest("created_at").body or "")
    assert found is not None
    return found[0]


def she() -> User:
    """Siti, among the accounts that have typed her NIK."""
    return User.objects.get(name="Siti Aminah")


def signs_in(visitor: Visitor, password: str) -> None:
    visitor.go("/masuk/")
    visitor.fill(login=SITI_NIK, password=password)
    visitor.press(KEEP)


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_phone_is_verified_lost_and_replaced_with_the_kelurahans_help(portal: Portal, scripts: bool) -> None:
    siti(password=PASSWORD)
    citizen = visit_as(portal, siti(), java_script_enabled=scripts)
    verifies_the_number(citizen)
    asks_for_codes(citizen)
    looks_at_the_devices(citizen)
    citizen.press('form[action="/keluar/"] button >> nth=0')
    signs_in(citizen, PASSWORD)
    citizen.look()
    citizen.fill(code="000")
    citizen.press(KEEP)
    citizen.look("mistake")
    slip = goes_to_the_kelurahan(visit_as(portal, rina(), java_script_enabled=scripts))
    sets_a_new_password(citizen, slip)
    leaves_and_comes_back(citizen)


def verifies_the_number(citizen: Visitor) -> None:
    citizen.go("/akun/")
    citizen.look()
    for path in ("/akun/nomor-hp/", "/akun/email/", "/akun/email/kode/"):
        citizen.go(path)
        citizen.look()
    citizen.go("/akun/nomor-hp/kode/")
    citizen.look()
    citizen.press('button[value="sms"]')
    citizen.look("sent")
    citizen.fill(code="12")
    citizen.press(KEEP)
    citizen.look("mistake")
    citizen.fill(code=code_of_the_last_message())
    citizen.press(KEEP)
    assert siti().phone_verified_at is not None


def asks_for_codes(citizen: Visitor) -> None:
    citizen.go("/akun/kode-masuk/")
    citizen.look()
    citizen.fill(sign_in_code="phone", present=PASSWORD)
    citizen.press(KEEP)
    citizen.look("shown")
    citizen.go("/akun/kode-cadangan/")
    citizen.look()


def looks_at_the_devices(citizen: Visitor) -> None:
    citizen.go("/akun/perangkat/")
    citizen.look()
    citizen.press('form[action="/akun/perangkat/lainnya/keluar/"] button')


def goes_to_the_kelurahan(officer: Visitor) -> str:
    create_citizen(nik=SITI_NIK, name="Siti Lain", phone="+6281299990000", password=None)
    officer.go("/petugas/akun/")
    officer.look()
    officer.fill(nik=SITI_NIK)
    officer.press(KEEP)
    officer.look("found")
    officer.follow('a:has-text("Siti Aminah")')
    officer.look()
    officer.press('form[action$="/lembar/"] button')
    officer.look("mistake")
    officer.fill(**{"slip-ktp_dilihat": True})
    officer.press('form[action$="/lembar/"] button')
    officer.look("issued")
    return officer.page.inner_text("p.reference")


def sets_a_new_password(citizen: Visitor, slip: str) -> None:
    citizen.go("/lupa-kata-sandi/lembar/")
    citizen.look()
    citizen.fill(nik=SITI_NIK, code="ABCD", password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    citizen.press(KEEP)
    citizen.look("mistake")
    citizen.fill(nik=SITI_NIK, code=slip.lower(), password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    citizen.press(KEEP)
    signs_in(citizen, NEW_PASSWORD)
    assert citizen.page.url.endswith("/usulan/")
    assert she().check_password(NEW_PASSWORD)


def leaves_and_comes_back(citizen: Visitor) -> None:
    citizen.go("/akun/hapus/")
    citizen.look()
    citizen.fill(present=NEW_PASSWORD)
    citizen.press(KEEP)
    citizen.look("asked")
    signs_in(citizen, NEW_PASSWORD)
    assert citizen.page.url.endswith("/akun/tetap/")
    citizen.look()
    citizen.press("#main form:not([action]) button")
    assert she().deletion_due_at is None
