"""What the stages know about runs: who may sign one, and until when a signature may be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jobs.facts import Fact
from registration.models import Phase
from registration.stage import Stage
from stages.errors import SamePerson
from stages.permissions import require_second_person
from stages.phase_row import share_phase

if TYPE_CHECKING:
    from jobs.models import Run

# Each kind of run that somebody signs, and the stage that is left by relying on it. (Conflicts: nobody.)
NEEDED_IN: dict[str, Stage] = {
    "assessment.cleaning": Stage.PENGOLAHAN_1,
    "matching.population": Stage.PEMADANAN_DUKCAPIL,
    "matching.assets": Stage.PEMADANAN_BAPENDA,
    "assessment.assessment": Stage.PENGOLAHAN_2,
}


def why_not_by(run: Run, by: Any) -> str:
    """Why this person may not sign a run somebody else has started: neither may have made the other an admin."""
    if run.kind not in NEEDED_IN or run.started_by_id is None:
        return ""
    try:
        require_second_person(run.started_by_id, by)
    except SamePerson as same:
        return str(same.reasons[0])
    return ""


def why_not_withdrawn(run: Run) -> str:
    """Why a signature has to stay: its phase has left the stage that relies on it. Holds the phase in its stage."""
    stage = NEEDED_IN.get(run.kind)
    if stage is None or not Phase.objects.filter(pk=run.scope_id).exists():
        return ""
    phase = share_phase(run.scope_id)
    if phase.closed_at is None and phase.stage <= stage:
        return ""
    return _("The phase has left the stage “%(stage)s”, which relies on this run. The phase has to go back first.") % {
        "stage": stage.label
    }


def phase_of(run: Run) -> Iterable[Fact]:
    """The phase, for the page of a run."""
    phase = Phase.objects.filter(pk=run.scope_id).only("name").first()
    if phase is not None:
        yield Fact(_("Phase"), phase.name, reverse("admin:stages_control", args=[phase.pk]))
