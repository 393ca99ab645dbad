"""After a phase is closed: the register extracts it was compared with are not needed any more."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.retention import RetentionClass, batches, retention_table
from jobs.models import Run
from jobs.services import RunNotAllowed, abort_run
from matching.models import AssetRecord, PopulationRecord, Snapshot
from matching.services import MatchingNotPossible, retire_snapshot
from matching.vocabulary import KINDS, Source
from registration.models import Phase

log = logging.getLogger(__name__)

TABLES = {Source.POPULATION: PopulationRecord._meta.db_table, Source.ASSETS: AssetRecord._meta.db_table}


def purge_extracts() -> int:
    """Delete the rows of extracts that only closed phases have used; verdicts and evidence stay. Returns their number.

    Harmless to repeat: what is left over by a crash is found the next time. One that cannot go now keeps no other.
    """
    one = next(line for line in retention_table() if line.key == EXTRACTS.key)
    return sum(batch.subjects for batch in batches(one, run_id=uuid4(), size=1, destroy=True))


def used_by_closed_phases(before: datetime) -> QuerySet[Snapshot]:
    """Ready extracts that only phases closed before a moment have used, or that nobody will use any more."""
    closed = list(Phase.objects.filter(closed_at__lte=before).values_list("pk", flat=True))
    runs = Run.objects.filter(kind__in=KINDS.values(), params__has_key="snapshot")
    used = set(runs.filter(scope_id__in=closed).values_list("params__snapshot", flat=True)) | _superseded(before)
    needed = set(runs.exclude(scope_id__in=closed).values_list("params__snapshot", flat=True))
    return Snapshot.objects.ready().filter(pk__in=used - needed)


def _superseded(before: datetime) -> set[int]:
    """Extracts that were ready before the last closing, while no phase is on: nobody will use them any more."""
    if Phase.objects.filter(closed_at__isnull=True).exists():
        return set()
    last = Phase.objects.filter(closed_at__lte=before).aggregate(last=Max("closed_at"))["last"]
    return set(Snapshot.objects.ready().filter(ready_at__lt=last).values_list("pk", flat=True)) if last else set()


def drop_extracts(ids: Iterable[Any], destroy: bool) -> tuple[int, Counter[str]]:
    """Retire these extracts, after stopping runs of closed phases over them; returns how many went and their rows."""
    counts: Counter[str] = Counter()
    gone = 0
    for snapshot in Snapshot.objects.filter(pk__in=list(ids)).order_by("pk"):
        if destroy and not _retired(snapshot):
            continue
        gone += 1
        counts[TABLES[Source(snapshot.source)]] += snapshot.row_count
    return gone, counts


def _retired(snapshot: Snapshot) -> bool:
    """Whether an extract could be retired. A paused or forgotten run of a closed phase has nothing to go on for."""
    try:
        over_it = Run.objects.under_way().filter(kind__in=KINDS.values(), params__snapshot=snapshot.pk)
        closed = Phase.objects.filter(closed_at__isnull=False).values_list("pk", flat=True)
        for run in over_it.filter(scope_id__in=list(closed)):
            abort_run(run=run, by=None)
        retire_snapshot(snapshot=snapshot, by=None)
    except (MatchingNotPossible, RunNotAllowed) as why:
        log.warning("Extract %s of closed phases stays for now: %s", snapshot.pk, why)
        return False
    return True


EXTRACTS = RetentionClass(
    key="register_extracts",
    title=_("People, vehicles and land of register extracts; the verdicts stay"),
    clock=_("the closing of the phase"),
    days=0,
    basis="UU 27/2022 pasal 42-44",
    subjects=used_by_closed_phases,
    by_hand=drop_extracts,
)
