"""What this room knows about a run: the extract it reads, and where its results are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jobs.facts import Fact
from jobs.models import Run
from matching.models import Snapshot
from matching.sampling import sample_result
from matching.sources.standing import answers_since, facts_of_register, grouped, name_of
from matching.vocabulary import ASKED_KINDS, KINDS, SourceKind


def facts_of(run: Run) -> Iterable[Fact]:
    if run.kind not in KINDS.values():
        return
    kind = SourceKind(run.params.get("source_kind", SourceKind.SNAPSHOT))
    if kind in ASKED_KINDS:
        yield from _of_asking(run, kind)
    snapshot = Snapshot.objects.defer("problems", "found").filter(pk=run.params.get("snapshot", 0)).first()
    if snapshot is not None:
        words = f"{snapshot.get_source_display()}, {snapshot.get_state_display()}"
        yield Fact(_("Extract"), words, reverse("admin:matching_snapshot_change", args=[snapshot.pk]))
        yield Fact(_("As of"), date_format(snapshot.as_of))
        yield Fact(_("Rows of the extract"), grouped(snapshot.row_count))
    if run.is_done:
        address = reverse("admin:matching_personverdict_difference", args=[run.pk])
        check = reverse("admin:matching_sampledverdict_sample", args=[run.pk])
        yield Fact(_("Quality check"), sample_result(run).words, check)
        yield Fact(_("Results"), _("Difference from an earlier run"), address)


def _of_asking(run: Run, kind: SourceKind) -> Iterable[Fact]:
    """While a run is under way, how its register stands; later, only which one it was."""
    if run.is_under_way:
        yield from facts_of_register(kind)
        yield Fact(_("Answers since the start"), grouped(answers_since(kind, run.created_at)))
    else:
        yield Fact(_("Register"), name_of(kind))
    yield Fact(_("Asked since"), date_format(date.fromisoformat(run.params["as_of"])))
