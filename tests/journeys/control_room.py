"""What admins do in the control room, button by button."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from jobs.models import RunState
from tests.journeys.visitor import Visitor

CONFIRM = "#content form button[type=submit]"
PATIENCE = 60.0  # seconds a run of a dozen people may take on a busy machine


def plan_phase(admin: Visitor, name: str) -> int:
    """Write down a phase and its papers; returns its number."""
    now = timezone.localtime()
    opens, closes = now - timedelta(days=1), now + timedelta(days=19)
    admin.go("/admin/registration/phase/add/")
    admin.fill(
        name=name,
        slug="tahap-perjalanan",
        registry_name="DTKS",
        opens_at_0=opens.strftime("%d/%m/%Y"),
        opens_at_1=opens.strftime("%H:%M:%S"),
        closes_at_0=closes.strftime("%d/%m/%Y"),
        closes_at_1=closes.strftime("%H:%M:%S"),
        rules_on=now.strftime("%d/%m/%Y"),
        **{"plan-0-legal_basis": "Permensos 3/2021", "plan-0-documents": "KTP\nKartu Keluarga (KK)"},
        **{"plan-0-muskel_quorum": "5"},
    )
    admin.press("input[name=_save]")
    link = admin.page.locator("#result_list a[href$='/kendali/']").first.get_attribute("href") or ""
    found = re.search(r"/(\d+)/kendali/$", link)
    assert found is not None, link
    return int(found[1])


class ControlRoom:
    """One admin's view of one phase."""

    def __init__(self, admin: Visitor, phase_id: int) -> None:
        self.admin = admin
        self.path = f"/admin/registration/phase/{phase_id}/kendali/"

    def open(self, part: str = "") -> None:
        self.admin.go(f"{self.path}{part}")

    @property
    def stage(self) -> int:
        """The stage the page shows as the present one."""
        self.open()
        return int(self.admin.page.locator(".stages-line [aria-current=step]").inner_text().split(".")[0])

    @property
    def hindrances(self) -> int:
        """How many reasons the page gives why the phase cannot move on."""
        self.open()
        return self.admin.page.locator("ul.why li").count()

    def order(self, verb: str, note: str = "") -> None:
        """Open the page of an order, read it, give it."""
        self.open()
        self.admin.follow(f"a[href$='/perintah/{verb}/']")
        if note:
            self.admin.fill(note=note)
        self.admin.press(CONFIRM)

    def advance(self) -> None:
        self.order("advance")

    def wait_until_told(self) -> None:
        """Reload the page until it says no more that families have to be told what was decided."""
        deadline = time.monotonic() + PATIENCE
        self.open()
        while self.admin.page.locator("#telling").count():
            assert time.monotonic() < deadline, self.admin.page.locator("ul.why").inner_text()
            time.sleep(0.3)
            self.open()

    def press(self, task: str) -> None:
        self.open()
        self.admin.press(f"form[action$='/tugas/{task}/'] button")

    def run(self, task: str) -> None:
        """Start a run and reload the page until it says that the run has finished."""
        self.press(task)
        self.wait_for_run(task)

    def wait_for_run(self, task: str) -> None:
        """Reload the page until it says that the last run of a task has finished."""
        self.open()
        deadline = time.monotonic() + PATIENCE
        card = self.admin.page.locator(".card").filter(has=self.admin.page.locator(f"form[action$='/tugas/{task}/']"))
        while str(RunState.DONE.label) not in card.inner_text():
            assert time.monotonic() < deadline, card.inner_text()
            time.sleep(0.3)
            self.open()

    def resolve_conflict(self, reference: str, resolution: str, reason: str) -> None:
        self.open("perbedaan/")
        card = self.admin.page.locator(".card").filter(has_text=reference)
        card.locator("textarea").fill(reason)
        with self.admin.page.expect_navigation():
            card.locator(f"button[value={resolution}]").click()

    def propose_target_list(self) -> None:
        self.open("dst/")
        self.admin.press("form[action$='/propose/'] button")
        expect(self.admin.page.locator("form[action$='/confirm/']")).to_have_count(0)

    def confirm_target_list(self) -> None:
        self.open("dst/")
        self.admin.press("form[action$='/confirm/'] button")
        self.wait_until_told()

    def issue_package(self, folder: Path) -> Path:
        """Issue the file for SIKS-NG and download it; returns where it lies."""
        self.open("siks-ng/")
        self.admin.press("form[action$='/terbit/'] button")
        with self.admin.page.expect_download() as download:
            self.admin.page.click("form[action$='/unduh/'] button")
        target = folder / download.value.suggested_filename
        download.value.save_as(target)
        return target

    def take_back(self, answer: Path) -> None:
        """Upload what SIKS-NG gave back."""
        self.open("siks-ng/")
        self.admin.page.set_input_files("form[action$='/balasan/'] input[type=file]", answer)
        self.admin.press("form[action$='/balasan/'] button")
        self.wait_until_told()

    def import_determinations(self, file: Path, source: str) -> None:
        self.open("penetapan/")
        self.admin.fill(source=source, file=file)
        self.admin.press(CONFIRM)

    def settle_absent(self) -> None:
        self.open("penetapan/")
        self.admin.press("form[action$='/selesaikan/'] button")
        self.wait_until_told()
