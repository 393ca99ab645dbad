"""The one place that writes a family's outcome after registration: each change is a decision with a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from jobs.wakeups import wake
from registration.models import Family, Outcome
from stages.models import DecisionKind, OutcomeDecision, UntoldFamily
from stages.notifying import KIND_OF
from stages.reasons import REASONS

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 1_000
O = Outcome  # noqa: E741

# Which outcomes a decision may start from and lead to. A withdrawn family is never decided about.
LAWFUL: dict[DecisionKind, tuple[frozenset[Outcome], frozenset[Outcome]]] = {
    DecisionKind.CLEANING: (frozenset({O.PROCESSING}), frozenset({O.NEEDS_FIX})),
    DecisionKind.DST: (frozenset({O.PROCESSING, O.NEEDS_FIX}), frozenset({O.IN_DST, O.NOT_PROPOSED})),
    DecisionKind.HAND_OFF: (frozenset({O.IN_DST, O.RETURNED}), frozenset({O.SENT})),
    DecisionKind.RETURN: (frozenset({O.SENT, O.RETURNED}), frozenset({O.SENT, O.RETURNED})),
    DecisionKind.DETERMINATION: (
        frozenset({O.SENT, O.RETURNED, O.DETERMINED, O.NOT_DETERMINED}),
        frozenset({O.DETERMINED, O.NOT_DETERMINED}),
    ),
    DecisionKind.REOPENING: (frozenset(set(O) - {O.WITHDRAWN}), frozenset({O.PROCESSING, O.IN_DST})),
}


class UnlawfulOutcome(Exception):
    """A decision that does not follow from the family's present outcome; nothing has been written."""


@dataclass(frozen=True)
class Ruling:
    """What has been decided about one family; the words are those of `stages.reasons`."""

    family_id: UUID
    outcome: Outcome
    reason_code: str
    reason_data: dict[str, Any] = field(default_factory=dict)
    reason_text: str = ""


@transaction.atomic
def decide(*, rulings: Iterable[Ruling], kind: DecisionKind, by: User, source: str = "") -> int:
    """Write decisions and outcomes together. Returns how many families were decided about.

    The families are told after the commit, by workers (`stages.telling`): one order may concern all of a phase.
    Families that have withdrawn in the meantime are passed over. `source` names the row the decisions rest on. Raises
    UnlawfulOutcome when a family stands where this kind of decision cannot start.
    """
    count = sum(_decide_chunk(chunk, kind, by, source) for chunk in in_chunks(rulings, CHUNK))
    if count:
        wake("stages.tell_families")
    return count


def _decide_chunk(rulings: Sequence[Ruling], kind: DecisionKind, by: User, source: str) -> int:
    by_family = {ruling.family_id: ruling for ruling in rulings}
    families = list(
        Family.objects.select_for_update(of=("self",))
        .select_related("household__phase")
        .filter(pk__in=by_family, household__withdrawn_at__isnull=True)
        .exclude(outcome=Outcome.WITHDRAWN)
        .order_by("pk")
    )
    decisions = [_decision(family, by_family[family.pk], kind, by, source) for family in families]
    groups: dict[Outcome, list[UUID]] = defaultdict(list)
    for decision in decisions:
        groups[Outcome(decision.outcome)].append(decision.family_id)
    OutcomeDecision.objects.bulk_create(decisions)
    for outcome, ids in groups.items():
        Family.objects.filter(pk__in=ids).exclude(outcome=outcome).update(outcome=outcome)
    _leave_to_tell(decisions, families)
    return len(decisions)


def _leave_to_tell(decisions: Sequence[OutcomeDecision], families: Sequence[Family]) -> None:
    """A family that waits already keeps its place: it will hear the latest word. The caller holds the families."""
    phase_of = {family.pk: family.household.phase_id for family in families}
    untold = [
        UntoldFamily(family_id=one.family_id, phase_id=phase_of[one.family_id])
        for one in decisions
        if one.outcome in KIND_OF
    ]
    UntoldFamily.objects.bulk_create(untold, ignore_conflicts=True)


def _decision(family: Family, ruling: Ruling, kind: DecisionKind, by: User, source: str) -> OutcomeDecision:
    before, after = LAWFUL[kind]
    if family.outcome not in before or ruling.outcome not in after:
        raise UnlawfulOutcome(f"{kind}: {family.outcome} → {ruling.outcome}")
    if ruling.reason_code not in REASONS:
        raise UnlawfulOutcome(f"{kind}: there is no reason {ruling.reason_code!r}")
    return OutcomeDecision(
        family=family,
        kind=kind,
        previous=family.outcome,
        outcome=ruling.outcome,
        reason_code=ruling.reason_code,
        reason_data=ruling.reason_data,
        reason_text=ruling.reason_text,
        source=source,
        by=by,
    )


def standing_decisions(family_ids: Iterable[UUID]) -> dict[UUID, OutcomeDecision]:
    """The newest decision about each family that has one: one query."""
    newest = (
        OutcomeDecision.objects.filter(family__in=list(family_ids)).order_by("family_id", "-id").distinct("family_id")
    )
    return {decision.family_id: decision for decision in newest}


def in_chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
