"""The eleven stages as one table: from where to where, who may, what must be in order, what happens then.

Only forward, one step at a time. Guards look and never change; each returns the reasons why not. Effects run in the
transaction of the move. `None` as the last destination closes the phase.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Phase
from registration.stage import Stage
from stages import effects, guards
from stages.errors import Reason
from stages.permissions import may_steer

if TYPE_CHECKING:
    from accounts.models import User
    from stages.models import StageEntry

S = Stage
Guard = Callable[[Phase], Sequence[Reason]]
Effect = Callable[["StageEntry"], None]


@dataclass(frozen=True)
class Move:
    """One row of the table. `task` says in words what has to be done in the stage that is left."""

    leaves: Stage
    enters: Stage | None
    who: Callable[[User], bool]
    guards: tuple[Guard, ...]
    effects: tuple[Effect, ...]
    task: Promise

    def hindrances(self, phase: Phase) -> list[Reason]:
        """Why this phase may not leave its stage yet; empty when it may."""
        return [reason for guard in self.guards for reason in guard(phase)]


tell = effects.tell_staff
MOVES = (
    # leaves, enters, who, guards, effects, task
    Move(
        S.SOSIALISASI, S.PENDAFTARAN, may_steer,
        (guards.dates_complete, guards.rules_complete, guards.areas_loaded, guards.documents_listed),
        (tell,),
        _("Complete dates, rules, areas and the list of documents, and make the phase known."),
    ),
    Move(
        S.PENDAFTARAN, S.PENGOLAHAN_1, may_steer,
        (guards.window_closed,),  # that no submission is in flight is proved by the row lock of the move itself
        (tell,),
        _("Families register until the window closes."),
    ),
    Move(
        S.PENGOLAHAN_1, S.PEMADANAN_DUKCAPIL, may_steer,
        (guards.cleaning_done, guards.issues_settled),
        (effects.flag_families, tell),
        _("Run the cleaning, then resolve or flag everything it lists."),
    ),
    Move(
        S.PEMADANAN_DUKCAPIL, S.PEMADANAN_BAPENDA, may_steer,
        (guards.population_matched,),
        (tell,),
        _("Compare every person with the population register, look at the result and sign it off."),
    ),
    Move(
        S.PEMADANAN_BAPENDA, S.PENGOLAHAN_2, may_steer,
        (guards.assets_matched,),
        (tell,),
        _("Compare every family with the revenue agency's vehicles and land, look at the result and sign it off."),
    ),
    Move(
        S.PENGOLAHAN_2, S.MUSKEL, may_steer,
        (
            guards.assessment_done, guards.findings_told, guards.objections_answered,
            guards.family_objections_answered, guards.prelists_issued,
        ),
        (tell, effects.tell_officers),
        _("Apply the rules, tell the families, answer their objections, then issue the prelists."),
    ),
    Move(
        S.MUSKEL, S.PENGOLAHAN_3, may_steer,
        (guards.muskel_locked,),
        (effects.list_conflicts, tell),
        _("Every kelurahan holds its meeting and locks its berita acara, or its lurah signs an SPTJM."),
    ),
    Move(
        S.PENGOLAHAN_3, S.PENETAPAN_DST, may_steer,
        (
            guards.objections_answered, guards.family_objections_answered,
            guards.conflicts_listed, guards.conflicts_resolved,
        ),
        (tell,),
        _("A person decides wherever meeting and evidence do not agree."),
    ),
    Move(
        S.PENETAPAN_DST, S.INPUT_SIKSNG, may_steer,
        (
            guards.targets_confirmed, guards.family_objections_answered, guards.decisions_told,
            guards.conflict_search_over,
        ),
        (tell,),
        _("One person proposes the target list of each kota or kabupaten, another one confirms it."),
    ),
    Move(
        S.INPUT_SIKSNG, S.PENETAPAN_DTKS, may_steer,
        (guards.packages_issued, guards.rows_reconciled, guards.decisions_told),
        (tell,),
        _("Issue the files for SIKS-NG, enter them there, and import what comes back."),
    ),
    Move(
        S.PENETAPAN_DTKS, None, may_steer,
        (guards.determination_imported, guards.families_answered, guards.decisions_told),
        (effects.purge_extracts, tell),
        _("Import the ministry's list; then the phase is closed."),
    ),
)  # fmt: skip
MOVE_FROM = {move.leaves: move for move in MOVES}
