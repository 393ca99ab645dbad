"""Comparing a phase with a register: which extract, which run, who signed it off, and where it stands."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import Actor, record
from jobs.models import Run
from jobs.services import sign_off_run, start_run
from matching.models import AssetRecord, PopulationRecord, Snapshot, SnapshotState
from matching.snapshots.retiring import who_needs
from matching.snapshots.tables import drop_partition
from matching.sources.configured import NotConfigured, service_for
from matching.vocabulary import KINDS, Source, SourceKind
from registration.models import Phase

NAME_THRESHOLD = 90  # of 100; the population register's own service takes 80 to 100


class MatchingNotPossible(Exception):
    """Why no matching can be started, in a sentence for people."""


@dataclass(frozen=True)
class MatchingStanding:
    """Where the newest run of a source is. `is_done` with `open_poison` means: some rows still want a person."""

    run: Run | None
    is_done: bool
    is_signed_off: bool
    open_poison: int


def kind_of(source: str) -> str:
    """The kind of run that consults a source."""
    return KINDS[Source(source)]


@transaction.atomic
def start_matching(
    *,
    phase: Phase,
    source: str,
    snapshot: Snapshot | None = None,
    source_kind: str = SourceKind.SNAPSHOT,
    by: Actor | None,
    is_dry: bool = False,
) -> Run:
    """Start comparing all active members of a phase with a source: a named extract, or the newest ready one. People
    may also be asked about over the network (`source_kind`; the population register only).

    Nobody relies on the verdicts of a dry run: they are there to be looked at and compared with other runs.

    Raises MatchingNotPossible if there is no extract under the phase's index key or the register is not configured,
    and jobs.services.RunNotAllowed while a run of this source is under way.
    """
    kind = SourceKind(source_kind)
    about = _extract(phase, source, snapshot) if kind == SourceKind.SNAPSHOT else _register(source, kind, snapshot)
    threshold = int(getattr(settings, "DTKS_NAME_THRESHOLD", NAME_THRESHOLD))
    params = {**about, "source_kind": kind.value, "name_threshold": threshold}
    return start_run(kind=kind_of(source), scope_id=phase.pk, params=params, by=by, is_dry=is_dry)


def _extract(phase: Phase, source: str, snapshot: Snapshot | None) -> dict[str, Any]:
    """What a run over an extract has to know; the extract stays locked until the run is written down."""
    chosen = snapshot or Snapshot.objects.newest_for(source, phase.index_key_id)
    if chosen is None:
        raise MatchingNotPossible(
            _("No extract of “%(source)s” has been loaded for this phase. Load one with import_extract first.")
            % {"source": Source(source).label}
        )
    chosen = Snapshot.objects.select_for_update().get(pk=chosen.pk)  # it may be retired just now
    if chosen.source != source or chosen.state != SnapshotState.READY:
        raise MatchingNotPossible(_("This extract is not ready, or it is of another source."))
    if chosen.index_key_id != phase.index_key_id:
        raise MatchingNotPossible(_("This extract was loaded under another index key. Load it again for this phase."))
    return {
        "snapshot": chosen.pk,
        "snapshot_sha256": chosen.sha256,
        "as_of": chosen.as_of.isoformat(),
        "shard_rows": int(getattr(settings, "DTKS_SHARD_ROWS", 125_000)),
    }


def _register(source: str, kind: SourceKind, snapshot: Snapshot | None) -> dict[str, Any]:
    """What a run has to know that asks a register over the network. `as_of` is the day of the first questions."""
    if source != Source.POPULATION or snapshot is not None:
        raise MatchingNotPossible(_("Only the population register can be asked over the network."))
    try:
        service_for(kind)
    except NotConfigured as error:
        raise MatchingNotPossible(
            _("The register cannot be asked (%(reason)s). Complete the settings first.") % {"reason": error}
        ) from None
    return {
        "snapshot": None,
        "as_of": timezone.localdate().isoformat(),
        "shard_rows": int(getattr(settings, "DTKS_REGISTER_SHARD_ROWS", 50)),
    }


def sign_off(*, run: Run, by: Actor) -> Run:
    """A named person takes responsibility for a finished matching run. Raises jobs.services.RunNotAllowed."""
    return sign_off_run(run=run, by=by)


def standing_of(phase: Phase, source: str) -> MatchingStanding:
    """The newest run of a source that counts for a phase, and whether it is done, signed off, and free of open rows."""
    run = Run.objects.latest_for(kind_of(source), phase.pk)
    if run is None:
        return MatchingStanding(run=None, is_done=False, is_signed_off=False, open_poison=0)
    return MatchingStanding(run=run, is_done=run.is_done, is_signed_off=run.is_signed_off, open_poison=run.open_poison)


@transaction.atomic
def retire_snapshot(*, snapshot: Snapshot, by: Actor | None) -> Snapshot:
    """Delete the rows of an extract that is not needed any more; what was found in it stays as evidence."""
    locked = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    if locked.state != SnapshotState.READY:
        raise MatchingNotPossible(_("Only an extract that is ready can be retired."))
    if reason := who_needs(locked):
        raise MatchingNotPossible(reason)
    locked.state = SnapshotState.RETIRED
    locked.save(update_fields=["state"])
    drop_partition(locked.pk)
    for model in (PopulationRecord, AssetRecord):  # an extract from before there were partitions
        model.objects.filter(snapshot=locked)._raw_delete(using="default")
    record(by=by, verb="matching.snapshot_retired", subject=locked, data={"rows": locked.row_count})
    return locked
