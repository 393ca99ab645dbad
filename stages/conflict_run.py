"""The run that lists where meetings and evidence disagree, household by household.

It is started by the move into stage 8 and by the button that refreshes the list. Nobody signs it off: its result is a
list of which a person decides every line.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from assessment.ranges import households_in, in_range, over_households
from jobs.engine import NotNow
from jobs.facts import Fact
from jobs.models import Run, Shard
from jobs.services import RunNotAllowed, abort_run, start_run
from registration.errors import Busy as PhaseBusy
from registration.models import Household, Phase
from registration.phase_lock import share_phase
from stages import phase_row
from stages.cases import comparison_of
from stages.conflicts import CONFLICT_STAGES, KIND, basis_of, hold_households, list_conflicts_of, newest_run
from stages.errors import Busy
from stages.guards import is_outdated
from stages.models import Conflict

if TYPE_CHECKING:
    from accounts.models import User

ALREADY_LOOKING = gettext_lazy(
    "Conflicts are being looked for already. Wait until that run has finished; if somebody has paused it, let it go on."
)
PHASE_MOVES = gettext_noop("The phase is being moved at this moment.")


def list_conflicts(run: Run, shard: Shard) -> int:
    """Bring one range of households up to date; returns the number of registered ones.

    The phase is held in its stage meanwhile: whoever moves it finds all or nothing of a range.
    """
    try:
        phase = share_phase(run.scope_id)
    except PhaseBusy:
        raise NotNow(PHASE_MOVES) from None
    everybody = in_range(Household.objects.filter(phase=phase), shard)  # whoever has withdrawn has no conflict any more
    list_conflicts_of(hold_households(everybody), phase, basis_of(run))
    return households_in(run, shard).count()


@transaction.atomic
def look_for_conflicts(*, phase: Phase, by: User | None) -> Run:
    """Start bringing the list of conflicts of a phase up to date. Raises RunNotAllowed while that is under way."""
    compared = comparison_of(phase)
    params = {"compared": str(compared) if compared else None}
    try:
        return start_run(kind=KIND, scope_id=phase.pk, params=params, by=by)
    except RunNotAllowed:
        raise RunNotAllowed(str(ALREADY_LOOKING)) from None


def end_search(*, phase: Phase, by: User) -> None:
    """Stop a run that has not ended, because the phase, which the caller holds, goes back. Raises Busy."""
    run = newest_run(phase)
    if run is None or not run.is_under_way:
        return
    try:
        with suppress(RunNotAllowed):  # a worker has just ended it
            abort_run(run=run, by=by)
    except OperationalError as error:
        raise Busy from error


def why_not_go_on(run: Run) -> str:
    """Why a run that has ended stays as it is, or "": the list is that of the newest run, in the stages that need it.

    Holds the phase in its stage, without waiting: whoever moves it may be waiting for the run.
    """
    if run.kind != KIND:
        return ""
    phase = phase_row.share_phase_if_free(run.scope_id)
    if phase is None:
        return _(PHASE_MOVES)
    newest = newest_run(phase)
    if phase.stage not in CONFLICT_STAGES or run != newest or is_outdated(run, phase):
        return _("The phase has gone on since this run was started. Refresh the list of conflicts instead.")
    return ""


def open_conflicts(run: Run) -> Iterable[Fact]:
    """How many of the list wait for a person, for the page of the run."""
    if run.kind == KIND:
        count = Conflict.objects.filter(phase=run.scope_id, family__household__withdrawn_at__isnull=True).open().count()
        yield Fact(_("Open conflicts"), str(count), reverse("admin:stages_conflicts", args=[run.scope_id]))


def why_not_signed(run: Run) -> str:
    """Nobody has to sign what people decide line by line."""
    return _("Nobody signs this run off: a person decides each conflict it has listed.") if run.kind == KIND else ""


HANDLER: Final = over_households(
    kind=KIND, work=list_conflicts, title=gettext_lazy("Search for conflicts between meetings and evidence")
)
