from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from identity.indexes import current_index_key_id
from jobs.models import Run
from jobs.services import abort_run, work_run
from matching import services
from matching.loading import load_extract
from matching.models import PopulationRecord, Snapshot, SnapshotState
from matching.services import MatchingNotPossible, retire_snapshot, sign_off, start_matching
from matching.snapshots import retiring, tables
from registration.models import Phase
from registration.stage import Stage
from tests.matching.town import entry, settle, write_population
from tests.people import agus, dewi, siti

pytestmark = pytest.mark.django_db


def load(tmp_path: Path, as_of: date) -> Snapshot:
    path = write_population(tmp_path / "p.csv", map(entry, range(3)))
    return load_extract(path=path, source="population", as_of=as_of, index_key_id=current_index_key_id(), by=None)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Snapshot, Snapshot]:
    tables.drop_strays(())
    return load(tmp_path, date(2026, 10, 1)), load(tmp_path, date(2026, 11, 1))


def retire(*numbers: int) -> str:
    out = StringIO()
    call_command("retire_snapshots", *numbers, retire=True, stdout=out, stderr=out)
    return out.getvalue()


def partitions() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(tables.PARTITIONS)
        return {number for (number,) in cursor.fetchall()}


def match(phase: Phase, snapshot: Snapshot) -> Run:
    settle(phase, 3, owner=siti())
    return start_matching(phase=phase, source="population", snapshot=snapshot, by=dewi())


def test_a_replaced_extract_goes_with_its_table_and_the_newest_stays(two: tuple[Snapshot, Snapshot]) -> None:
    old, new = two
    assert partitions() == {old.pk, new.pk}
    call_command("retire_snapshots", stdout=StringIO())
    assert Snapshot.objects.ready().count() == 2, "without --retire nothing happens"
    assert str(old.pk) in retire()
    old.refresh_from_db()
    assert old.state == SnapshotState.RETIRED
    assert partitions() == {new.pk}
    assert PopulationRecord.objects.count() == 3
    assert retire() == ""


def needed(two: tuple[Snapshot, Snapshot], phase: Phase) -> None:
    """Each state in which a run needs its extract, and those in which it does not."""
    old, _new = two
    run = match(phase, old)
    assert retiring.superseded() == []
    with pytest.raises(CommandError):
        retire(old.pk)
    abort_run(run=run, by=dewi())
    assert retiring.superseded() == [], "it may be resumed"
    Run.objects.filter(pk=run.pk).update(state="running")
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    with pytest.raises(MatchingNotPossible):
        retire_snapshot(snapshot=old, by=dewi())
    assert PopulationRecord.objects.filter(snapshot=old).count() == 3
    sign_off(run=run, by=agus())
    assert retiring.superseded() == [old]


def test_what_a_run_or_an_unsigned_result_needs_is_never_taken(two: tuple[Snapshot, Snapshot], phase: Phase) -> None:
    needed(two, phase)


def test_retiring_without_asking_who_needs_it_is_noticed(
    two: tuple[Snapshot, Snapshot], phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "who_needs", lambda snapshot: "")
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        needed(two, phase)


def test_a_result_of_a_closed_phase_or_replaced_by_a_later_run_holds_nothing(
    two: tuple[Snapshot, Snapshot], phase: Phase
) -> None:
    old, new = two
    run = match(phase, old)
    work_run(run.pk, worker="test")
    Phase.objects.filter(pk=phase.pk).update(stage=Stage.PENETAPAN_DTKS, closed_at=timezone.now())
    assert retiring.superseded() == [old]
    Phase.objects.filter(pk=phase.pk).update(closed_at=None)
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=1))
    start_matching(phase=phase, source="population", snapshot=new, by=dewi())
    assert retiring.superseded() == [old]


def test_only_the_table_of_an_extract_that_is_not_ready_can_be_dropped(two: tuple[Snapshot, Snapshot]) -> None:
    old, _new = two
    Snapshot.objects.filter(pk=old.pk).update(state="retired")
    assert tables.drop_strays(Snapshot.objects.ready().values_list("pk", flat=True)) == 1
    assert partitions() == {two[1].pk}


def test_an_unknown_number_is_named() -> None:
    with pytest.raises(CommandError, match="999999"):
        retire(999_999)
