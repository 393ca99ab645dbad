"""After a phase is closed: the register extracts it was compared with are not needed any more."""

from __future__ import annotations

from django.db.models import Max

from jobs.models import Run
from matching.models import Snapshot
from matching.services import retire_snapshot
from matching.vocabulary import KINDS
from registration.models import Phase


def purge_extracts() -> int:
    """Delete the rows of extracts that only closed phases have used; verdicts and evidence stay. Returns their number.

    Harmless to repeat: what is left over by a crash is found the next time.
    """
    closed = Phase.objects.filter(closed_at__isnull=False).values_list("pk", flat=True)
    runs = Run.objects.filter(kind__in=KINDS.values(), params__has_key="snapshot")
    used = set(runs.filter(scope_id__in=list(closed)).values_list("params__snapshot", flat=True)) | _superseded()
    needed = set(runs.exclude(scope_id__in=list(closed)).values_list("params__snapshot", flat=True))
    snapshots = list(Snapshot.objects.ready().filter(pk__in=used - needed))
    for snapshot in snapshots:
        retire_snapshot(snapshot=snapshot, by=None)
    return len(snapshots)


def _superseded() -> set[int]:
    """Extracts that were ready before the last closing, while no phase is on: nobody will use them any more."""
    if Phase.objects.filter(closed_at__isnull=True).exists():
        return set()
    last = Phase.objects.aggregate(last=Max("closed_at"))["last"]
    return set(Snapshot.objects.ready().filter(ready_at__lt=last).values_list("pk", flat=True)) if last else set()
