"""Which extracts are not needed any more, and why the others are."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.models import Run
from matching.models import Snapshot, SnapshotState
from matching.vocabulary import KINDS
from registration.models import Phase

REFUSED_DAYS = 30  # how long the report of a refused file is kept


def who_needs(snapshot: Snapshot) -> str:
    """Why this extract must stay, as a sentence; "" when nobody needs it.

    A run that is stopped, failed or not signed off may still be resumed or doubted, as long as its phase is open and no
    later run has taken its place.
    """
    runs = Run.objects.filter(kind__in=KINDS.values(), params__snapshot=snapshot.pk)
    if runs.under_way().exists():
        return _("A run is working with this extract. Wait for it, or stop it first.")
    open_phases = Phase.objects.filter(closed_at__isnull=True).values_list("pk", flat=True)
    for run in runs.filter(scope_id__in=list(open_phases), signed_off_at__isnull=True):
        latest = Run.objects.latest_for(run.kind, run.scope_id)
        if latest is not None and latest.pk == run.pk:
            return _("A run over this extract has not been signed off yet.")
    return ""


def why_not_on(run: Run) -> str:
    """Why a matching run must not go on: without the rows of its extract nobody would be found. Holds the extract."""
    if run.kind not in KINDS.values() or run.params.get("snapshot") is None:  # a register over the network stays
        return ""
    snapshot = Snapshot.objects.select_for_update().filter(pk=run.params["snapshot"]).first()
    if snapshot is not None and snapshot.state == SnapshotState.READY:
        return ""
    return _("The extract this run reads has been deleted. Start a new run over another one.")


def superseded() -> list[Snapshot]:
    """Ready extracts that a newer one of the same source and key has replaced and that nobody needs."""
    ready = list(Snapshot.objects.ready().order_by("pk"))
    newest = {Snapshot.objects.newest_for(one.source, one.index_key_id) for one in ready}
    return [one for one in ready if one not in newest and not who_needs(one)]


def forget_refused() -> int:
    """Remove the entries of refused files whose report has been kept long enough."""
    before = timezone.now() - timedelta(days=REFUSED_DAYS)
    return Snapshot.objects.filter(state=SnapshotState.REFUSED, created_at__lt=before).delete()[0]
