"""Where meeting and evidence disagree: finding the families, and a named person's decision about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.services import record
from registration.models import Household, Phase
from registration.stage import Stage
from stages import phase_row
from stages.cases import cases_of
from stages.errors import NotAllowed, Reason, Refused
from stages.families import standing_families, standing_families_in_chunks
from stages.flagging import flagged_families
from stages.judgement import Case, conflict_of
from stages.models import Conflict, Resolution
from stages.permissions import may_steer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from accounts.models import User
    from grievances.models import Objection
    from registration.models import Family

CONFLICT_STAGES = (Stage.PENGOLAHAN_3, Stage.PENETAPAN_DST)


@transaction.atomic
def find_conflicts(*, phase: Phase, by: User) -> int:
    """Bring the list of conflicts up to date with meetings and findings; returns how many are open.

    A conflict whose cause is gone disappears if nobody has decided it; a decided one opens again when the meeting's
    result or the exclusions behind it have changed.
    """
    flagged = flagged_families(phase)
    seen: set[UUID] = set()
    for families in standing_families_in_chunks(phase):
        seen.update(_bring_up_to_date(phase, families, flagged))
    Conflict.objects.filter(phase=phase).open().exclude(family__in=seen).delete()
    open_ones = Conflict.objects.filter(phase=phase).open().count()
    record(by=by, verb="stages.find_conflicts", subject=phase, data={"open": open_ones})
    return open_ones


@transaction.atomic
def refresh_conflicts_of(*, household: Household, phase: Phase) -> None:
    """The same for one household, whose findings count differently from now on. Outside stages 8 and 9: nothing."""
    if phase.stage not in CONFLICT_STAGES:
        return
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)  # one refresh of a household at a time
    families = list(standing_families(phase).filter(household=household).select_related("household"))
    wanted = _bring_up_to_date(phase, families, flagged_families(phase))
    Conflict.objects.filter(phase=phase, family__household=household).open().exclude(family__in=wanted).delete()


def refresh_after_objection(objection: Objection, phase: Phase) -> None:
    """A point that no longer counts may end a conflict, or begin one: the meeting had found it right."""
    refresh_conflicts_of(household=objection.household, phase=phase)


def _bring_up_to_date(phase: Phase, families: Sequence[Family], flagged: Iterable[UUID]) -> set[UUID]:
    """Write the conflicts of these families; which of them have one."""
    cases = cases_of(families, phase, flagged=flagged, all_conflicts=True)
    wanted = {pk: case for pk, case in cases.items() if case.result and conflict_of(case)}
    _write(phase, wanted)
    return set(wanted)


def _write(phase: Phase, wanted: dict[UUID, Case]) -> None:
    there = {row.family_id: row for row in Conflict.objects.filter(phase=phase, family__in=wanted)}
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
    Conflict.objects.bulk_create(fresh, ignore_conflicts=True)  # who refreshes at the same time writes the same
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
    held = Conflict.objects.select_for_update(of=("self",)).select_related("family__household").get(pk=conflict.pk)
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
