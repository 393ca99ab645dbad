"""The second half of the story: what the authorities do with a phase once its registration is closed."""

from __future__ import annotations

import csv
import io
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessment.models import CleaningIssue
from dtks_portal.rehearsal import stations
from dtks_portal.rehearsal.stations import Rehearsal
from grievances.models import Objection
from jobs import outbox
from jobs.models import Run
from jobs.services import work_run
from matching.vocabulary import Source
from registration.models import Household
from registration.stage import Stage
from stages.models import ExportPackage, Muskel
from stages.services import advance, bring_forward
from tests.grievances.images import jpeg
from tests.leaks.story import CONTACT_PHONE, REGISTERED_NIK, STRANGER_NIK, Story, spaced
from tests.people import GAMBIR, agus, dewi, rina
from tests.stages import scenes


def done(run: Run, rehearsal: Rehearsal, *, kill: bool = False) -> Run:
    """Work on a run here and now, where the rehearsal waits for its workers."""
    work_run(run.pk, worker="story")
    run.refresh_from_db()
    assert run.is_done, run.error
    return run


def told(rehearsal: Rehearsal) -> None:
    """Tell the families here and now, where the rehearsal waits for its workers."""
    scenes.tell_everybody()


def rehearsal_of(story: Story) -> Rehearsal:
    nobody: Any = None
    return Rehearsal(story.phase, dewi(), agus(), {GAMBIR: rina()}, nobody, Random(4), lambda text: None, False)


def moves_on(story: Story) -> None:
    scenes.tell_everybody()
    story.phase.refresh_from_db()
    note = f"NIK {STRANGER_NIK} sudah diperiksa"
    page = story.browser(dewi())
    address = reverse("admin:stages_order", args=[story.phase.pk, "advance"])
    page.post(address, {"expected": story.phase.stage, "note": note})
    before = story.phase.stage
    story.phase.refresh_from_db()
    if story.phase.stage == before:
        advance(phase=story.phase, by=dewi(), expected=Stage(before), note="Sudah diperiksa")
        story.phase.refresh_from_db()


def closes(story: Story) -> None:
    bring_forward(phase=story.phase, by=dewi(), expected=Stage.PENDAFTARAN, note="Selesai.")
    moves_on(story)


def cleans(story: Story) -> None:
    household = Household.objects.active().filter(phase=story.phase).latest("submitted_at")
    issue = CleaningIssue.objects.create(
        phase=story.phase, run_id=household.pk, kind="tidak_lengkap", household=household, detail={}
    )
    officer = story.browser(rina())
    address = reverse("desk:issue_resolve", args=[issue.pk])
    for reason in (f"NIK yang benar {spaced(STRANGER_NIK)}", "Sudah dilihat di rumahnya"):
        officer.post(address, {"keputusan": "resolved", "alasan": reason})
    stations.clean(rehearsal_of(story))
    moves_on(story)


def matches(story: Story) -> None:
    for source in (Source.POPULATION, Source.ASSETS):
        stations.match(rehearsal_of(story), source)
        moves_on(story)


def assesses(story: Story, household: Household) -> None:
    """The family objects, with its phone in the text and its NIK in the name of the picture."""
    rehearsal = rehearsal_of(story)
    owner = household.account
    assert owner is not None
    page, officer = story.browser(owner), story.browser(rina())
    household.refresh_from_db()
    finding = scenes.finding(household, "mobil", detail={"count": 1})
    address = reverse("grievances:objection_create", args=[finding.pk])
    photo = f"KTP {story.head.nik}.jpg"
    for text in (f"Telepon saya {CONTACT_PHONE}", f"NIK {spaced(story.head.nik)} bukan saya", "Mobil sudah dijual."):
        page.post(address, {"text": text, "file": SimpleUploadedFile(photo, jpeg(), "image/jpeg")})
    objection = Objection.objects.get(finding=finding)
    for name in ("objection_show", "picture_download"):
        assert page.get(reverse(f"grievances:{name}", args=[objection.pk])).status_code == 200
    decide = reverse("grievances:objection_decide", args=[objection.pk])
    for reason in (f"Pembeli: {STRANGER_NIK}", "Mobil memang sudah dijual."):
        officer.post(decide, {"uphold": "ya", "reason": reason})
    objection.refresh_from_db()
    assert not objection.is_open
    stations.assess(rehearsal)
    moves_on(story)


def meets(story: Story) -> None:
    """The officer writes a NIK into a note and among the names, which the forms refuse."""
    officer = story.browser(rina())
    muskel = Muskel.objects.get(phase=story.phase)
    row = muskel.decisions.earliest("line")
    details = {**scenes.DETAILS, "held_on": timezone.localdate(), "version": muskel.version}
    address = reverse("muskel:meeting_edit", args=[muskel.pk])
    for name in ("attendees", "place", "chair"):
        officer.post(address, {**details, name: f"Ibu RT {STRANGER_NIK}"})
    posted = {f"{row.pk}-reason": "mampu_lainnya", f"{row.pk}-note": f"lihat NIK {STRANGER_NIK}"}
    officer.post(reverse("muskel:rows_edit", args=[muskel.pk]), {"baris": row.pk, f"{row.pk}-version": "1", **posted})
    assert officer.get(reverse("muskel:rows_edit", args=[muskel.pk])).status_code == 200
    stations.hold_meetings(rehearsal_of(story))
    assert officer.get(reverse("muskel:minutes_show", args=[muskel.pk])).status_code == 200
    moves_on(story)
    stations.settle_conflicts(rehearsal_of(story))
    moves_on(story)


def hands_over(story: Story) -> list[dict[str, str]]:
    """The package is downloaded; SIKS-NG answers with a NIK in one of its reasons."""
    stations.fix_target_lists(rehearsal_of(story))
    moves_on(story)
    admin = story.browser(dewi())
    phase = story.phase.pk
    assert admin.post(reverse("admin:stages_package_issue", args=[phase, scenes.JAKARTA_PUSAT])).status_code == 302
    package = ExportPackage.objects.get()
    response = admin.post(reverse("admin:stages_package_download", args=[phase, package.pk]))
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert len(rows) > 1
    said = f"NIK ganda dengan {spaced(STRANGER_NIK)}, hubungi {CONTACT_PHONE}"
    answers = [(row["NIK"], "GAGAL" if number == 0 else "BERHASIL", said) for number, row in enumerate(rows)]
    address = reverse("admin:stages_package_return", args=[phase, package.pk])
    for content in ([*answers, (STRANGER_NIK, "GAGAL", said)], answers):
        file = stations.csv_bytes(("nik", "status", "keterangan"), content).getvalue()
        admin.post(address, {"file": SimpleUploadedFile(f"{STRANGER_NIK}.csv", file)}, follow=True)
    assert package.returned_files.count() == 1
    moves_on(story)
    return rows


def determines(story: Story, rows: list[dict[str, str]]) -> None:
    admin, today = story.browser(agus()), timezone.localdate().isoformat()
    said = f"Sama dengan NIK {STRANGER_NIK}"
    header = ("nik", "nama", "tanggal_lahir", "status", "program", "per_tanggal", "alasan")
    lines = [(row["NIK"], row["NAMA"], "1980-01-31", "tidak_ditetapkan", "PBI JK", today, said) for row in rows[1:]]
    lines.append((REGISTERED_NIK, "SITI KENARI", "1973-01-27", "ditetapkan_layak", "BPNT", today, ""))
    address = reverse("admin:stages_determinations", args=[story.phase.pk])
    for content in ([*lines, lines[0], (STRANGER_NIK, "X", REGISTERED_NIK, STRANGER_NIK, "", today, "")], lines):
        file = stations.csv_bytes(header, content).getvalue()
        admin.post(address, {"source": "Kepmensos 1/2026", "file": SimpleUploadedFile("daftar.csv", file)}, follow=True)
    assert story.phase.determination_batches.count() == 1
    scenes.tell_everybody()
    outbox.dispatch()
