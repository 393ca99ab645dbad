"""The final target list of each kota or kabupaten: built from meetings and findings, signed by two people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from areas.models import Area
from audit.services import record
from registration.models import Member, Outcome, Phase
from registration.stage import Stage
from stages import phase_row
from stages.cases import cases_of, comparison_of
from stages.errors import NotAllowed, Reason, Refused, Stale
from stages.families import standing_families, standing_families_in_chunks
from stages.flagging import flagged_families
from stages.judgement import Judgement, Undecided, judge
from stages.models import DecisionKind, TargetEntry, TargetList, TargetState
from stages.outcomes import Ruling, decide
from stages.permissions import may_steer, require_second_person

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Draw:
    """What a list would hold now. `undecided` families keep it from being made."""

    judgements: dict[UUID, Judgement]
    undecided: int

    @property
    def included(self) -> list[UUID]:
        return [pk for pk, judgement in self.judgements.items() if judgement.included]

    @property
    def checksum(self) -> str:
        """SHA-256 over family, decision and reason, in the order of the families' keys."""
        digest = hashlib.sha256()
        for pk, one in sorted(self.judgements.items()):
            line = f"{pk}|{one.included:d}|{one.reason_code}|{one.reason_data}|{one.reason_text}\n"
            digest.update(line.encode())
        return digest.hexdigest()


def draw_up(phase: Phase, kota: Area) -> Draw:
    """The decision about every family of a kota or kabupaten as meetings, findings and resolutions stand now."""
    flagged, compared = flagged_families(phase), comparison_of(phase)
    judgements: dict[UUID, Judgement] = {}
    undecided = 0
    for families in standing_families_in_chunks(phase, kota_code=kota.code):
        for pk, case in cases_of(families, phase, flagged=flagged, compared=compared).items():
            try:
                judgements[pk] = judge(case)
            except Undecided:
                undecided += 1
    return Draw(judgements, undecided)


def kota_with_families(phase: Phase) -> QuerySet[Area]:
    """The kota and kabupaten in which families of this phase live."""
    codes = standing_families(phase).values_list("household__kelurahan", flat=True).distinct()
    return Area.objects.kota().filter(code__in={str(code)[:5] for code in codes})


@transaction.atomic
def propose_target_list(*, phase: Phase, kota: Area, by: User) -> TargetList:
    """Draw up the list of a kota or kabupaten for a second person to confirm; an earlier proposal is discarded.

    Raises Refused while a family is undecided, a conflict is open, or the list has been confirmed already.
    """
    held = phase_row.share_phase_for_bulk(phase.pk)
    _check(held, by)
    lists = TargetList.objects.select_for_update().filter(phase=held, kota=kota)
    if lists.filter(state=TargetState.CONFIRMED).exists():
        raise Refused([Reason("confirmed", _("This list has been confirmed already."))])
    draw = draw_up(held, kota)
    if draw.undecided:
        raise Refused([Reason("undecided", _undecided_text(draw.undecided))])
    if not draw.judgements:
        raise Refused([Reason("no_families", _("No family of this phase lives there."))])
    lists.exclude(state=TargetState.DISCARDED).update(state=TargetState.DISCARDED)
    target = TargetList.objects.create(
        phase=held,
        kota=kota,
        proposed_by=by,
        included=len(draw.included),
        left_out=len(draw.judgements) - len(draw.included),
        people=Member.objects.filter(family__in=draw.included).count(),
        checksum=draw.checksum,
    )
    TargetEntry.objects.bulk_create(_entries(target, draw), batch_size=2_000)
    _record(by, "stages.propose_target_list", target)
    return target


@transaction.atomic
def confirm_target_list(*, target: TargetList, by: User) -> TargetList:
    """Sign as the second person: the families on the list are in the DST, the others are not proposed, with reasons.

    Raises SamePerson for the one who proposed it, and Refused when meetings or findings have changed since.
    """
    phase = phase_row.share_phase_for_bulk(target.phase_id)
    _check(phase, by)
    held = TargetList.objects.select_for_update(of=("self",)).select_related("kota", "phase").get(pk=target.pk)
    if held.state != TargetState.PROPOSED:
        raise Stale
    refuse_same_person(held, by)
    draw = draw_up(phase, held.kota)
    if draw.undecided or draw.checksum != held.checksum:
        text = _("Something has changed since this list was proposed. Propose it anew.")
        raise Refused([Reason("list_stale", text)])
    held.state, held.confirmed_by, held.confirmed_at = TargetState.CONFIRMED, by, phase_row.database_now()
    held.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    decide(rulings=_rulings(draw), kind=DecisionKind.DST, by=by, source=f"target_list:{held.pk}")
    _record(by, "stages.confirm_target_list", held)
    return held


@transaction.atomic
def discard_target_list(*, target: TargetList, by: User) -> TargetList:
    """Drop a proposal that has not been confirmed."""
    _check(phase_row.share_phase_for_bulk(target.phase_id), by)
    held = TargetList.objects.select_for_update(of=("self",)).get(pk=target.pk)
    if held.state != TargetState.PROPOSED:
        raise Stale
    held.state = TargetState.DISCARDED
    held.save(update_fields=["state"])
    _record(by, "stages.discard_target_list", held)
    return held


def refuse_same_person(target: TargetList, by: User) -> None:
    require_second_person(target.proposed_by_id, by)


def reasons_left_out(target: TargetList) -> list[tuple[str, int]]:
    """Reason codes of the families left out with their numbers, most frequent first."""
    rows = target.entries.filter(included=False).values("reason_code").annotate(families=Count("pk"))
    return [(row["reason_code"], row["families"]) for row in rows.order_by("-families", "reason_code")]


def _check(phase: Phase, by: User) -> None:
    if not may_steer(by):
        raise NotAllowed
    phase_row.require_stage(phase, Stage.PENETAPAN_DST)


def _undecided_text(count: int) -> str:
    text = ngettext_lazy(
        "%(count)d family is undecided or in conflict. Refresh the list of conflicts and resolve it first.",
        "%(count)d families are undecided or in conflict. Refresh the list of conflicts and resolve them first.",
        "count",
    )
    return str(text % {"count": count})


def _entries(target: TargetList, draw: Draw) -> Iterator[TargetEntry]:
    for pk, one in draw.judgements.items():
        yield TargetEntry(
            target_list=target,
            family_id=pk,
            included=one.included,
            reason_code=one.reason_code,
            reason_data=one.reason_data,
            reason_text=one.reason_text,
        )


def _rulings(draw: Draw) -> Iterator[Ruling]:
    for pk, one in draw.judgements.items():
        outcome = Outcome.IN_DST if one.included else Outcome.NOT_PROPOSED
        yield Ruling(pk, outcome, one.reason_code, one.reason_data, one.reason_text)


def _record(by: User, verb: str, target: TargetList) -> None:
    data = {"included": target.included, "left_out": target.left_out, "checksum": target.checksum}
    record(by=by, verb=verb, subject=target, area_code=target.kota_id, data=data)
