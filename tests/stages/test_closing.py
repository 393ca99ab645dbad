from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs.models import Run
from matching.models import AssetRecord, Snapshot, SnapshotState
from registration.models import Phase
from registration.stage import Stage
from stages.tasks import purge_extracts_of_closed_phases
from tests.stages.scenes import finished_run, phase_in

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
    closed = phase_in(Stage.PENETAPAN_DTKS, closed_at=timezone.now() + timedelta(seconds=1))
    assert purge_extracts_of_closed_phases() == 1
    assert state_of(unused) == SnapshotState.RETIRED
    Phase.objects.filter(pk=closed.pk).update(closed_at=timezone.now() - timedelta(days=1))
    fresh = extract()
    assert purge_extracts_of_closed_phases() == 0
    assert state_of(fresh) == SnapshotState.READY
