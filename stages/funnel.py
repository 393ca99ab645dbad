"""How many families came how far, and why the others did not: the funnel of a phase."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Family, Household, Member, Outcome, Phase
from stages.models import MuskelDecision, OutcomeDecision
from stages.muskel_results import MuskelResult


@dataclass(frozen=True)
class Funnel:
    """Counts of one phase; `families` by outcome, `meetings` by result ("" for undecided), `left_out` by reason."""

    households: int
    people: int
    families: dict[Outcome, int]
    meetings: dict[str, int]
    left_out: dict[str, int]

    @property
    def registered(self) -> int:
        return sum(self.families.values())

    @property
    def steps(self) -> list[tuple[Promise, int]]:
        """The funnel from top to bottom, in families; each step holds those that got at least that far."""
        count = self.families
        arrived = count[Outcome.DETERMINED] + count[Outcome.NOT_DETERMINED]
        handed = arrived + count[Outcome.SENT] + count[Outcome.RETURNED]
        return [
            (_("Registered"), self.registered),
            (_("Not withdrawn"), self.registered - count[Outcome.WITHDRAWN]),
            (_("Found in need by the kelurahan meeting"), self.meetings.get(MuskelResult.IN_NEED, 0)),
            (_("On the final target list (DST)"), handed + count[Outcome.IN_DST]),
            (_("Handed over to SIKS-NG"), handed),
            (_("Answered by the ministry"), arrived),
            (_("Determined"), count[Outcome.DETERMINED]),
        ]


def funnel(phase: Phase) -> Funnel:
    """The counts of a phase in five queries. Reasons are those of the newest decision of families not proposed."""
    outcomes = Counter(
        dict(
            Family.objects.filter(household__phase=phase, household__submitted_at__isnull=False)
            .order_by()
            .values_list("outcome")
            .annotate(families=Count("pk"))
        )
    )
    meetings = (
        MuskelDecision.objects.standing()
        .filter(muskel__phase=phase)
        .order_by()
        .values_list("result")
        .annotate(families=Count("pk"))
    )
    newest = (
        OutcomeDecision.objects.filter(
            family__household__phase=phase, outcome=Outcome.NOT_PROPOSED, family__outcome=Outcome.NOT_PROPOSED
        )
        .order_by()
        .values_list("reason_code")
        .annotate(families=Count("family", distinct=True))
    )
    return Funnel(
        households=Household.objects.filter(phase=phase).submitted().count(),
        people=Member.objects.filter(phase=phase, household__submitted_at__isnull=False).count(),
        families={outcome: outcomes.get(outcome.value, 0) for outcome in Outcome},
        meetings=dict(meetings),
        left_out=dict(newest),
    )
