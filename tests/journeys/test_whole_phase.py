"""One phase from its announcement to the ministry's determination, by six people, each in front of a real browser.

Siti registers on her phone, Rina works at the kelurahan of Gambir, Dewi and Agus are admins. Every page outside the
Django admin is looked at once in both languages (axe-core, headings, width) and kept for the HTML validator.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import DESKTOP
from tests.journeys import counter, portrait
from tests.journeys.control_room import ControlRoom, plan_phase
from tests.journeys.families import NEIGHBOUR, NUR, OWN_HOME, SITI, WALK_IN
from tests.journeys.registering import KEEP, register
from tests.journeys.registers import answer_of_siks_ng, import_extracts, ministry_list
from tests.journeys.signing_in import sign_in_as_staff, sign_up_as_siti
from tests.journeys.status import check_status
from tests.journeys.visitor import Portal, Visitor
from tests.people import PASSWORD, agus, dewi, rina

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DETERMINED = "ditetapkan"


def staff(portal: Portal, username: str) -> Visitor:
    visitor = portal.visitor(viewport=DESKTOP)
    sign_in_as_staff(visitor, username)
    return visitor


def register_two_households(siti: Visitor) -> tuple[str, str]:
    siti.go("/")
    siti.look()
    portrait.keep(siti.page, "landing")
    sign_up_as_siti(siti)
    siti.look("empty")
    siti.follow("main .empty a.button")
    siti.look()
    siti.press("main form button")
    mistype_the_phone(siti)
    own = register(siti, OWN_HOME, rests=True)
    siti.go("/usulan/")
    siti.look("one-sent")
    siti.follow("main a.button[href$='/usulan/baru/']")
    siti.press("main form button")
    neighbour = register(siti, NEIGHBOUR)
    siti.go("/usulan/")
    assert siti.page.locator("main .card").count() == 2
    return own, neighbour


def mistype_the_phone(siti: Visitor) -> None:
    """What she typed stays, and stays too when she leaves the page and comes back by the task list."""
    siti.fill(untuk="diri", telepon="0812")
    siti.press(KEEP)
    siti.look("mistake")
    assert siti.page.input_value("[name=telepon]") == "0812"
    siti.go(siti.page.url.removeprefix(siti.portal.url).replace("isi/kontak/", ""))
    siti.look("begun")
    siti.follow("a[href$='/isi/kontak/']")
    assert siti.page.input_value("[name=telepon]") == "0812"


def object_with_a_picture(siti: Visitor, reference: str, folder: Path) -> str:
    """She reads what was found about the neighbour's car, in words, and sends a photo of the sale.

    Returns the address of the page where she objected.
    """
    photo = folder / "kuitansi.jpg"
    Image.new("RGB", (800, 600), "#d9c7a0").save(photo)
    siti.go("/usulan/")
    siti.look("contested")
    siti.go(f"/usulan/{reference}/")
    siti.look("contested")
    siti.reads("Bapenda")
    siti.follow("main a[href*='/keberatan/baru/']")
    siti.look()
    address = siti.page.url.removeprefix(siti.portal.url)
    siti.press(KEEP)
    siti.look("mistake")
    siti.fill(text="Mobil itu sudah dijual bulan Maret, pembeli belum balik nama.", file=photo)
    siti.press(KEEP)
    siti.look("open")
    return address


def test_a_phase_from_announcement_to_determination(portal: Portal, worker: None, tmp_path: Path) -> None:
    for person in (rina, dewi, agus):
        person(password=PASSWORD)
    dewi_at_work, agus_at_work = staff(portal, "dewi"), staff(portal, "agus")

    # 1. Dewi plans the phase, 2. and opens registration.
    phase = plan_phase(dewi_at_work, "Tahap II 2026")
    dewis, aguss = ControlRoom(dewi_at_work, phase), ControlRoom(agus_at_work, phase)
    assert dewis.stage == 1
    dewis.advance()
    siti = portal.visitor()
    own, neighbour = register_two_households(siti)
    rina_at_work = staff(portal, "rina")
    walk_in = counter.register_walk_in(rina_at_work)
    counter.find(rina_at_work, own)
    assert dewis.hindrances == 1  # the window is still open
    dewis.order("close-now", "Kuota pendaftaran sudah terpenuhi.")
    dewis.advance()

    # 3. Cleaning lists a child without a NIK; Rina leaves it to the meeting.
    assert dewis.stage == 3
    dewis.run("clean")
    assert dewis.hindrances == 1
    counter.put_right(rina_at_work)
    dewis.advance()

    # 4. and 5. The registers are compared; whoever starts a run may sign it off, here another person does.
    import_extracts(tmp_path, (OWN_HOME, NEIGHBOUR, WALK_IN))
    dewis.run("match-population")
    aguss.press("sign-population")
    dewis.advance()
    dewis.run("match-assets")
    aguss.press("sign-assets")
    dewis.advance()

    # 6. Findings are told. Siti objects, and the phase waits for a person's answer.
    dewis.run("assess")
    contested = object_with_a_picture(siti, neighbour, tmp_path)
    dewis.press("prelists")
    assert dewis.hindrances == 1
    counter.find(rina_at_work, neighbour)
    counter.decide_objection(rina_at_work, "Mobil masih tercatat atas nama Ibu Nur; lapor jual ke Samsat dulu.")
    assert counter.hand_over_letters(rina_at_work) > 0
    siti.page.reload()
    siti.look("rejected")
    siti.go(contested)
    siti.look("refused")  # it has been answered
    siti.go("/pemberitahuan/")
    siti.look()
    dewis.advance()

    # 7. The meeting of the kelurahan knows the families.
    heads = (*(family.people[0].name for family in OWN_HOME.families), NUR.name, WALK_IN.people[0].name)
    counter.hold_meeting(rina_at_work, dict.fromkeys(heads, "kurang_mampu"))
    dewis.advance()

    # 8. Where meeting and evidence disagree, a person decides. The move has started the search for it.
    dewis.wait_for_run("conflicts")
    assert dewis.hindrances == 1
    aguss.resolve_conflict(neighbour, "not_propose", "Mobil masih atas nama sendiri menurut Bapenda.")
    aguss.resolve_conflict(walk_in, "propose", "Akta kelahiran anak sudah ditunjukkan.")
    dewis.advance()

    # 9. Two people sign the target list.
    dewis.propose_target_list()
    aguss.confirm_target_list()
    dewis.advance()

    # 10. The file goes to SIKS-NG and comes back.
    package = dewis.issue_package(tmp_path)
    dewis.take_back(answer_of_siks_ng(package, tmp_path / "balasan.csv"))
    dewis.advance()

    # 11. The ministry's list names Siti's household only.
    dewis.import_determinations(ministry_list(tmp_path / "penetapan.csv", [OWN_HOME]), "Kepmensos contoh 1/2026")
    aguss.settle_absent()
    dewis.advance()
    dewis.open()
    expect(dewi_at_work.page.locator(".stages-line .is-done")).to_have_count(11)

    read_the_outcome(siti, own, neighbour)
    see_it_in_the_status_check(portal, neighbour)


def read_the_outcome(siti: Visitor, own: str, neighbour: str) -> None:
    siti.go("/usulan/")
    siti.look("closed")
    siti.go(f"/usulan/{own}/")
    siti.look("determined")
    portrait.keep(siti.page, "standing")
    expect(siti.page.locator("main .notice-success")).to_have_count(2)  # one for each KK
    expect(siti.page.locator("main .notice-success").first).to_contain_text(DETERMINED)
    siti.go(f"/usulan/{neighbour}/")
    siti.look("not-proposed")
    expect(siti.page.locator("main .notice-danger")).to_contain_text("Mobil masih atas nama sendiri menurut Bapenda.")


def see_it_in_the_status_check(portal: Portal, neighbour: str) -> None:
    anyone = portal.visitor()
    assert check_status(anyone, SITI).lower() == DETERMINED
    anyone.look("determined")
    assert check_status(anyone, NUR, reference=neighbour).lower() == "terdaftar"
    anyone.look("details")
    anyone.reads("Mobil masih atas nama sendiri menurut Bapenda.")
    check_status(anyone, WALK_IN.people[0], reference=neighbour)  # the code of another household
    anyone.look("missing")
