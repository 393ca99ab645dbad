"""Phases of the tests, brought to where a test begins: by the services where that is short, else by rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from areas.models import Area
from assessment.models import Finding
from jobs.models import Run, RunState
from jobs.services import work_run
from registration.models import Family, Household, Phase
from registration.stage import Stage
from stages import meetings
from stages.conflict_run import look_for_conflicts
from stages.conflicts import newest_run
from stages.models import Conflict, Muskel, MuskelDecision, PhasePlan, TargetList
from stages.prelists import issue_prelists
from stages.targets import confirm_target_list, propose_target_list
from stages.telling import is_anybody_waiting, tell_waiting
from tests.assessment.families import family_in, household_of, person_in, phase_in
from tests.people import GAMBIR, TEBET, agus, dewi, joko, rina

JAKARTA_PUSAT, JAKARTA_SELATAN = "31.71", "31.74"
OFFICER_OF = {GAMBIR: rina, TEBET: joko}

__all__ = ["family_in", "household_of", "person_in", "phase_in"]


def planned(phase: Phase, *, quorum: int = 3) -> PhasePlan:
    return PhasePlan.objects.create(phase=phase, documents="KTP asli\nKartu Keluarga asli", muskel_quorum=quorum)


def put_in(phase: Phase, stage: Stage) -> Phase:
    """Set the stage as if the phase had come there; for tests of what happens inside one stage."""
    Phase.objects.filter(pk=phase.pk).update(stage=stage)
    phase.refresh_from_db()
    return phase


def finished_run(phase: Phase, kind: str, *, signed_by: User | None = None) -> Run:
    now = timezone.now()
    return Run.objects.create(
        kind=kind,
        scope_id=phase.pk,
        params={"as_of": "2026-11-01"},
        config_hash="0" * 64,
        state=RunState.DONE,
        ended_at=now,
        signed_off_by_id=signed_by.pk if signed_by else None,
        signed_off_at=now if signed_by else None,
    )


def finding(household: Household, rule: str = "mobil", *, family: Family | None = None, **changes: Any) -> Finding:
    about: dict[str, Any] = {
        "run_id": finished_run(household.phase, "assessment.assessment").pk,
        "household": household,
        "family": family,
        "rule_key": rule,
        "rule_version": "2022-05-09",
        "verdict": "excluded",
        "severity": "review",
        "source": "bapenda",
        "source_date": date(2026, 11, 1),
    }
    return Finding.objects.create(**{**about, **changes})


def in_muskel(*, quorum: int = 3, kelurahan: Sequence[str] = (GAMBIR,), families: int = 1) -> Phase:
    """A phase in stage 7 whose prelists are out: `families` households of one family in each kelurahan."""
    phase = phase_in(Stage.PENGOLAHAN_2)
    planned(phase, quorum=quorum)
    for code in kelurahan:
        for number in range(families):
            household_of(phase, kelurahan_id=code, rt=f"{number + 1:03d}")
    issue_prelists(phase=phase, by=dewi())
    return put_in(phase, Stage.MUSKEL)


def meeting_of(phase: Phase, kelurahan: str = GAMBIR) -> Muskel:
    return Muskel.objects.get(phase=phase, kelurahan=kelurahan)


DETAILS: dict[str, Any] = {
    "basis": "muskel",
    "held_on": date(2026, 11, 1),
    "place": "Aula kelurahan",
    "chair": "Lurah Gambir",
    "attendance": 12,
    "attendees": "",
    "sptjm_number": "",
    "sptjm_reason": "",
}


def write_down(muskel: Muskel, **changes: Any) -> Muskel:
    """Save the details of a meeting as its officer."""
    muskel.refresh_from_db()
    officer = OFFICER_OF[muskel.kelurahan_id]()
    return meetings.save_meeting(muskel=muskel, by=officer, version=muskel.version, details={**DETAILS, **changes})


def row_of(family: Family) -> MuskelDecision:
    return MuskelDecision.objects.get(family=family)


def decide_all(muskel: Muskel, reason: str = "kurang_mampu", *, note: str = "") -> None:
    """The same decision for every row that has none."""
    rows = [meetings.RowDecision(row.pk, row.version, reason, note) for row in muskel.decisions.undecided()]
    meetings.decide_rows(muskel=muskel, by=OFFICER_OF[muskel.kelurahan_id](), rows=rows)


def hold(muskel: Muskel, reason: str = "kurang_mampu") -> Muskel:
    """Hold and lock a meeting with the same decision for everybody not decided yet."""
    write_down(muskel)
    decide_all(muskel, reason)
    meetings.lock_meeting(muskel=muskel, by=OFFICER_OF[muskel.kelurahan_id]())
    muskel.refresh_from_db()
    return muskel


def list_conflicts(phase: Phase) -> int:
    """What a worker does once the phase is in stage 8: the whole list, here and now; returns how many are open."""
    run = newest_run(phase)
    if run is None or not run.is_under_way:
        run = look_for_conflicts(phase=phase, by=dewi())
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    assert (run.is_done, run.open_poison) == (True, 0), run.error
    return Conflict.objects.filter(phase=phase).open().count()


def listed(phase: Phase, kota: str = JAKARTA_PUSAT) -> TargetList:
    """Propose (Dewi) and confirm (Agus) the list of a kota; the phase is put in stage 9 for it."""
    put_in(phase, Stage.PENETAPAN_DST)
    target = propose_target_list(phase=phase, kota=Area.objects.get(pk=kota), by=dewi())
    return confirm_target_list(target=target, by=agus())


def tell_everybody() -> int:
    """What workers do after a decision: tell the families, all of them; returns how many had not been told."""
    told = tell_waiting()
    assert not is_anybody_waiting()
    return told


def in_siksng(*, families: int = 1) -> Phase:
    """A phase in stage 10 with the DST of Jakarta Pusat confirmed, everybody on it."""
    phase = in_muskel(families=families)
    hold(meeting_of(phase))
    listed(phase)
    return put_in(phase, Stage.INPUT_SIKSNG)


def only_family(phase: Phase) -> Family:
    return Family.objects.select_related("household__phase").get(household__phase=phase)
