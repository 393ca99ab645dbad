"""What the officer of the kelurahan does: counter, search, data to put right, objections, letters, muskel."""

from __future__ import annotations

from django.utils import timezone

from tests.journeys.families import WALK_IN
from tests.journeys.registering import register
from tests.journeys.visitor import KEEP, Visitor
from tests.people import GAMBIR


def register_walk_in(rina: Visitor) -> str:
    """A family without a phone; the receipt is printed. Returns its reference code."""
    rina.go("/petugas/")
    rina.look()
    rina.press("form[action$='/petugas/loket/'] button")
    reference = register(rina, WALK_IN, variant="counter")
    assert rina.page.pdf().startswith(b"%PDF")
    return reference


def find(rina: Visitor, reference: str) -> None:
    """From the desk to the household, by the code on its receipt."""
    rina.go("/petugas/cari/")
    rina.look()
    rina.fill(cari=reference.lower())
    rina.press(KEEP)
    rina.look("found")
    rina.follow(f"main a:has-text('{reference}')")
    rina.look()


def put_right(rina: Visitor) -> None:
    """Every point of the cleaning list: a child of three without a NIK, which the meeting should look at."""
    rina.go("/petugas/perbaikan/")
    rina.look()
    points = "main section:first-of-type a[href*='/petugas/perbaikan/']"
    while rina.page.locator(points).count():
        rina.follow(f"{points} >> nth=0")
        rina.look()
        rina.fill(keputusan="flagged", alasan="Akta kelahiran anak sedang diurus di Dukcapil.")
        rina.press(KEEP)
    rina.look("settled")


def decide_objection(rina: Visitor, reason: str) -> None:
    """The car is still in the owner's name, so the point stays."""
    rina.go("/keberatan/petugas/")
    rina.look("waiting")
    rina.follow("main table a")
    rina.look()
    rina.fill(uphold="tidak", reason=reason)
    rina.press(KEEP)
    rina.look("empty")


def hand_over_letters(rina: Visitor) -> int:
    """Families without phone or account get their news on paper; returns how many letters there were."""
    rina.go("/pemberitahuan/cetak/")
    assert rina.page.url.endswith(f"/pemberitahuan/cetak/{GAMBIR}/")
    rina.look("waiting")
    assert rina.page.pdf().startswith(b"%PDF")
    number = rina.page.locator("main article").count()
    for _letter in range(number):
        rina.press("main article form button >> nth=0")
    rina.look("empty")
    return number


def hold_meeting(rina: Visitor, decisions: dict[str, str]) -> None:
    """Date, people, one decision for each head of family; then the meeting is locked and its minutes printed."""
    rina.go("/petugas/muskel/")
    rina.look()
    rina.follow("main article h2 a")
    rina.look()
    rina.follow("main nav a[href$='/rapat/']")
    rina.look()
    rina.fill(
        basis="muskel",
        held_on=timezone.localdate().isoformat(),
        place="Aula kelurahan Gambir",
        chair="Bapak Hartono",
        attendance="14",
        attendees="Bapak Hartono\nIbu Lilis (RW 4)\nBapak Yanto (RT 7)",
    )
    rina.press(KEEP)
    for head, reason in decisions.items():
        rina.page.locator("main tbody tr").filter(has_text=head).locator("select").select_option(reason)
    rina.press("main form[method=post] .muskel-save button >> nth=0")
    rina.look("decided")
    rina.follow("main nav a[href$='/kunci/']")
    rina.look()
    rina.press("main .column form[method=post] button")
    rina.look()
    assert rina.page.pdf().startswith(b"%PDF")
