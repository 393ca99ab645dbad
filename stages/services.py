"""What people do to a phase. `Phase.stage` is written here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.services import record
from registration.models import Phase
from registration.questionnaire.versions import Edition
from registration.stage import Stage
from stages import phase_row
from stages.entries import enter, held_for
from stages.errors import Blocked, NotAllowed, Reason, Refused
from stages.models import EntryKind, PhasePlan, StageEntry
from stages.models.phase import DEFAULT_QUORUM
from stages.reopening import decline_reopen, reopen, request_reopen
from stages.workflow import MOVE_FROM

if TYPE_CHECKING:
    from accounts.models import User

__all__ = [
    "advance",
    "bring_forward",
    "create_phase",
    "decline_reopen",
    "extend",
    "hindrances",
    "reopen",
    "request_reopen",
    "resume",
    "suspend",
]


@transaction.atomic
def create_phase(
    *,
    by: User | None,
    slug: str,
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    rules_on: date,
    registry_name: str = "DTKS",
    documents: str = "",
    legal_basis: str = "",
    muskel_quorum: int | None = None,
    questionnaire: str = Edition.WHOLE,
) -> Phase:
    """Write a new phase, in stage 1, with its papers. `documents` holds one document per line."""
    phase = Phase.objects.create(
        slug=slug,
        name=name,
        registry_name=registry_name,
        opens_at=opens_at,
        closes_at=closes_at,
        rules_on=rules_on,
        questionnaire=questionnaire,
        stage=Stage.SOSIALISASI,
        stage_changed_at=phase_row.database_now(),
    )
    PhasePlan.objects.create(
        phase=phase,
        documents=documents,
        legal_basis=legal_basis,
        muskel_quorum=muskel_quorum or DEFAULT_QUORUM,
    )
    record(by=by, verb="stages.create_phase", subject=phase)
    return phase


@transaction.atomic
def advance(*, phase: Phase, by: User, expected: Stage, note: str = "") -> StageEntry:
    """Move the phase one step forward; out of the last stage, close it.

    `expected` is the stage the person saw when giving the order. Row lock, guards, entry, audit row and messages are
    one transaction. Raises NotAllowed, Stale, Blocked (with the reasons) or Busy; then nothing has changed.
    """
    locked = phase_row.lock_phase(phase.pk)
    phase_row.refuse_stale(locked, expected)
    phase_row.require_running(locked)
    move = MOVE_FROM[Stage(locked.stage)]
    if not move.who(by):
        raise NotAllowed
    if reasons := move.hindrances(locked):
        raise Blocked(reasons)
    closing = move.enters is None
    entry = enter(
        locked,
        kind=EntryKind.CLOSE if closing else EntryKind.ADVANCE,
        to_stage=move.leaves if move.enters is None else move.enters,
        by=by,
        note=note,
    )
    if closing:
        locked.closed_at = locked.stage_changed_at
        locked.save(update_fields=["closed_at"])
    for effect in move.effects:
        effect(entry)
    phase.refresh_from_db()
    return entry


@transaction.atomic
def suspend(*, phase: Phase, by: User, expected: Stage, note: str) -> StageEntry:
    """Hold the phase where it is: nobody registers, nothing moves. A reason is required."""
    locked = held_for(phase, by, expected, note)
    phase_row.require_running(locked)
    return _set_suspended(locked, phase, True, EntryKind.SUSPEND, by, note)


@transaction.atomic
def resume(*, phase: Phase, by: User, expected: Stage, note: str = "") -> StageEntry:
    """End a suspension."""
    locked = held_for(phase, by, expected, note or "-")
    if not locked.suspended:
        raise NotAllowed("not_suspended", _("This phase is not suspended."))
    return _set_suspended(locked, phase, False, EntryKind.RESUME, by, note)


@transaction.atomic
def extend(*, phase: Phase, by: User, expected: Stage, closes_at: datetime, note: str) -> StageEntry:
    """Let registration close later. Only in stages 1 and 2; a reason is required.

    Also after the window has closed, as long as the phase has not left stage 2. Raises Refused for an earlier time.
    """
    locked = held_for(phase, by, expected, note)
    phase_row.require_stage(locked, Stage.SOSIALISASI, Stage.PENDAFTARAN)
    if closes_at <= max(locked.closes_at, phase_row.database_now()):
        raise Refused(
            [Reason("not_later", _("The new closing time must be later than the old one, and in the future."))]
        )
    return _set_closing(locked, phase, closes_at, by, note)


@transaction.atomic
def bring_forward(
    *, phase: Phase, by: User, expected: Stage, closes_at: datetime | None = None, note: str
) -> StageEntry:
    """Let registration close earlier: at a given time still to come, or (None) at once. A reason is required."""
    locked = held_for(phase, by, expected, note)
    phase_row.require_stage(locked, Stage.PENDAFTARAN)
    now = phase_row.database_now()
    moment = closes_at or now
    if not max(locked.opens_at, now) <= moment < locked.closes_at:
        raise Refused(
            [Reason("not_earlier", _("The new closing time must be earlier than the old one, and not in the past."))]
        )
    return _set_closing(locked, phase, moment, by, note)


def _set_suspended(locked: Phase, phase: Phase, suspended: bool, kind: EntryKind, by: User, note: str) -> StageEntry:
    locked.suspended = suspended
    locked.save(update_fields=["suspended"])
    entry = enter(locked, kind=kind, to_stage=Stage(locked.stage), by=by, note=note)
    phase.refresh_from_db()
    return entry


def _set_closing(locked: Phase, phase: Phase, closes_at: datetime, by: User, note: str) -> StageEntry:
    before, locked.closes_at = locked.closes_at, closes_at
    locked.save(update_fields=["closes_at"])
    data = {"from": before.isoformat(), "to": closes_at.isoformat()}
    entry = enter(locked, kind=EntryKind.EXTEND, to_stage=Stage(locked.stage), by=by, note=note, data=data)
    phase.refresh_from_db()
    return entry


def hindrances(phase: Phase) -> Sequence[Reason]:
    """Why the phase may not move on right now, for a page: suspension, closure or its stage's guards."""
    try:
        phase_row.require_running(phase)
    except Refused as refused:
        return refused.reasons
    return MOVE_FROM[Stage(phase.stage)].hindrances(phase)
