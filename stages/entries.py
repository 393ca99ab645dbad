"""Writing down an act on a phase: the entry, the stage it leads to and the audit row, under one lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from audit.services import record
from registration.models import Phase
from registration.stage import Stage
from stages import phase_row
from stages.errors import NotAllowed, Reason, Refused
from stages.models import EntryKind, StageEntry
from stages.permissions import may_steer

if TYPE_CHECKING:
    from accounts.models import User


def held_for(phase: Phase, by: User, expected: Stage, note: str) -> Phase:
    """The locked phase, after the checks every order shares."""
    locked = phase_row.lock_phase(phase.pk)
    phase_row.refuse_stale(locked, expected)
    if not may_steer(by):
        raise NotAllowed
    if locked.closed_at is not None:
        raise NotAllowed("closed", _("This phase is closed."))
    if not note.strip():
        raise Refused([Reason("no_reason", _("Write down the reason."))])
    return locked


def enter(
    locked: Phase,
    *,
    kind: EntryKind,
    to_stage: Stage,
    by: User,
    note: str = "",
    second_by: User | None = None,
    data: dict[str, Any] | None = None,
) -> StageEntry:
    """Write the entry, the stage it leads to and the audit row. The caller holds the phase row."""
    from_stage = Stage(locked.stage)
    last = StageEntry.objects.filter(phase=locked).order_by("-number").values_list("number", flat=True).first()
    entry = StageEntry.objects.create(
        phase=locked,
        number=(last or 0) + 1,
        kind=kind,
        from_stage=from_stage,
        to_stage=to_stage,
        by=by,
        second_by=second_by,
        note=note.strip(),
        data=data or {},
    )
    if kind in (EntryKind.ADVANCE, EntryKind.REOPEN, EntryKind.CLOSE):
        locked.stage = to_stage
        locked.stage_changed_at = phase_row.database_now()
        locked.save(update_fields=["stage", "stage_changed_at"])
    details: dict[str, Any] = {"entry": entry.number, "from": int(from_stage), "to": int(to_stage)}
    if second_by is not None:
        details["second"] = str(second_by.pk)
    record(by=by, verb=f"stages.{kind.value}", subject=locked, data=details)
    return entry
