"""Files that admins upload: kept as private files until a worker has loaded them, then removed.

Every act can be repeated: a wake-up that is lost or doubled, a worker that dies, a file that is gone.
"""

import logging
import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from audit.services import Actor, record
from jobs.polling import OVERDUE_SECONDS
from jobs.wakeups import wake
from matching.loading import load_into, refuse, release, try_to_hold
from matching.models import Snapshot, SnapshotState
from matching.snapshots.problems import ExtractRefused, Problem
from matching.snapshots.progress import Progress

log = logging.getLogger(__name__)

ATTEMPTS = 3  # then a person must look
FILE_LOST_AFTER = timedelta(hours=1)  # until then another worker may be the one that sees the file
OVERDUE = timedelta(seconds=OVERDUE_SECONDS)
STRAY_SECONDS = 3600  # a file that no extract names may still be arriving


class ImportStopped(Exception):
    """The worker was told to stop; the file waits for the next one."""


def folder() -> Path:
    """Where uploaded files lie: web and worker processes must share it."""
    place = Path(settings.DTKS_EXTRACT_FOLDER)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


@transaction.atomic
def accept_upload(*, source: str, as_of: date, index_key_id: str, upload: str, size: int, by: Actor) -> Snapshot:
    """Let an uploaded file wait for a worker. `upload` is its name in `folder`."""
    snapshot = Snapshot.objects.create(
        source=source,
        as_of=as_of,
        index_key_id=index_key_id,
        state=SnapshotState.WAITING,
        upload=upload,
        bytes_total=size,
        uploaded_by_id=by.pk,
    )
    record(by=by, verb="matching.extract_uploaded", subject=snapshot, data={"source": source, "bytes": size})
    wake("matching.import_upload", str(snapshot.pk))
    return snapshot


def waiting_uploads() -> list[int]:
    """Extracts whose file waits, or whose worker has died."""
    free = []
    for pk in _unfinished().order_by("pk").values_list("pk", flat=True):
        if try_to_hold(pk):
            release(pk)
            free.append(pk)
    return free


def import_upload(snapshot_id: int, *, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """Load an uploaded file, unless somebody else is at it. True when nothing more is to be done with it."""
    if not try_to_hold(snapshot_id):
        return False
    try:
        snapshot = _unfinished().filter(pk=snapshot_id).first()
        return snapshot is None or _import_held(snapshot, should_stop)
    finally:
        release(snapshot_id)


def import_overdue(should_stop: Callable[[], bool]) -> int:
    """Load a file whose wake-up was lost, or whose worker has died; how many (one at most).

    One that this machine does not see is left to another.
    """
    overdue = _unfinished().filter(created_at__lt=Now() - OVERDUE).order_by("pk")
    seen = (pk for pk, upload in overdue.values_list("pk", "upload") if (folder() / upload).is_file())
    return int(any(import_upload(pk, should_stop=should_stop) for pk in seen))


def _unfinished() -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(state__in=(SnapshotState.WAITING, SnapshotState.LOADING)).exclude(upload="")


def _import_held(snapshot: Snapshot, should_stop: Callable[[], bool]) -> bool:
    path = folder() / snapshot.upload
    if not path.is_file():
        if timezone.now() - snapshot.created_at > FILE_LOST_AFTER:
            refuse(snapshot, ExtractRefused([Problem(0, "", "lost")]))
        return False
    if snapshot.attempts >= ATTEMPTS:
        refuse(snapshot, ExtractRefused([Problem(0, "", "interrupted")]))
        path.unlink(missing_ok=True)
        return True
    rows = Snapshot.objects.filter(pk=snapshot.pk)
    rows.update(state=SnapshotState.LOADING, attempts=F("attempts") + 1, began_at=Now(), rows_read=0, bytes_read=0)

    def stop(progress: Progress) -> None:
        if should_stop():
            raise ImportStopped

    try:
        load_into(snapshot, path, by=_uploader(snapshot), progress=stop)
    except ExtractRefused as refused:
        refuse(snapshot, refused)
    except ImportStopped:
        rows.update(state=SnapshotState.WAITING, step="", attempts=F("attempts") - 1)
        return False
    path.unlink(missing_ok=True)
    return True


def _uploader(snapshot: Snapshot) -> User | None:
    return User.objects.filter(pk=snapshot.uploaded_by_id).first() if snapshot.uploaded_by_id else None


def forget_stray_files() -> int:
    """Remove files that no extract waits for: of uploads that broke off, and of processes that died."""
    wanted = set(Snapshot.objects.exclude(upload="").values_list("upload", flat=True))
    removed = 0
    for entry in os.scandir(folder()):
        if entry.name not in wanted and time.time() - entry.stat().st_mtime > STRAY_SECONDS:
            Path(entry.path).unlink(missing_ok=True)
            removed += 1
    return removed
