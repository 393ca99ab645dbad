"""The pages beside the main road: mistakes, refusals, second thoughts, empty lists. Each is looked at as well."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from accounts.services import create_staff
from accounts.totp import current_code
from areas.models import Area
from jobs.models import OutboxMessage
from registration.models import Phase
from registration.services import open_draft
from tests.journeys.doors import visit_as
from tests.journeys.families import FINE, SITI
from tests.journeys.signing_in import sign_in
from tests.journeys.status import check_status
from tests.journeys.visitor import KEEP, Portal, examine
from tests.people import PASSWORD, budi, siti
from tests.registration.samples import Sample, fill, open_phase, ready_draft, registered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_portal_before_its_first_phase(portal: Portal) -> None:
    anyone = portal.visitor()
    for path in ("/", "/pengumuman/", "/akun/tidak-aktif/"):
        anyone.go(path)
        anyone.look("no-phase")
    somebody = visit_as(portal, siti())
    for path in ("/usulan/", "/usulan/baru/", "/pemberitahuan/"):
        somebody.go(path)
        somebody.look("no-phase")


def test_a_pre_check_that_says_why_not(portal: Portal) -> None:
    anyone = portal.visitor()
    anyone.go("/praperiksa/")
    anyone.look()
    anyone.press(KEEP)
    anyone.look("mistake")
    anyone.fill(**{**FINE, "mobil": "ya", "njop": "belum_tahu"})
    anyone.press(KEEP)
    anyone.look("stopped")
    anyone.go("/praperiksa/")
    anyone.fill(**FINE)
    anyone.press(KEEP)
    anyone.look("fine")


@pytest.mark.long
def test_a_forgotten_password(portal: Portal) -> None:
    siti(password=PASSWORD)
    visitor = portal.visitor()
    visitor.go("/masuk/")
    visitor.fill(login=SITI.nik, password="bukan ini")
    visitor.press(KEEP)
    visitor.look("mistake")
    visitor.follow("main a[href$='/lupa-kata-sandi/']")
    visitor.look()
    visitor.fill(identifier=SITI.nik, contact="0812 0000 0001")
    visitor.press(KEEP)
    visitor.look()
    visitor.fill(code="0000 0000", password1="perahu kertas 12", password2="perahu kertas 12")
    visitor.press(KEEP)
    visitor.look("mistake")
    code = re.search(r"\b\d{4} ?\d{4}\b", OutboxMessage.objects.latest("created_at").body or "")
    assert code is not None
    visitor.fill(code=code[0], password1="perahu kertas 12", password2="perahu kertas 12")
    visitor.press(KEEP)
    visitor.look("recovered")
    visitor.fill(login=SITI.nik, password="perahu kertas 12")
    visitor.press(KEEP)
    assert visitor.page.url.endswith("/usulan/")


def test_my_account(portal: Portal) -> None:
    visitor = visit_as(portal, siti(password=PASSWORD))
    visitor.go("/akun/")
    visitor.look()
    visitor.follow("main a[href$='/akun/kata-sandi/']")
    visitor.look()
    visitor.fill(present=PASSWORD, password1="siti", password2="aminah")
    visitor.press(KEEP)
    visitor.look("mistake")
    visitor.fill(present=PASSWORD, password1="perahu kertas 12", password2="perahu kertas 12")
    visitor.press(KEEP)
    visitor.look("changed")


@pytest.mark.long
def test_an_officer_s_first_day(portal: Portal) -> None:
    """Connects an authenticator app, keeps the recovery codes, finds empty lists; she serves a whole kecamatan."""
    create_staff(
        username="lina",
        name="Lina",
        email="lina@contoh.id",
        password=PASSWORD,
        role=Role.OFFICER,
        area=Area.objects.get(pk="31.71.01"),
    )
    visitor = portal.visitor()
    sign_in(visitor, "lina")
    assert visitor.page.url.endswith("/akun/aplikasi-kode/")
    visitor.look()
    visitor.page.reload()  # the look at the English page has made a new secret
    secret = visitor.page.inner_text("#secret").replace(" ", "")
    visitor.fill(code="000000")
    visitor.press(KEEP)
    visitor.look("mistake")
    visitor.fill(code=current_code(secret))
    visitor.press(KEEP)
    visitor.look("fresh")
    visitor.page.reload()
    visitor.look("used")
    for path in ("/petugas/", "/petugas/perbaikan/", "/keberatan/petugas/", "/petugas/muskel/"):
        visitor.go(path)
        visitor.look("quiet")
    visitor.go("/pemberitahuan/cetak/")
    visitor.look()
    visitor.go("/petugas/cari/")
    visitor.fill(cari="JKT-7K2M-Q4XH")
    visitor.press(KEEP)
    visitor.look("nothing-found")
    visitor.fill(cari="123")
    visitor.press(KEEP)
    visitor.look("mistake")


@pytest.mark.long
def test_second_thoughts(portal: Portal) -> None:
    """A person and a KK are taken out of a draft, the draft is thrown away, a sent household is withdrawn."""
    phase, owner = open_phase(), siti()
    household = registered(by=owner, phase=phase)
    draft = fill(open_draft(by=owner, phase=phase), Sample(), by=owner, but=("pernyataan",))
    visitor = visit_as(portal, owner)
    home = f"/usulan/draf/{draft.pk}/"
    visitor.go(f"{home}periksa/")
    visitor.look("incomplete")
    for word, variant in (("orang", "person"), ("kk", "family")):
        visitor.go(f"{home}keluarga/")
        visitor.follow(f"main .task-list a[href*='/isi/{word}/'] >> nth=0")
        visitor.follow("main a[href$='/hapus/']")
        visitor.look(variant)
        visitor.press("main form button")
    visitor.go(home)
    visitor.look("half-done")
    visitor.follow("main a[href$='/hapus/']")
    visitor.look()
    visitor.press("main form button")
    visitor.go(f"/usulan/{household.reference}/tarik/")
    visitor.look()
    visitor.fill(alasan="Salah alamat.")
    visitor.press(KEEP)
    visitor.look("withdrawn")
    visitor.go(f"/usulan/{household.reference}/")
    visitor.look("withdrawn")
    visitor.go(f"/usulan/{household.reference}/tarik/")
    visitor.look("too-late")


@pytest.mark.long
def test_registrations_that_cannot_be_sent(portal: Portal) -> None:
    """A car of one's own, numbers that are taken, a phase that has closed: each says why, and keeps the draft."""
    phase, sample = open_phase(), Sample()
    registered(by=budi(), phase=phase, sample=sample)
    taken = ready_draft(by=siti(), phase=phase, sample=sample)
    with_car = Sample()
    with_car.once["pernyataan"] = {**FINE, "mobil": "ya"}
    stopped = ready_draft(by=siti(), phase=phase, sample=with_car)
    visitor = visit_as(portal, siti())
    send = "form[action$='/kirim/'] button"
    visitor.go(f"/usulan/draf/{taken.pk}/periksa/")
    visitor.press(send)
    visitor.look("taken")
    visitor.go(f"/usulan/draf/{stopped.pk}/periksa/")
    visitor.look("stopped")
    assert visitor.page.locator(send).count() == 0
    visitor.go(f"/usulan/draf/{taken.pk}/periksa/")
    Phase.objects.filter(pk=phase.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    visitor.press(send)
    visitor.look("closed")
    visitor.go("/usulan/baru/")
    visitor.look("closed")


@pytest.mark.long
def test_two_phones_in_one_draft(portal: Portal) -> None:
    """What the other phone saved is not overwritten, and what was typed here is still there."""
    owner = siti()
    draft = fill(open_draft(by=owner, phase=open_phase()), Sample(), by=owner)
    phone, other = visit_as(portal, owner), visit_as(portal, owner)
    for visitor in (phone, other):
        visitor.go(f"/usulan/draf/{draft.pk}/isi/alamat-ktp/")
    other.fill(alamat="Jl. Contoh 2")
    other.press(KEEP)
    phone.fill(alamat="Jl. Contoh 3")
    phone.press(KEEP)
    assert phone.page.input_value("[name=alamat]") == "Jl. Contoh 3"
    phone.reads("Jl. Contoh 2")
    phone.look("changed-elsewhere")


@pytest.mark.long
def test_pages_that_say_no(portal: Portal) -> None:
    """Nothing at this address, not for this account, a form without its proof, a damaged request, too many tries."""
    anyone, somebody = portal.visitor(), visit_as(portal, siti())
    for language, prefix in (("id", ""), ("en", "/en")):
        anyone.go(f"{prefix}/tidak-ada/")
        examine(anyone.page, f"error-404-{language}", language)
        somebody.go(f"{prefix}/petugas/")
        examine(somebody.page, f"error-403-{language}", language)
        anyone.go(f"{prefix}/praperiksa/?x=%00")
        examine(anyone.page, f"error-400-{language}", language)
        anyone.go(f"{prefix}/praperiksa/")
        anyone.page.context.clear_cookies()
        anyone.press("main form button")
        examine(anyone.page, f"error-csrf-{language}", language)
    while check_status(anyone, SITI).lower().startswith("tidak"):
        pass
    anyone.look("too-many")
