"""Going back: one person asks, another one signs, and what the later stages did is undone as far as it must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from audit.services import record
from registration.models import Family, Outcome, Phase
from registration.stage import Stage
from stages import conflict_run, phase_row
from stages.effects import tell_staff
from stages.entries import enter, held_for
from stages.errors import NotAllowed, Reason, Refused, Stale
from stages.models import (
    Conflict,
    DecisionKind,
    EntryKind,
    ExportPackage,
    Muskel,
    ReopenRequest,
    StageEntry,
    TargetList,
    TargetState,
)
from stages.outcomes import Ruling, decide
from stages.permissions import may_steer, require_second_person

if TYPE_CHECKING:
    from accounts.models import User

AFTER_DST = (
    Outcome.IN_DST,
    Outcome.NOT_PROPOSED,
    Outcome.SENT,
    Outcome.RETURNED,
    Outcome.DETERMINED,
    Outcome.NOT_DETERMINED,
)
AFTER_HAND_OFF = (Outcome.SENT, Outcome.RETURNED, Outcome.DETERMINED, Outcome.NOT_DETERMINED)


@transaction.atomic
def request_reopen(
    *, phase: Phase, by: User, expected: Stage, to_stage: Stage, reason: str, kelurahan: Sequence[str] = ()
) -> ReopenRequest:
    """Ask to go back to an earlier stage, or, in the muskel stage, to unlock meetings.

    `kelurahan` names the meetings to unlock (none: all) when the way leads to the muskel stage. Raises Refused when the
    way does not lead back or a request is waiting already.
    """
    locked = held_for(phase, by, expected, reason)
    phase_row.require_running(locked)
    unlocking = locked.stage == to_stage == Stage.MUSKEL
    if to_stage > locked.stage or (to_stage == locked.stage and not unlocking):
        raise Refused([Reason("not_back", _("Choose an earlier stage."))])
    if ReopenRequest.objects.filter(phase=locked, settled_at__isnull=True).exists():
        raise Refused([Reason("already_asked", _("A request to go back is waiting already."))])
    request = ReopenRequest.objects.create(
        phase=locked,
        from_stage=locked.stage,
        to_stage=to_stage,
        kelurahan=sorted(set(kelurahan)) if to_stage == Stage.MUSKEL else [],
        reason=reason.strip(),
        requested_by=by,
    )
    record(by=by, verb="stages.request_reopen", subject=locked, data={"to": int(to_stage), "request": str(request.pk)})
    return request


@transaction.atomic
def reopen(*, request: ReopenRequest, by: User) -> StageEntry:
    """Sign a request as the second person: the phase goes back. Raises SamePerson, Stale or Refused."""
    locked = phase_row.lock_phase(request.phase_id)
    held = _open_request(request, by)
    refuse_same_person(held, by)
    if locked.stage != held.from_stage:
        raise Stale
    phase_row.require_running(locked)
    _settle(held, by, confirmed=True)
    entry = enter(
        locked,
        kind=EntryKind.REOPEN,
        to_stage=Stage(held.to_stage),
        by=held.requested_by,
        second_by=by,
        note=held.reason,
        data={"kelurahan": held.kelurahan} if held.kelurahan else {},
    )
    _undo(locked, Stage(held.to_stage), held.kelurahan, by=by)
    tell_staff(entry)
    return entry


@transaction.atomic
def decline_reopen(*, request: ReopenRequest, by: User) -> None:
    """Refuse a request, or take back one's own."""
    phase_row.lock_phase(request.phase_id)
    held = _open_request(request, by)
    _settle(held, by, confirmed=False)
    record(by=by, verb="stages.decline_reopen", subject=held.phase, data={"request": str(held.pk)})


def refuse_same_person(request: ReopenRequest, by: User) -> None:
    require_second_person(request.requested_by_id, by)


def _open_request(request: ReopenRequest, by: User) -> ReopenRequest:
    if not may_steer(by):
        raise NotAllowed
    held = ReopenRequest.objects.select_for_update(of=("self",)).select_related("phase").get(pk=request.pk)
    if not held.is_open:
        raise Stale
    return held


def _settle(held: ReopenRequest, by: User, *, confirmed: bool) -> None:
    held.settled_by, held.settled_at, held.confirmed = by, phase_row.database_now(), confirmed
    held.save(update_fields=["settled_by", "settled_at", "confirmed"])


def _undo(phase: Phase, to_stage: Stage, kelurahan: Sequence[str], *, by: User) -> None:
    if to_stage <= Stage.INPUT_SIKSNG:
        now = phase_row.database_now()
        ExportPackage.objects.filter(phase=phase, withdrawn_at__isnull=True).update(withdrawn_at=now)
    if to_stage == Stage.INPUT_SIKSNG:  # further back there is no DST any more that a family could be told it is in
        _rewind(phase, Outcome.IN_DST, from_outcomes=AFTER_HAND_OFF, by=by)
    if to_stage <= Stage.PENETAPAN_DST:
        TargetList.objects.filter(phase=phase).exclude(state=TargetState.DISCARDED).update(state=TargetState.DISCARDED)
        _rewind(phase, Outcome.PROCESSING, from_outcomes=AFTER_DST, by=by)
    if to_stage <= Stage.MUSKEL:
        Conflict.objects.filter(phase=phase).open().delete()
        meetings = Muskel.objects.filter(phase=phase, locked_at__isnull=False)
        if kelurahan:
            meetings = meetings.in_kelurahan(kelurahan)
        meetings.update(locked_at=None, locked_by=None, version=F("version") + 1)
    conflict_run.end_search(phase=phase, by=by)


def _rewind(phase: Phase, outcome: Outcome, *, from_outcomes: Sequence[Outcome], by: User) -> None:
    ids = Family.objects.filter(household__phase=phase, outcome__in=from_outcomes).values_list("pk", flat=True)
    rulings = (Ruling(pk, outcome, "reopened") for pk in list(ids))
    decide(rulings=rulings, kind=DecisionKind.REOPENING, by=by, source=f"phase:{phase.pk}")
