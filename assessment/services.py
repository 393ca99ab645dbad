"""Starting cleaning and assessment, deciding what cleaning found, and reading findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment import assessing, cleaning
from assessment.models import CleaningIssue, Finding, IssueState
from audit.services import record
from eligibility.rules import rule_set
from jobs.models import Run
from jobs.services import start_run
from matching.evidence import run_to_rely_on
from matching.vocabulary import Source
from registration.models import Household, Phase

if TYPE_CHECKING:
    from accounts.models import User


class ReasonMissing(ValueError):
    """A decision needs its reason in words."""


class AlreadyDecided(Exception):
    """Somebody else has decided this in the meantime."""


@dataclass(frozen=True)
class RunStanding:
    """Where a run of a phase stands. `open_issues` counts cleaning issues nobody has decided yet (0 for assessment)."""

    run: Run | None
    is_done: bool
    open_poison: int
    open_issues: int


@transaction.atomic
def start_cleaning(*, phase: Phase, by: User | None) -> Run:
    """Start looking for double numbers and incomplete families. Raises jobs.services.RunNotAllowed while one runs."""
    params = {"rules_on": phase.rules_on.isoformat(), "on": timezone.localdate().isoformat()}
    return start_run(kind=cleaning.KIND, scope_id=phase.pk, params=params, by=by)


@transaction.atomic
def start_assessment(*, phase: Phase, by: User | None) -> Run:
    """Start applying the rules of the phase's day to answers and to the comparisons that are valid now.

    Raises RunNotAllowed while one runs, NoValueYet without rules.
    """
    relied_on = {source.value: run_to_rely_on(phase.pk, source) for source in Source}
    params = {
        "rules_on": phase.rules_on.isoformat(),
        "rule_version": rule_set(phase.rules_on).version,
        "evidence": {source: str(run.pk) if run else None for source, run in relied_on.items()},
    }
    return start_run(kind=assessing.KIND, scope_id=phase.pk, params=params, by=by)


def cleaning_standing(phase: Phase) -> RunStanding:
    return _standing(cleaning.KIND, phase, CleaningIssue.objects.open().filter(phase=phase).count())


def assessment_standing(phase: Phase) -> RunStanding:
    return _standing(assessing.KIND, phase, 0)


def _standing(kind: str, phase: Phase, open_issues: int) -> RunStanding:
    run = Run.objects.latest_for(kind, phase.pk)
    return RunStanding(
        run=run,
        is_done=run is not None and run.is_done,
        open_poison=run.open_poison if run else 0,
        open_issues=open_issues,
    )


@transaction.atomic
def resolve_issue(*, issue: CleaningIssue, state: str, reason: str, by: User) -> CleaningIssue:
    """Decide what cleaning found: "resolved", or "flagged" for the muskel, with a reason.

    An admin, or an officer of the household's kelurahan. Raises PermissionDenied, ReasonMissing, AlreadyDecided and
    ValueError for another state. Decides nothing about the family.
    """
    if state not in (IssueState.RESOLVED, IssueState.FLAGGED):
        raise ValueError(f"An issue becomes resolved or flagged, not {state!r}.")
    if not (by.is_admin or issue.household.kelurahan_id in by.kelurahan_codes):
        raise PermissionDenied
    if not reason.strip():
        raise ReasonMissing(_("Write down the reason."))
    changed = CleaningIssue.objects.filter(pk=issue.pk, state=IssueState.OPEN).update(
        state=state, reason=reason.strip(), decided_by=by, decided_at=Now()
    )
    if not changed:
        raise AlreadyDecided(_("Somebody has decided this in the meantime."))
    issue.refresh_from_db()
    record(
        by=by,
        verb="assessment.resolve_issue",
        subject=issue,
        area_code=issue.household.kelurahan_id,
        data={"kind": issue.kind, "state": state},
    )
    return issue


def findings_for(household: Household) -> list[Finding]:
    """The current findings of a household, in the order of the rules' keys."""
    return list(Finding.objects.current().filter(household=household).select_related("family", "member", "household"))


def findings_for_many(household_ids: Iterable[UUID]) -> dict[UUID, list[Finding]]:
    """Current findings of several households in one query; an entry for every id."""
    found: dict[UUID, list[Finding]] = {pk: [] for pk in household_ids}
    rows = Finding.objects.current().filter(household__in=list(found)).select_related("family", "member", "household")
    for finding in rows:
        found[finding.household_id].append(finding)
    return found
