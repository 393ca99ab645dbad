"""Families whose registered data a person has flagged: they need a fix, and hear why."""

from typing import TYPE_CHECKING

from django.db.models import Q

from assessment.models import CleaningIssue, IssueState
from registration.models import Family, Outcome, Phase
from stages.models import DecisionKind
from stages.outcomes import Ruling, decide

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User


def flagged_families(
    phase: Phase, *, households: "Collection[UUID] | None" = None, until: "datetime | None" = None
) -> "dict[UUID, list[str]]":
    """Kinds of flagged issues per family; an issue about a whole household concerns each of its families.

    With `households`, issues that concern one of these; with `until`, what had been flagged by then.
    """
    flagged = CleaningIssue.objects.filter(phase=phase, state=IssueState.FLAGGED, household__withdrawn_at__isnull=True)
    if households is not None:
        flagged = flagged.filter(Q(household__in=households) | Q(other_household__in=households))
    if until is not None:
        flagged = flagged.filter(decided_at__lte=until)
    issues = flagged.values_list("family_id", "household_id", "other_household_id", "kind")
    found: dict[UUID, set[str]] = {}
    by_household: dict[UUID, set[str]] = {}
    for family_id, household_id, other_id, kind in issues:
        of_family: UUID | None = family_id
        if of_family is not None:
            found.setdefault(of_family, set()).add(kind)
        else:
            by_household.setdefault(household_id, set()).add(kind)
        if other_id is not None:
            by_household.setdefault(other_id, set()).add(kind)
    families = Family.objects.filter(household__in=by_household, household__withdrawn_at__isnull=True)
    for pk, household_id in families.values_list("pk", "household_id"):
        found.setdefault(pk, set()).update(by_household[household_id])
    return {pk: sorted(kinds) for pk, kinds in found.items()}


def flag_families_of(*, phase: Phase, by: "User") -> int:
    """Decide "needs a fix" for every family with a flagged issue that is still in process."""
    flagged = flagged_families(phase)
    in_process = Family.objects.filter(pk__in=flagged, outcome=Outcome.PROCESSING).values_list("pk", flat=True)
    rulings = [Ruling(pk, Outcome.NEEDS_FIX, "cleaning.flagged", {"issues": flagged[pk]}) for pk in in_process]
    return decide(rulings=rulings, kind=DecisionKind.CLEANING, by=by, source=f"phase:{phase.pk}")
