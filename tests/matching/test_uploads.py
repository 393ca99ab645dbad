import csv
import gzip
import io
import os
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, clear_url_caches, path, reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from pytest_django import Settings

from audit.models import Act
from dtks_portal import urls
from jobs.polling import OverduePoller, Poller
from matching.loading import ADVISORY_CLASS
from matching.models import PopulationRecord, Snapshot, SnapshotState
from matching.snapshots import uploads
from matching.snapshots.admin import SnapshotAdmin
from matching.tasks import tend_imports
from tests.matching.town import entry, nik_of, write_population
from tests.people import dewi, sign_in, siti

pytestmark = pytest.mark.django_db

ADD = "/admin/matching/snapshot/add/"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DTKS_EXTRACT_FOLDER = str(tmp_path / "titipan")
    return tmp_path / "titipan"


@pytest.fixture
def good(tmp_path: Path) -> bytes:
    return gzip.compress(write_population(tmp_path / "p.csv", map(entry, range(5))).read_bytes())


@pytest.fixture
def bad(tmp_path: Path) -> bytes:
    rows = [entry(1), entry(2).but(nik="99"), entry(3).but(nama="")]
    return write_population(tmp_path / "b.csv", rows).read_bytes()


def send(client: Client, content: bytes, **changes: str) -> HttpResponse:
    fields = {"source": "population", "as_of": "2026-11-01", **changes}
    return client.post(ADD, {**fields, "file": SimpleUploadedFile(f"{nik_of(1)}.csv", content)})  # type: ignore[return-value]


def uploaded(client: Client, content: bytes) -> Snapshot:
    sign_in(client, dewi())
    answer = send(client, content)
    snapshot = Snapshot.objects.get()
    assert answer.headers["Location"] == reverse("admin:matching_snapshot_change", args=[snapshot.pk])
    return snapshot


def test_an_uploaded_extract_waits_as_a_private_file_and_is_loaded(
    client: Client, folder: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryFileUploadHandler, "receive_data_chunk", None)  # nothing of it goes into memory
    snapshot = uploaded(client, good)
    assert (snapshot.state, snapshot.uploaded_by_id) == (SnapshotState.WAITING, dewi().pk)
    file = folder / snapshot.upload
    assert file.read_bytes() == good
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)
    assert uploads.import_upload(snapshot.pk) is True
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.row_count, snapshot.upload) == (SnapshotState.READY, 5, "")
    assert PopulationRecord.objects.filter(snapshot=snapshot).count() == 5
    assert list(folder.iterdir()) == []
    assert Act.objects.filter(verb="matching.extract_uploaded", actor_id=dewi().pk).count() == 1
    assert Act.objects.filter(verb="matching.extract_loaded", actor_id=dewi().pk).count() == 1


def test_errors_are_shown_and_offered_as_a_report_without_any_value(client: Client, folder: Path, bad: bytes) -> None:
    snapshot = uploaded(client, bad)
    assert uploads.import_upload(snapshot.pk) is True
    assert (PopulationRecord.objects.count(), list(folder.iterdir())) == (0, [])
    page = client.get(reverse("admin:matching_snapshot_change", args=[snapshot.pk])).content.decode()
    report = reverse("admin:matching_snapshot_report", args=[snapshot.pk])
    assert report in page
    answer = client.get(report)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert [row[:3] for row in rows] == [["baris", "kolom", "kode"], ["3", "nik", "digits"], ["4", "nama", "name"]]
    assert nik_of(1) not in page + answer.content.decode()
    assert Act.objects.filter(verb="matching.report_downloaded").count() == 1


def test_a_ready_extract_has_no_report(client: Client, good: bytes) -> None:
    snapshot = uploaded(client, good)
    uploads.import_upload(snapshot.pk)
    assert client.get(reverse("admin:matching_snapshot_report", args=[snapshot.pk])).status_code == 404


def test_the_page_of_an_extract_says_how_far_it_is(client: Client, good: bytes) -> None:
    snapshot = uploaded(client, good)
    now = timezone.now()
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state="loading", step="reading", bytes_total=1000, bytes_read=250, rows_read=2_000,
        began_at=now - timedelta(seconds=20), progress_at=now,
    )  # fmt: skip
    page = client.get(reverse("admin:matching_snapshot_change", args=[snapshot.pk])).content.decode()
    assert '<progress value="25" max="100">25%</progress> 25% · 2,000' in page
    assert "1:00" in page
    assert "100 " in page


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        (b"x" * 2_000, {}),
        (b"", {}),
        (b"x", {"as_of": "2126-11-01"}),
        (b"x", {"source": "lain"}),
        (b"x", {"as_of": "\0"}),
    ],
)
def test_what_is_not_accepted_leaves_no_file(
    client: Client, folder: Path, settings: Settings, content: bytes, changes: dict[str, str]
) -> None:
    settings.DTKS_EXTRACT_UPLOAD_BYTES = 1_000
    sign_in(client, dewi())
    answer = send(client, content, **changes)
    assert answer.status_code == 200
    assert b"errornote" in answer.content
    assert (list(folder.iterdir()), Snapshot.objects.count()) == ([], 0)


def test_a_full_disk_is_said_and_leaves_no_file(
    client: Client, folder: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fdopen", lambda *args: FullFile())
    sign_in(client, dewi())
    answer = send(client, good)
    assert b"errornote" in answer.content
    assert (list(folder.iterdir()), Snapshot.objects.count()) == ([], 0)


class FullFile(io.RawIOBase):
    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


def test_who_may_not_upload_sends_nothing_to_the_disk(client: Client, folder: Path, good: bytes) -> None:
    assert send(client, good).status_code == 302
    sign_in(client, siti())
    assert send(client, good).status_code == 302
    assert not folder.exists()
    forged = Client(enforce_csrf_checks=True)
    sign_in(forged, dewi())
    assert send(forged, good).status_code == 403
    assert not folder.exists()
    assert Snapshot.objects.count() == 0


def test_a_file_read_before_anybody_asked_who_sends_it_is_noticed(
    client: Client, folder: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = SnapshotAdmin.get_urls

    def reads_first(self: SnapshotAdmin) -> list[URLPattern]:
        first, *rest = honest(self)
        unguarded = csrf_exempt(lambda request: self.receive_view(request))
        return [path("add/", unguarded, name=first.name), *rest]

    monkeypatch.setattr(SnapshotAdmin, "has_add_permission", lambda *args: True)
    monkeypatch.setattr(SnapshotAdmin, "get_urls", reads_first)
    clear_url_caches()
    monkeypatch.setattr(urls, "urlpatterns", [path("admin/", admin.site.urls)])
    with pytest.raises((AssertionError, AttributeError)):
        test_who_may_not_upload_sends_nothing_to_the_disk(client, folder, good)
    clear_url_caches()


def test_a_worker_that_is_told_to_stop_leaves_the_file_to_the_next(
    client: Client, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.snapshots.progress.TELL_EVERY", 0)
    snapshot = uploaded(client, good)
    assert uploads.import_upload(snapshot.pk, should_stop=lambda: True) is False
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.attempts) == (SnapshotState.WAITING, 0)
    assert uploads.waiting_uploads() == [snapshot.pk]
    assert uploads.import_upload(snapshot.pk) is True
    assert uploads.waiting_uploads() == []


def test_an_import_that_dies_each_time_is_given_up(client: Client, folder: Path, good: bytes) -> None:
    snapshot = uploaded(client, good)
    Snapshot.objects.update(state="loading", attempts=3)
    assert uploads.import_upload(snapshot.pk) is True
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.problems) == (SnapshotState.REFUSED, [[0, "", "interrupted"]])
    assert list(folder.iterdir()) == []


def test_a_file_that_is_gone_is_waited_for_and_then_given_up(client: Client, folder: Path, good: bytes) -> None:
    snapshot = uploaded(client, good)
    (folder / snapshot.upload).unlink()
    assert uploads.import_upload(snapshot.pk) is False
    Snapshot.objects.update(created_at=timezone.now() - timedelta(hours=2))
    uploads.import_upload(snapshot.pk)
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.problems) == (SnapshotState.REFUSED, [[0, "", "lost"]])


def test_a_file_whose_wake_up_was_lost_is_loaded_by_who_looks(client: Client, folder: Path, good: bytes) -> None:
    snapshot = uploaded(client, good)
    assert uploads.import_overdue(lambda: False) == 0, "somebody has been woken for it just now"
    Snapshot.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    hidden = (folder / snapshot.upload).rename(folder.with_name("elsewhere"))
    assert uploads.import_overdue(lambda: False) == 0, "another machine sees the file"
    hidden.rename(folder / snapshot.upload)
    assert OverduePoller(1).work() == 1
    assert (Snapshot.objects.ready().count(), uploads.import_overdue(lambda: False)) == (1, 0)


def test_a_worker_that_looks_for_runs_only_is_noticed(client: Client, good: bytes) -> None:
    uploaded(client, good)
    Snapshot.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert (Poller(1).work(), Snapshot.objects.ready().count()) == (0, 0)


def test_two_workers_do_not_load_the_same_file(client: Client, good: bytes) -> None:
    snapshot = uploaded(client, good)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [ADVISORY_CLASS, snapshot.pk])
        assert uploads.waiting_uploads() == []
        assert uploads.import_upload(snapshot.pk) is False
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY_CLASS, snapshot.pk])
    finally:
        other.close()
    assert uploads.import_upload(snapshot.pk) is True
    assert uploads.import_upload(snapshot.pk) is True, "a doubled wake-up changes nothing"
    assert Snapshot.objects.ready().count() == 1


def test_the_scheduler_wakes_a_worker_and_removes_what_nobody_waits_for(
    client: Client, folder: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, tuple[str, ...]]] = []

    def send_now(task: str, args: tuple[str, ...], **options: object) -> bool:
        sent.append((task, args))
        return True

    monkeypatch.setattr("matching.tasks.send_now", send_now)
    snapshot = uploaded(client, good)
    for name, age in (("tua", 7_200), ("baru", 60)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (timezone.now().timestamp() - age,) * 2)
    os.utime(folder / snapshot.upload, (0, 0))
    old = Snapshot.objects.create(
        source="assets", as_of=date(2026, 1, 1), index_key_id="t1", state="refused", problem_count=1
    )
    Snapshot.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert tend_imports() == 1
    assert sent == [("matching.import_upload", (str(snapshot.pk),))]
    assert {one.name for one in folder.iterdir()} == {"baru", snapshot.upload}
    assert list(Snapshot.objects.all()) == [snapshot]
