"""Where meeting and evidence disagree: the list of one household or many, and a named person's decision about each.

The whole list comes from a run (`stages.conflict_run`); a decided objection brings it up to date for its household.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.services import record
from jobs.models import Run
from registration.models import Household, Phase
from registration.stage import Stage
from stages import phase_row
from stages.cases import cases_of, comparison_of
from stages.errors import NotAllowed, Reason, Refused
from stages.families import standing_families
from stages.flagging import flagged_families
from stages.judgement import Case, conflict_of
from stages.models import Conflict, Resolution
from stages.permissions import may_steer

if TYPE_CHECKING:
    from accounts.models import User
    from grievances.models import Objection

KIND: Final = "stages.conflicts"
CONFLICT_STAGES = (Stage.PENGOLAHAN_3, Stage.PENETAPAN_DST)


@dataclass(frozen=True)
class Basis:
    """What one list is judged by from its first family to its last, besides what is known about each family: the
    comparison with Dukcapil that counted, and the flags that were set, when its run was started."""

    compared: UUID | None
    flagged_until: datetime | None


def newest_run(phase: Phase) -> Run | None:
    """The run that the list of conflicts comes from, whatever its state."""
    return Run.objects.latest_for(KIND, phase.pk)


def basis_of(run: Run) -> Basis:
    compared: str | None = run.params["compared"]
    return Basis(UUID(compared) if compared else None, run.created_at)


@transaction.atomic
def refresh_conflicts_of(*, household: Household, phase: Phase) -> None:
    """Bring the list up to date for a household whose findings count differently from now on. The caller holds the
    phase. Outside stages 8 and 9: nothing.

    It judges as the run of the list does, and both hold the household meanwhile: whoever is second sees what the
    first has written.
    """
    if phase.stage not in CONFLICT_STAGES:
        return
    held = hold_households(Household.objects.filter(pk=household.pk))
    run = newest_run(phase)  # looked up once the household is held: a newer one may just have been here
    list_conflicts_of(held, phase, basis_of(run) if run else Basis(comparison_of(phase), None))


def refresh_after_objection(objection: Objection, phase: Phase) -> None:
    """A point that no longer counts may end a conflict, or begin one: the meeting had found it right."""
    refresh_conflicts_of(household=objection.household, phase=phase)


def hold_households(households: QuerySet[Household]) -> list[UUID]:
    """Hold these households until the end of the transaction, in the order of their keys, which are returned."""
    return list(households.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def list_conflicts_of(held: list[UUID], phase: Phase, basis: Basis) -> None:
    """Write the conflicts of these households, which the caller holds, as their facts are now.

    A conflict whose cause is gone disappears if nobody has decided it; a decided one opens again when the meeting's
    result or the exclusions behind it have changed.
    """
    families = list(standing_families(phase).filter(household__in=held))
    flagged = flagged_families(phase, households=held, until=basis.flagged_until)
    cases = cases_of(families, phase, flagged=flagged, compared=basis.compared, all_conflicts=True)
    wanted = {pk: case for pk, case in cases.items() if case.result and conflict_of(case)}
    rows = Conflict.objects.filter(phase=phase, family__household__in=held).order_by("pk")
    there = {row.family_id: row for row in rows.select_for_update(of=("self",))}  # nobody decides one meanwhile
    _write(phase, wanted, there)
    gone = [row.pk for pk, row in there.items() if row.is_open and pk not in wanted]
    Conflict.objects.filter(pk__in=gone).delete()


def _write(phase: Phase, wanted: Mapping[UUID, Case], there: Mapping[UUID, Conflict]) -> None:
    fresh, changed = [], []
    for pk, case in wanted.items():
        kind = conflict_of(case)
        facts = {"kind": kind, "rule_keys": list(case.exclusions), "muskel_result": case.result}
        row = there.get(pk)
        if row is None:
            fresh.append(Conflict(phase=phase, family_id=pk, **facts))
        elif any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            row.resolution, row.reason, row.decided_by, row.decided_at = "", "", None, None
            changed.append(row)
    Conflict.objects.bulk_create(fresh)
    Conflict.objects.bulk_update(
        changed,
        ["kind", "rule_keys", "muskel_result", "resolution", "reason", "decided_by", "decided_at"],
        batch_size=500,
    )


@transaction.atomic
def resolve_conflict(*, conflict: Conflict, resolution: Resolution, reason: str, by: User) -> Conflict:
    """A named person decides about one family, with the reason it will read. Raises Refused when that is too late."""
    phase = phase_row.share_phase(conflict.phase_id)
    if not may_steer(by):
        raise NotAllowed
    phase_row.require_stage(phase, *CONFLICT_STAGES)
    if not reason.strip():
        raise Refused([Reason("no_reason", _("Write down the reason; the family will read it."))])
    rows = Conflict.objects.select_for_update(of=("self",)).select_related("family__household")
    held = rows.filter(pk=conflict.pk).first()
    if held is None:
        raise Refused([Reason("conflict_gone", _("This is no conflict any more: its cause is gone."))])
    if not held.is_open:
        raise Refused([Reason("already_decided", _("Somebody has decided this in the meantime."))])
    held.resolution, held.reason = resolution, reason.strip()
    held.decided_by, held.decided_at = by, phase_row.database_now()
    held.save()
    record(
        by=by,
        verb="stages.resolve_conflict",
        subject=held,
        area_code=held.family.household.kelurahan_id,
        data={"resolution": resolution, "kind": held.kind, "family": str(held.family_id)},
    )
    return held
