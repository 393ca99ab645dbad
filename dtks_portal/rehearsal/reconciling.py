"""Does everything add up? Each check compares two independent counts of the same thing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from audit.models import Act
from dtks_portal.made_up.households import MadeUpHousehold
from dtks_portal.rehearsal.registering import Registered
from matching.models import PersonVerdict
from matching.services import standing_of
from matching.vocabulary import Source
from notices.models import Notice
from registration.models import Family, Household, Member, Outcome, Phase, Slot, SlotKind, Submission
from stages.models import ExportRow, MuskelDecision, OutcomeDecision, ReturnedRow, StageEntry, TargetEntry
from stages.notifying import KIND_OF
from stages.telling import waiting_of


@dataclass(frozen=True)
class Check:
    name: str
    expected: int
    found: int

    @property
    def holds(self) -> bool:
        return self.expected == self.found


def reconcile(phase: Phase, *, made_up: Sequence[MadeUpHousehold], registered: Sequence[Registered]) -> list[Check]:
    return [
        *_registrations(phase, made_up, registered),
        *_verdicts(phase),
        *_families(phase),
        *_told(phase),
        *_history(phase),
    ]


def _registrations(phase: Phase, made_up: Sequence[MadeUpHousehold], registered: Sequence[Registered]) -> list[Check]:
    households = Household.objects.filter(phase=phase).active()
    done = {one.number for one in registered if one.household}
    entered = [household for household in made_up if household.number in done]
    people = [person for household in entered for person in household.people]
    slots = Slot.objects.filter(phase=phase)
    return [
        Check("every household was answered", len(made_up), len(registered)),
        Check("receipts and registrations", len(done), households.count()),
        Check("one frozen copy per registration", len(done), Submission.objects.filter(household__phase=phase).count()),
        Check("families", sum(len(one.families) for one in entered), _families_of(phase).count()),
        Check("people", len(people), Member.objects.filter(phase=phase).count()),
        Check("NIK slots", len({one.nik for one in people if one.nik}), slots.filter(kind=SlotKind.NIK).count()),
        Check("KK slots", _families_of(phase).count(), slots.filter(kind=SlotKind.KK).count()),
    ]


def _verdicts(phase: Phase) -> list[Check]:
    people = Member.objects.filter(phase=phase, household__withdrawn_at__isnull=True).count()
    checks = []
    for source in Source:
        run = standing_of(phase, source).run
        verdicts = PersonVerdict.objects.filter(run=run)
        twice = verdicts.values("member").annotate(times=Count("pk")).filter(times__gt=1).count()
        checks += [
            Check(f"{source}: one verdict for every person", people, verdicts.values("member").distinct().count()),
            Check(f"{source}: nobody has two verdicts", 0, twice),
        ]
    return checks


def _families_of(phase: Phase) -> QuerySet[Family]:
    return Family.objects.filter(household__phase=phase)


def _families(phase: Phase) -> list[Check]:
    families = _families_of(phase)
    outcomes = families.values_list("outcome", flat=True)
    by_outcome = dict.fromkeys(Outcome.values, 0)
    for outcome in outcomes:
        by_outcome[outcome] += 1
    final = (Outcome.NOT_PROPOSED, Outcome.RETURNED, Outcome.DETERMINED, Outcome.NOT_DETERMINED, Outcome.WITHDRAWN)
    listed = TargetEntry.objects.filter(target_list__phase=phase, target_list__state="confirmed")
    exported = ExportRow.objects.filter(package__phase=phase)
    sent = by_outcome[Outcome.RETURNED] + by_outcome[Outcome.DETERMINED] + by_outcome[Outcome.NOT_DETERMINED]
    decided = MuskelDecision.objects.filter(muskel__phase=phase).decided()
    rows = ReturnedRow.objects.filter(export_row__package__phase=phase)
    by_person = OutcomeDecision.objects.filter(family__household__phase=phase).values("family", "by").distinct()
    deciders = len({row["family"] for row in by_person if row["by"]})
    return [
        Check("the meetings decided about every family", families.count(), decided.count()),
        Check("every family is on a target list", families.count(), listed.count()),
        Check("families sent are those in the DST", listed.filter(included=True).count(), sent),
        Check("families left out are not proposed", listed.filter(included=False).count(), by_outcome["NOT_PROPOSED"]),
        Check("every exported row was answered", exported.count(), rows.count()),
        Check("every family has a final outcome", families.count(), sum(by_outcome[one] for one in final)),
        Check("every outcome was decided by a person", families.count(), deciders),
    ]


def _told(phase: Phase) -> list[Check]:
    decisions = OutcomeDecision.objects.filter(family__household__phase=phase, outcome__in=KIND_OF)
    notices = Notice.objects.filter(household__phase=phase, kind__in=KIND_OF.values())
    decided = Counter((pk, KIND_OF[Outcome(outcome)]) for pk, outcome in decisions.values_list("family", "outcome"))
    told = Counter(notices.values_list("family", "kind"))
    return [
        Check("every decision was told to its family", decided.total(), (decided & told).total()),
        Check("no decision was told twice", 0, (told - decided).total()),
        Check("nobody waits to be told", 0, waiting_of(phase).families),
    ]


def _history(phase: Phase) -> list[Check]:
    steps = StageEntry.objects.filter(phase=phase, kind__in=("advance", "close")).count()
    submitted = Act.objects.filter(verb="registration.submit").count()
    return [
        Check("eleven steps, each entered once", 11, steps),
        Check("one act for each submission", Household.objects.filter(phase=phase).count(), submitted),
    ]


def funnel(phase: Phase, *, tried: int) -> dict[str, int]:
    """Households and families from the first page to the ministry's list."""
    families = _families_of(phase)
    counts = {"households_tried": tried, "households_registered": Household.objects.filter(phase=phase).count()}
    counts |= {"families": families.count(), "people": Member.objects.filter(phase=phase).count()}
    return counts | {
        f"families_{row['outcome'].lower()}": row["total"]
        for row in families.order_by().values("outcome").annotate(total=Count("pk"))
    }
