"""What people do in each stage after registration, through the services behind their pages."""

import csv
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from assessment.models import CleaningIssue, Finding, IssueState
from assessment.services import resolve_issue, start_assessment, start_cleaning
from dtks_portal.rehearsal.workers import Workers
from grievances.models import Objection
from grievances.services import NotContestable, decide, effective_findings_for, object_to
from jobs.models import Run, ShardState
from matching.services import sign_off, start_matching
from matching.vocabulary import Source
from registration.models import Family, Member, Phase
from stages.conflicts import newest_run, resolve_conflict
from stages.determining import import_determinations, settle_absent
from stages.exporting import download_package, issue_package
from stages.meetings import RowDecision, decide_rows, lock_meeting, save_meeting
from stages.models import Conflict, Muskel, MuskelBasis, Resolution
from stages.prelists import issue_prelists
from stages.returning import import_returned_file
from stages.targets import confirm_target_list, kota_with_families, propose_target_list
from stages.telling import waiting_of

RUN_PATIENCE = 600.0  # seconds without any progress
ROWS_PER_SAVE = 50
SHARDS = 16  # of a matching run, so that there is a middle to kill a worker in


class Stuck(RuntimeError):
    """A run does not go on."""


@dataclass
class Rehearsal:
    """The people who act, and what they need. `say` prints a line of progress."""

    phase: Phase
    dewi: User
    agus: User
    officers: dict[str, User]
    workers: Workers
    chance: Random
    say: Callable[[str], None]
    kill_in_matching: bool = True
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, number: int) -> None:
        self.counts[name] = number


def wait_for(run: Run, rehearsal: Rehearsal) -> Run:
    """Until the run is done. Raises Stuck if it fails or stands still."""
    before, moved_at = -1, time.monotonic()
    while True:
        run.refresh_from_db()
        if run.is_done:
            return run
        if run.state in ("failed", "aborted"):
            raise Stuck(f"run {run.kind} is {run.state}: {run.error}")
        done = run.rows_done
        if done != before:
            before, moved_at = done, time.monotonic()
            rehearsal.say(f"  {run.kind}: {done} of {run.rows_total}")
        if time.monotonic() - moved_at > RUN_PATIENCE:
            raise Stuck(f"run {run.kind} stands still at {done} of {run.rows_total}")
        time.sleep(0.1)


def wait_until_told(rehearsal: Rehearsal) -> None:
    """Until the workers have told every family what was decided about it. Raises Stuck if that stands still."""
    before, moved_at = -1, time.monotonic()
    while families := waiting_of(rehearsal.phase).families:
        if families != before:
            before, moved_at = families, time.monotonic()
            rehearsal.say(f"  {families} families still have to be told")
        if time.monotonic() - moved_at > RUN_PATIENCE:
            raise Stuck(f"{families} families are not told what was decided about them")
        time.sleep(0.1)


def clean(rehearsal: Rehearsal) -> None:
    wait_for(start_cleaning(phase=rehearsal.phase, by=rehearsal.dewi), rehearsal)
    issues = list(CleaningIssue.objects.open().filter(phase=rehearsal.phase).select_related("household"))
    for number, issue in enumerate(issues):
        state = IssueState.FLAGGED if number % 2 else IssueState.RESOLVED
        resolve_issue(issue=issue, state=state, reason="Sudah diperiksa pada gladi bersih.", by=rehearsal.dewi)
    rehearsal.note("cleaning_issues", len(issues))


def match(rehearsal: Rehearsal, source: Source) -> None:
    people = Member.objects.filter(phase=rehearsal.phase).count()
    settings.DTKS_SHARD_ROWS = max(people // SHARDS, 5)
    run = start_matching(phase=rehearsal.phase, source=source, by=rehearsal.dewi)
    if rehearsal.kill_in_matching:
        kill_in_the_middle(run, rehearsal)
    wait_for(run, rehearsal)
    sign_off(run=run, by=rehearsal.agus)


def kill_in_the_middle(run: Run, rehearsal: Rehearsal) -> None:
    """SIGKILL the first worker that is seen with a shard in its hands."""
    deadline = time.monotonic() + RUN_PATIENCE
    while time.monotonic() < deadline:
        holder = run.shards.filter(state=ShardState.LEASED).values_list("worker", flat=True).first()
        if holder:
            rehearsal.workers.kill(int(holder.rpartition(":")[2]))
            return
        run.refresh_from_db()
        if run.is_done:
            return
        time.sleep(0.002)


def assess(rehearsal: Rehearsal) -> None:
    wait_for(start_assessment(phase=rehearsal.phase, by=rehearsal.dewi), rehearsal)
    findings = list(
        Finding.objects.current()
        .of_concern()
        .filter(household__phase=rehearsal.phase)
        .select_related("household__phase", "household__account", "family")
        .order_by("pk")
    )
    rehearsal.note("findings_of_concern", len(findings))
    raised = [one for one in findings[::4] if _object(one, rehearsal)]
    rehearsal.note("objections", len(raised))
    for number, objection in enumerate(Objection.objects.open().filter(household__phase=rehearsal.phase)):
        uphold = number % 2 == 0
        reason = "Bukti diterima." if uphold else "Bukti belum cukup."
        decide(objection=objection, uphold=uphold, reason=reason, by=rehearsal.agus)
    rehearsal.note("prelists", issue_prelists(phase=rehearsal.phase, by=rehearsal.dewi))


def _object(finding: Finding, rehearsal: Rehearsal) -> bool:
    household = finding.household
    by = household.account or rehearsal.officers[household.kelurahan_id]
    try:
        object_to(finding=finding, text="Data ini tidak sesuai dengan keadaan kami.", by=by)
    except NotContestable:
        return False
    return True


def hold_meetings(rehearsal: Rehearsal) -> None:
    for muskel in Muskel.objects.filter(phase=rehearsal.phase).select_related("kelurahan"):
        officer = rehearsal.officers[muskel.kelurahan_id]
        details = {
            "basis": MuskelBasis.MEETING,
            "held_on": timezone.localdate(),
            "place": "Aula kelurahan",
            "chair": "Lurah Gladi",
            "attendance": muskel.quorum + 7,
            "attendees": "",
            "sptjm_number": "",
            "sptjm_reason": "",
        }
        save_meeting(muskel=muskel, by=officer, version=muskel.version, details=details)
        rows = list(muskel.decisions.select_related("household").order_by("line"))
        excluded = _excluded_families([row.household_id for row in rows])
        decided = [
            RowDecision(row.pk, row.version, *_result(rehearsal.chance, row.family_id in excluded)) for row in rows
        ]
        for start in range(0, len(decided), ROWS_PER_SAVE):
            decide_rows(muskel=muskel, by=officer, rows=decided[start : start + ROWS_PER_SAVE])
        lock_meeting(muskel=muskel, by=officer)


def _excluded_families(households: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for findings in effective_findings_for(households).values():
        for finding in findings:
            if finding.is_excluded:
                families = Family.objects.filter(household=finding.household_id).values_list("pk", flat=True)
                found.update([finding.family_id] if finding.family_id else families)
    return found


def _result(chance: Random, excluded: bool) -> tuple[str, str]:
    if excluded and chance.random() < 0.6:
        return "temuan_benar", ""
    draw = chance.random()
    for limit, reason, note in (
        (0.04, "penghasilan_cukup", ""),
        (0.05, "mampu_lainnya", "Memiliki beberapa rumah kontrakan."),
        (0.06, "tidak_dikenal", ""),
        (0.07, "pindah_luar_dki", ""),
    ):
        if draw < limit:
            return reason, note
    return "kurang_mampu", ""


def settle_conflicts(rehearsal: Rehearsal) -> None:
    run = newest_run(rehearsal.phase)
    if run is None:
        raise Stuck("nobody looks for conflicts")
    wait_for(run, rehearsal)
    conflicts = list(Conflict.objects.open().filter(phase=rehearsal.phase).order_by("pk"))
    for number, conflict in enumerate(conflicts):
        resolution = Resolution.PROPOSE if number % 2 else Resolution.NOT_PROPOSE
        resolve_conflict(
            conflict=conflict, resolution=resolution, reason="Diputuskan setelah kunjungan rumah.", by=rehearsal.agus
        )
    rehearsal.note("conflicts", len(conflicts))


def fix_target_lists(rehearsal: Rehearsal) -> None:
    wait_until_told(rehearsal)  # who needs a fix has been told since stage 3
    included = 0
    for kota in kota_with_families(rehearsal.phase):
        target = propose_target_list(phase=rehearsal.phase, kota=kota, by=rehearsal.dewi)
        included += confirm_target_list(target=target, by=rehearsal.agus).included
    wait_until_told(rehearsal)
    rehearsal.note("dst_families", included)


def hand_off(rehearsal: Rehearsal) -> list[dict[str, str]]:
    """Issue, download and answer every package; returns the rows that SIKS-NG accepted."""
    accepted: list[dict[str, str]] = []
    rows_sent = 0
    for kota in kota_with_families(rehearsal.phase):
        package = issue_package(phase=rehearsal.phase, kota=kota, by=rehearsal.dewi)
        wait_until_told(rehearsal)  # days pass before SIKS-NG answers
        text = download_package(package=package, by=rehearsal.dewi).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        rows_sent += len(rows)
        answers = []
        for row in rows:
            fails = rehearsal.chance.random() < 0.02
            answers.append((row["NIK"], "GAGAL" if fails else "BERHASIL", "NIK ganda di SIKS-NG" if fails else ""))
            if not fails:
                accepted.append(row)
        stream = csv_bytes(("nik", "status", "keterangan"), answers)
        import_returned_file(package=package, stream=stream, by=rehearsal.dewi)
    wait_until_told(rehearsal)
    rehearsal.note("exported_rows", rows_sent)
    rehearsal.note("accepted_rows", len(accepted))
    return accepted


def determine(rehearsal: Rehearsal, accepted: list[dict[str, str]]) -> None:
    today = timezone.localdate().isoformat()
    rows = []
    for row in accepted:
        draw = rehearsal.chance.random()
        if draw < 0.03:
            continue  # the ministry's list is silent about some
        status, reason = ("tidak_ditetapkan", "Kuota") if draw < 0.06 else ("ditetapkan_layak", "")
        day, month, year = row["TANGGAL LAHIR"].split("/")
        rows.append((row["NIK"], row["NAMA"], f"{year}-{month}-{day}", status, "PBI JK;BPNT", today, reason))
    header = ("nik", "nama", "tanggal_lahir", "status", "program", "per_tanggal", "alasan")
    import_determinations(
        stream=csv_bytes(header, rows), source="Kepmensos gladi bersih", by=rehearsal.dewi, phase=rehearsal.phase
    )
    rehearsal.note("determinations", len(rows))
    rehearsal.note("settled_absent", settle_absent(phase=rehearsal.phase, by=rehearsal.agus))
    wait_until_told(rehearsal)


def csv_bytes(header: Sequence[str], rows: Sequence[Sequence[str]]) -> io.BytesIO:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode())
