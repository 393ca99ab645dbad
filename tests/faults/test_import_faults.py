"""Imports that are killed, cut off or out of disk: nothing is visible, nothing stays, and the next try is whole."""

import signal
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import Error, OperationalError, connection
from pytest_django import Settings

from identity.indexes import current_index_key_id
from matching import loading
from matching.loading import clean_up_interrupted, load_extract
from matching.models import PopulationRecord, Snapshot, SnapshotState, Step
from matching.snapshots import tables, uploads
from matching.snapshots.progress import Progress
from tests.faults.processes import process, wait_until
from tests.matching.town import entry, write_population
from tests.people import dewi

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

ROWS = 30_000


@pytest.fixture(autouse=True)
def _no_tables_left(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DTKS_EXTRACT_FOLDER = str(tmp_path / "titipan")
    settings.DTKS_WAKE_UPS = False
    tables.drop_strays(())
    yield
    Snapshot.objects.all().delete()
    tables.drop_strays(())


def upload(tmp_path: Path, rows: int = ROWS) -> Snapshot:
    path = write_population(uploads.folder() / "a1b2", (entry(n) for n in range(rows)))
    return uploads.accept_upload(
        source="population",
        as_of=date(2026, 11, 1),
        index_key_id=current_index_key_id(),
        upload=path.name,
        size=path.stat().st_size,
        by=dewi(),
    )


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def killed_while_it_reads(tmp_path: Path, *, flaw: str = "", patience: float = 60) -> None:
    """An uploaded file whose worker is killed together with nobody else is loaded whole by the next one."""
    snapshot = upload(tmp_path)
    folder = str(uploads.folder())
    with process("-m", "tests.faults.importing", folder, "--upload", str(snapshot.pk), "--flaw", flaw) as importing:
        wait_until(lambda: Snapshot.objects.filter(state=SnapshotState.LOADING).exists())
        wait_until(lambda: len(children_of(importing.pid)) == 2)
        children = children_of(importing.pid)
        time.sleep(0.2)
        importing.send_signal(signal.SIGKILL)
        importing.wait()
        assert Snapshot.objects.ready().count() == 0
        wait_until(lambda: uploads.waiting_uploads() == [snapshot.pk], seconds=patience)
        assert PopulationRecord.objects.count() == 0
        wait_until(lambda: not any(is_alive(child) for child in children), seconds=patience)
    assert uploads.import_upload(snapshot.pk) is True
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.row_count) == (SnapshotState.READY, ROWS)
    assert list(uploads.folder().iterdir()) == []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_an_upload_whose_worker_is_killed_is_loaded_by_the_next(tmp_path: Path) -> None:
    killed_while_it_reads(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("flaw", ["takes-the-file", "deaf-children"])
def test_an_upload_that_would_not_survive_a_kill_is_noticed(tmp_path: Path, flaw: str) -> None:
    with pytest.raises(AssertionError):
        killed_while_it_reads(tmp_path, flaw=flaw, patience=2)


def load(path: Path, *, progress: object = None) -> Snapshot:
    return load_extract(
        path=path,
        source="population",
        as_of=date(2026, 11, 1),
        index_key_id=current_index_key_id(),
        by=None,
        progress=progress,  # type: ignore[arg-type]
    )


def cut_off(tmp_path: Path, step: Step) -> None:
    path = write_population(tmp_path / "p.csv", map(entry, range(100)))

    def cut(progress: Progress) -> None:
        if progress.current == step:
            connection.connection.close() if step == Step.INDEXING else end_the_line()

    with pytest.raises(Error):
        load(path, progress=cut)
    connection.close()
    wait_until(lambda: clean_up_interrupted() == 1 or not Snapshot.objects.exists())
    nothing_is_left()
    assert load(path).row_count == 100


def end_the_line() -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()


def nothing_is_left() -> None:
    assert (Snapshot.objects.count(), PopulationRecord.objects.count()) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^matching_(population|asset)record_[0-9]+$'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("step", [Step.STORING, Step.INDEXING])
def test_a_line_that_is_cut_leaves_nothing(tmp_path: Path, step: Step) -> None:
    cut_off(tmp_path, step)


def full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_population(tmp_path / "p.csv", map(entry, range(100)))
    with monkeypatch.context() as patch:

        def full(snapshot_id: int) -> None:
            raise OperationalError("could not extend file: No space left on device")

        patch.setattr(tables, "attach_partition", full)
        with pytest.raises(OperationalError):
            load(path)
    nothing_is_left()
    assert load(path).row_count == 100


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full_disk(tmp_path, monkeypatch)


def test_an_import_in_several_commits_would_leave_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Commits:
        """In place of `transaction`: every statement is its own."""

        @staticmethod
        def atomic() -> "Commits":
            return Commits()

        def __enter__(self) -> None: ...

        def __exit__(self, *args: object) -> None: ...

    monkeypatch.setattr(loading, "transaction", Commits)
    monkeypatch.setattr(loading, "STAGING", "CREATE TEMPORARY TABLE staging ({columns})")
    with pytest.raises(AssertionError):
        full_disk(tmp_path, monkeypatch)
