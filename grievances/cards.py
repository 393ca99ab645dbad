"""A household's findings as its family and its officer read them: in words, with what has been answered to each."""

from __future__ import annotations

from dataclasses import dataclass

from assessment.explain import Explanation, explain
from assessment.models import Finding
from assessment.services import findings_for
from grievances.models import Objection, ObjectionState
from grievances.services import MAY_OBJECT_IN, latest_objections
from registration.models import Household


@dataclass(frozen=True)
class FindingCard:
    """`objection` is the latest one to this claim, also of an earlier run. `may_object`: one can be raised now."""

    finding: Finding
    explanation: Explanation
    objection: Objection | None
    may_object: bool

    @property
    def is_of_concern(self) -> bool:
        return self.finding.is_of_concern


def cards_for(household: Household) -> list[FindingCard]:
    """One card for each current finding, those that concern the family first; two queries."""
    phase = household.phase
    takes_objections = phase.stage in MAY_OBJECT_IN and phase.closed_at is None and not household.is_withdrawn
    latest = latest_objections(household)
    cards = []
    for finding in findings_for(household):
        objection = latest.get(finding.signature)
        is_settled = objection is not None and objection.state != ObjectionState.REJECTED
        may_object = takes_objections and finding.is_of_concern and not is_settled
        cards.append(FindingCard(finding, explain(finding), objection, may_object))
    return sorted(cards, key=lambda card: not card.is_of_concern)
