"""Celery's side of imports: thin, and free to be lost or doubled."""

from celery import shared_task

from jobs.stopping import is_stopping
from jobs.wakeups import send_now
from matching import loading
from matching.models import Snapshot
from matching.snapshots import retiring, tables, uploads
from matching.sources import answers


@shared_task(name="matching.import_upload")
def import_upload(snapshot_id: str) -> bool:
    """Load one uploaded file."""
    return uploads.import_upload(int(snapshot_id), should_stop=is_stopping)


@shared_task(name="matching.tend_imports")
def tend_imports() -> int:
    """Wake a worker for each file that waits, and remove what imports and retirings that died have left."""
    loading.clean_up_interrupted()
    retiring.forget_refused()
    answers.forget_expired()
    uploads.forget_stray_files()
    tables.drop_strays(Snapshot.objects.exclude(state="retired").values_list("pk", flat=True))
    return sum(send_now("matching.import_upload", (str(pk),), expires=30) for pk in uploads.waiting_uploads())
