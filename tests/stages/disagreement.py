"""A phase in stage 8 in which meeting and evidence disagree in every way there is, and the run that lists it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from assessment.models import CleaningIssue
from assessment.services import resolve_issue
from jobs import services
from jobs.models import Run
from registration.models import Household, Phase
from registration.stage import Stage
from stages import meetings
from stages.conflict_run import look_for_conflicts
from stages.models import Conflict
from tests.assessment.families import everyone_is_fine
from tests.people import dewi, rina
from tests.stages.scenes import decide_all, finding, in_muskel, meeting_of, put_in, row_of, write_down

ABSENT, UNFOUNDED, FLAGGED, EXCLUDED = (
    "absent_but_registered",
    "confirmed_without_finding",
    "flagged_data",
    "in_need_but_excluded",
)
KINDS = [ABSENT, UNFOUNDED, FLAGGED, EXCLUDED, EXCLUDED]
HOUSEHOLDS = 6
Rows = list[tuple[Any, ...]]


def disagreeing() -> tuple[Phase, list[Household]]:
    """Six households of one family, in the order of their keys: two excluded, one flagged, one not found, one whose
    finding the meeting confirms although there is none, and one about which everybody agrees."""
    phase = in_muskel(families=HOUSEHOLDS)
    everyone_is_fine(phase)
    homes = list(phase.households.order_by("pk"))
    for home in homes[:2]:
        finding(home)
    flag(homes[2])
    meeting = meeting_of(phase)
    write_down(meeting)
    for home, said in ((homes[3], "tidak_dikenal"), (homes[4], "temuan_benar")):
        row = row_of(home.families.get())
        meetings.decide_rows(muskel=meeting, by=rina(), rows=[meetings.RowDecision(row.pk, row.version, said, "")])
    decide_all(meeting)
    meetings.lock_meeting(muskel=meeting, by=rina())
    return put_in(phase, Stage.PENGOLAHAN_3), homes


def flag(home: Household) -> None:
    about = {"run_id": home.pk, "kind": "tidak_lengkap", "household": home}
    issue = CleaningIssue.objects.create(phase=home.phase, **about)
    resolve_issue(issue=issue, state="flagged", reason="Periksa di muskel", by=dewi())


def leave(home: Household) -> None:
    Household.objects.filter(pk=home.pk).update(withdrawn_at=timezone.now(), withdrawn_by=dewi())


def result_of(phase: Phase) -> Rows:
    """The list, in an order of its own."""
    rows: Any = Conflict.objects.filter(phase=phase).values_list(
        "family__household", "kind", "rule_keys", "muskel_result", "resolution", "reason"
    )
    return sorted(rows, key=str)


def work(run: Run, **how: Any) -> Run:
    services.work_run(run.pk, worker="test", **how)
    run.refresh_from_db()
    return run


def anew(phase: Phase) -> Run:
    """Another run, as if none had been before it."""
    Conflict.objects.filter(phase=phase).delete()
    return look_for_conflicts(phase=phase, by=dewi())


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
