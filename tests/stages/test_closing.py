from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Act, Destruction
from audit.retention import RetentionClass
from identity.indexes import current_index_key_id
from jobs.models import Run, RunState
from jobs.services import RunNotAllowed, abort_run, pause_run, resume_run, work_run
from matching import services as matching
from matching.loading import load_extract
from matching.models import AssetRecord, PersonVerdict, PopulationRecord, Snapshot, SnapshotState
from matching.services import start_matching
from registration.models import Phase
from registration.stage import Stage
from stages import closing, effects, services
from stages.tasks import purge_extracts_of_closed_phases
from stages.workflow import Move
from tests.matching.town import entry, make_phase, settle, write_population
from tests.people import dewi, siti
from tests.stages.scenes import finished_run, phase_in, put_in

pytestmark = pytest.mark.django_db


def extract(*phases: Phase) -> Snapshot:
    snapshot = Snapshot.objects.create(
        source="assets", as_of=date(2026, 11, 1), sha256="a" * 64, row_count=1, state="ready", index_key_id="t1",
        ready_at=timezone.now(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matching_assetrecord (snapshot_id, line, nik_index, kind, number)"
            " VALUES (%s, 1, %s, 'mobil', '')",
            [snapshot.pk, b"0" * 16],
        )
    for phase in phases:
        run = finished_run(phase, "matching.assets")
        Run.objects.filter(pk=run.pk).update(params={"snapshot": snapshot.pk})
    return snapshot


def state_of(snapshot: Snapshot) -> str:
    snapshot.refresh_from_db()
    return snapshot.state


def test_extracts_of_closed_phases_are_purged_and_others_kept() -> None:
    closed = phase_in(Stage.PENETAPAN_DTKS, closed_at=timezone.now())
    running = phase_in(Stage.MUSKEL, slug="jalan")
    done, shared, unused = extract(closed), extract(closed, running), extract()
    assert purge_extracts_of_closed_phases() == 1
    assert state_of(done) == SnapshotState.RETIRED
    assert (state_of(shared), state_of(unused)) == (SnapshotState.READY, SnapshotState.READY)
    assert AssetRecord.objects.filter(snapshot=done).count() == 0
    assert purge_extracts_of_closed_phases() == 0


def test_an_extract_that_no_run_used_goes_when_no_phase_is_on() -> None:
    unused = extract()
    Snapshot.objects.update(ready_at=timezone.now() - timedelta(days=2))
    closed = phase_in(Stage.PENETAPAN_DTKS, closed_at=timezone.now())
    assert purge_extracts_of_closed_phases() == 1
    assert state_of(unused) == SnapshotState.RETIRED
    Phase.objects.filter(pk=closed.pk).update(closed_at=timezone.now() - timedelta(days=1))
    fresh = extract()
    assert purge_extracts_of_closed_phases() == 0
    assert state_of(fresh) == SnapshotState.READY


# A whole phase, from its extract to what is left of it
@pytest.fixture
def matched(tmp_path: Path) -> Phase:
    return a_matched_phase(tmp_path)


def a_matched_phase(tmp_path: Path) -> Phase:
    """Three people compared with a register that calls one of them dead."""
    phase = make_phase()
    settle(phase, 3, owner=siti())
    path = write_population(tmp_path / "p.csv", [entry(0), entry(1), entry(2).but(status="meninggal")])
    load_extract(path=path, source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), by=None)
    work_run(start_matching(phase=phase, source="population", by=dewi()).pk, worker="test")
    return phase


def close(phase: Phase) -> None:
    Phase.objects.filter(pk=phase.pk).update(stage=Stage.PENETAPAN_DTKS, closed_at=timezone.now())


def evidence() -> list[Any]:
    kept = ("member_id", "value", "fields", "register_area_code", "register_occupation", "register_status")
    return list(PersonVerdict.objects.order_by("pk").values_list(*kept))


def by_the_task() -> None:
    purge_extracts_of_closed_phases()


def rows_go_and_evidence_stays(phase: Phase, purge: Any) -> None:
    before = evidence()
    purge()
    assert PopulationRecord.objects.count() == 3, "the phase is on"
    close(phase)
    purge()
    assert (PopulationRecord.objects.count(), Snapshot.objects.get().state) == (0, SnapshotState.RETIRED)
    assert evidence() == before
    assert {row[1] for row in before} == {"padan", "meninggal"}
    record = Destruction.objects.get()
    assert (record.retention_class, record.subjects) == ("register_extracts", 1)
    assert record.counts == {"matching_populationrecord": 3}
    assert Act.objects.get(verb="matching.snapshot_retired").data == {"rows": 3}
    purge()
    assert Destruction.objects.count() == 1


def test_the_periodic_task_purges_people_and_keeps_evidence(matched: Phase) -> None:
    rows_go_and_evidence_stays(matched, by_the_task)


def test_a_task_that_does_not_wait_for_the_closing_is_noticed(matched: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    every = RetentionClass(**{**vars(closing.EXTRACTS), "subjects": lambda before: Snapshot.objects.ready()})
    monkeypatch.setattr(closing, "retention_table", lambda: [every])
    monkeypatch.setattr(matching, "who_needs", lambda snapshot: "")
    with pytest.raises(AssertionError, match="the phase is on"):
        rows_go_and_evidence_stays(matched, by_the_task)


def test_a_run_left_paused_in_a_closed_phase_is_stopped_and_cannot_go_on(matched: Phase) -> None:
    run = start_matching(phase=matched, source="population", by=dewi())
    pause_run(run=run, by=dewi())
    assert resume_run(run=run, by=dewi()).is_live
    pause_run(run=run, by=dewi())
    close(matched)
    assert purge_extracts_of_closed_phases() == 1
    run.refresh_from_db()
    assert (run.state, PopulationRecord.objects.count()) == (RunState.ABORTED, 0)
    with pytest.raises(RunNotAllowed):
        resume_run(run=run, by=dewi())


def nobody_is_called_unknown_for_want_of_an_extract(run: Run) -> None:
    """The extract of a stopped run has been retired after a later one took its place."""
    abort_run(run=run, by=dewi())
    Snapshot.objects.update(state=SnapshotState.RETIRED)
    PopulationRecord.objects.all().delete()
    with pytest.raises(RunNotAllowed):
        resume_run(run=run, by=dewi())
    work_run(run.pk, worker="test")
    assert not PersonVerdict.objects.filter(run=run).exists()


def test_a_run_whose_extract_is_gone_does_not_go_on(matched: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start_matching(phase=matched, source="population", by=dewi())
    nobody_is_called_unknown_for_want_of_an_extract(run)
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    monkeypatch.setattr("jobs.run_row._hindrances", [])
    with pytest.raises(pytest.fail.Exception):
        nobody_is_called_unknown_for_want_of_an_extract(run)


def test_one_extract_that_cannot_go_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = phase_in(Stage.PENETAPAN_DTKS, closed_at=timezone.now())
    first, second = extract(closed), extract(closed)
    monkeypatch.setattr(matching, "who_needs", lambda snapshot: "Masih dipakai." if snapshot == first else "")
    assert purge_extracts_of_closed_phases() == 1
    assert (state_of(first), state_of(second)) == (SnapshotState.READY, SnapshotState.RETIRED)
    assert Destruction.objects.get().subjects == 1


def test_closing_a_phase_wakes_the_purge(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(effects, "wake", woken.append)
    monkeypatch.setattr(Move, "hindrances", lambda self, phase: [])
    phase = phase_in(Stage.INPUT_SIKSNG)
    services.advance(phase=phase, by=dewi(), expected=Stage.INPUT_SIKSNG)
    assert woken == []
    services.advance(phase=put_in(phase, Stage.PENETAPAN_DTKS), by=dewi(), expected=Stage.PENETAPAN_DTKS)
    assert woken == ["stages.purge_extracts"]
