"""What must be in order before a phase may leave a stage. Each guard looks, changes nothing, and says why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from areas.models import Area
from assessment.models import CleaningIssue, Finding, IssueState
from assessment.services import assessment_standing, cleaning_standing
from eligibility.rules import NoValueYet, rule_set
from grievances.services import open_objections
from identity.indexes import keyed_index
from jobs.models import Run, RunState
from matching.services import standing_of
from matching.vocabulary import Source
from notices.models import Notice
from registration.models import Outcome, Phase
from registration.phase_lock import database_now
from registration.representation import open_family_objections
from stages.conflicts import newest_run
from stages.errors import Reason
from stages.families import standing_families, unanswered_families
from stages.models import (
    Conflict,
    Determination,
    ExportPackage,
    ExportRow,
    Muskel,
    MuskelDecision,
    PhasePlan,
    TargetEntry,
    TargetState,
)
from stages.telling import waiting_of

Reasons = Sequence[Reason]
OK: Reasons = ()


def is_outdated(run: Run | None, phase: Phase) -> bool:
    """Whether a run is older than the phase's stay in its stage: it has not seen what came in after a reopening."""
    return run is not None and run.created_at < phase.stage_changed_at


def _outdated() -> Reasons:
    return _why("run_outdated", _("The run is older than this stage. Start it again."))


def why_not_signed(run: Run) -> str:
    """Why a finished run of a phase cannot be signed off any more, or ""."""
    if run.kind.partition(".")[0] not in ("matching", "assessment"):
        return ""
    phase = Phase.objects.filter(pk=run.scope_id).first()
    return str(_outdated()[0]) if phase is not None and is_outdated(run, phase) else ""


def _why(code: str, text: Promise, **values: Any) -> list[Reason]:
    return [Reason(code, text % values if values else text)]


# 1. Public information
def dates_complete(phase: Phase) -> Reasons:
    if phase.closes_at <= database_now():
        return _why("window_past", _("The registration window lies in the past. Set new dates."))
    return OK


def rules_complete(phase: Phase) -> Reasons:
    try:
        rule_set(phase.rules_on)
        keyed_index("nik", "0" * 16, key_id=phase.index_key_id)
    except NoValueYet:
        return _why("rules_missing", _("There are no exclusion rules on the day this phase names. Choose a later day."))
    except ValueError:
        return _why("index_key_missing", _("The index key of this phase is not among the portal's keys."))
    return OK


def areas_loaded(phase: Phase) -> Reasons:
    if not Area.objects.kelurahan().exists():
        return _why("areas_missing", _("The list of areas has not been loaded."))
    return OK


def documents_listed(phase: Phase) -> Reasons:
    plan = PhasePlan.objects.filter(phase=phase).first()
    if plan is None or not plan.document_list:
        return _why("documents_missing", _("The list of documents families have to bring is empty."))
    return OK


# 2. Registration
def window_closed(phase: Phase) -> Reasons:
    if database_now() < phase.closes_at:
        return _why("window_open", _("Registration is still open. It can be closed after its closing time only."))
    return OK


# 3. Data processing 1
def cleaning_done(phase: Phase) -> Reasons:
    standing = cleaning_standing(phase)
    if is_outdated(standing.run, phase):
        return _outdated()
    if not standing.is_done:
        return _why("cleaning_not_done", _("The cleaning run has not finished."))
    return _poison(standing.open_poison)


def issues_settled(phase: Phase) -> Reasons:
    count = CleaningIssue.objects.filter(phase=phase, household__withdrawn_at__isnull=True).open().count()
    if count:
        text = ngettext_lazy(
            "%(count)d entry of the cleaning list is neither resolved nor flagged.",
            "%(count)d entries of the cleaning list are neither resolved nor flagged.",
            "count",
        )
        return _why("issues_open", text, count=count)
    return OK


# 4 and 5. Matching
def population_matched(phase: Phase) -> Reasons:
    return _matched(phase, Source.POPULATION)


def assets_matched(phase: Phase) -> Reasons:
    return _matched(phase, Source.ASSETS)


def _matched(phase: Phase, source: Source) -> Reasons:
    standing = standing_of(phase, source)
    if standing.run is None:
        return _why("matching_not_started", _("No matching has been started."))
    if is_outdated(standing.run, phase):
        return _outdated()
    if not standing.is_done:
        return _why("matching_not_done", _("The matching run has not finished."))
    if standing.open_poison:
        return _poison(standing.open_poison)
    if not standing.is_signed_off:
        return _why("matching_not_signed", _("Nobody has signed off the matching run."))
    return OK


def _poison(count: int) -> Reasons:
    if not count:
        return OK
    text = ngettext_lazy(
        "%(count)d row could not be worked on and waits for a person.",
        "%(count)d rows could not be worked on and wait for a person.",
        "count",
    )
    return _why("open_poison", text, count=count)


# 6. Data processing 2
def assessment_done(phase: Phase) -> Reasons:
    standing = assessment_standing(phase)
    if is_outdated(standing.run, phase):
        return _outdated()
    if not standing.is_done:
        return _why("assessment_not_done", _("The assessment run has not finished."))
    return _poison(standing.open_poison)


def findings_told(phase: Phase) -> Reasons:
    """Every household that something speaks against has been told so."""
    told = Notice.objects.filter(household=OuterRef("household"), kind="findings")
    count = (
        Finding.objects.current()
        .of_concern()
        .filter(household__phase=phase, household__withdrawn_at__isnull=True)
        .exclude(Exists(told))
        .values("household")
        .distinct()
        .count()
    )
    if count:
        text = ngettext_lazy(
            "%(count)d household has not been told of its findings yet.",
            "%(count)d households have not been told of their findings yet.",
            "count",
        )
        return _why("findings_untold", text, count=count)
    return OK


def objections_answered(phase: Phase) -> Reasons:
    count = open_objections(phase).count()
    if count:
        text = ngettext_lazy(
            "%(count)d objection has not been decided.", "%(count)d objections have not been decided.", "count"
        )
        return _why("objections_open", text, count=count)
    return OK


def family_objections_answered(phase: Phase) -> Reasons:
    count = open_family_objections(phase).count()
    if count:
        text = ngettext_lazy(
            "%(count)d family that does not agree to being registered has no answer yet.",
            "%(count)d families that do not agree to being registered have no answer yet.",
            "count",
        )
        return _why("family_objections_open", text, count=count)
    return OK


def prelists_issued(phase: Phase) -> Reasons:
    listed = MuskelDecision.objects.filter(family=OuterRef("pk"), muskel__phase=phase)
    missing = standing_families(phase).exclude(Exists(listed))
    count = missing.values("household__kelurahan").distinct().count()
    if count:
        text = ngettext_lazy(
            "The prelist of %(count)d kelurahan has not been issued.",
            "The prelists of %(count)d kelurahan have not been issued.",
            "count",
        )
        return _why("prelists_missing", text, count=count)
    return OK


# 7. Muskel
def muskel_locked(phase: Phase) -> Reasons:
    if reasons := prelists_issued(phase):
        return reasons
    waiting = MuskelDecision.objects.standing().filter(muskel=OuterRef("pk"))
    open_meetings = Muskel.objects.filter(phase=phase).unlocked().filter(Exists(waiting)).select_related("kelurahan")
    count = open_meetings.count()
    if not count:
        return OK
    names = ", ".join(meeting.kelurahan.name for meeting in open_meetings[:5])
    text = ngettext_lazy(
        "%(count)d kelurahan has not locked its meeting: %(names)s.",
        "%(count)d kelurahan have not locked their meetings: %(names)s, …",
        "count",
    )
    return _why("muskel_open", text, count=count, names=names)


# 8. Data processing 3
STILL_LOOKING = _("Conflicts are still being looked for. Workers go on by themselves; reload this page in a while.")
NOT_LISTED = {
    RunState.PLANNED: STILL_LOOKING,
    RunState.RUNNING: STILL_LOOKING,
    RunState.PAUSED: _("The search for conflicts is paused. Let it go on."),
    RunState.FAILED: _("The search for conflicts has failed. Let it go on, or refresh the list of conflicts."),
    RunState.ABORTED: _("The search for conflicts was stopped. Let it go on, or refresh the list of conflicts."),
}
RESTS_ON = ("assessment.assessment", "matching.population")  # runs whose results conflicts are made of


def conflicts_listed(phase: Phase) -> Reasons:
    """The newest search of this stay in the stage has seen everybody, by what is known now."""
    run = newest_run(phase)
    if run is None:
        return _why("conflicts_not_sought", _("Conflicts have not been looked for yet. Refresh the list of conflicts."))
    if is_outdated(run, phase):
        return _outdated()
    if not run.is_done:
        return _why("conflicts_not_listed", NOT_LISTED[RunState(run.state)])
    if run.open_poison:
        return _poison(run.open_poison)
    if _is_overtaken(run):
        text = _("Findings, comparisons or flags have changed since conflicts were looked for. Refresh the list.")
        return _why("conflicts_overtaken", text)
    return OK


def _is_overtaken(run: Run) -> bool:
    others = Run.objects.filter(kind__in=RESTS_ON, scope_id=run.scope_id, is_dry=False)
    flags = CleaningIssue.objects.filter(phase=run.scope_id, state=IssueState.FLAGGED)
    moved = others.filter(Q(state=RunState.RUNNING) | Q(ended_at__gt=run.created_at))
    return moved.exists() or flags.filter(decided_at__gt=run.created_at).exists()


def conflict_search_over(phase: Phase) -> Reasons:
    """Also in stage 9 the list may be refreshed: nothing of it lands behind the stage."""
    run = newest_run(phase)
    return _why("conflicts_not_listed", NOT_LISTED[RunState(run.state)]) if run and run.is_under_way else OK


def conflicts_resolved(phase: Phase) -> Reasons:
    count = Conflict.objects.filter(phase=phase, family__household__withdrawn_at__isnull=True).open().count()
    if count:
        text = ngettext_lazy(
            "%(count)d conflict between meeting and evidence waits for a decision.",
            "%(count)d conflicts between meetings and evidence wait for a decision.",
            "count",
        )
        return _why("conflicts_open", text, count=count)
    return OK


# 9. Final target list
def targets_confirmed(phase: Phase) -> Reasons:
    confirmed = TargetEntry.objects.filter(
        family=OuterRef("pk"), target_list__phase=phase, target_list__state=TargetState.CONFIRMED
    )
    count = standing_families(phase).exclude(Exists(confirmed)).count()
    if count:
        text = ngettext_lazy(
            "%(count)d family is not on a target list that a second person has confirmed.",
            "%(count)d families are not on a target list that a second person has confirmed.",
            "count",
        )
        return _why("targets_unconfirmed", text, count=count)
    return OK


# 9, 10 and 11. Whatever a stage has decided, the families have heard before it is left
def decisions_told(phase: Phase) -> Reasons:
    count = waiting_of(phase).families
    if count:
        text = ngettext_lazy(
            "%(count)d family has not been told yet what was decided about it. Workers go on by themselves; reload this"
            " page in a while.",
            "%(count)d families have not been told yet what was decided about them. Workers go on by themselves; reload"
            " this page in a while.",
            "count",
        )
        return _why("decisions_untold", text, count=count)
    return OK


# 10. Entry into SIKS-NG
def packages_issued(phase: Phase) -> Reasons:
    issued = ExportRow.objects.filter(
        family=OuterRef("pk"), package__in=ExportPackage.objects.filter(phase=phase).valid()
    )
    count = standing_families(phase).filter(outcome=Outcome.IN_DST).exclude(Exists(issued)).count()
    if count:
        text = ngettext_lazy(
            "%(count)d family of the target lists is in no export package.",
            "%(count)d families of the target lists are in no export package.",
            "count",
        )
        return _why("packages_missing", text, count=count)
    return OK


def rows_reconciled(phase: Phase) -> Reasons:
    rows = ExportRow.objects.filter(
        package__in=ExportPackage.objects.filter(phase=phase).valid(), answer__isnull=True
    ).filter(Q(family__household__withdrawn_at__isnull=True))
    count = rows.count()
    if count:
        text = ngettext_lazy(
            "%(count)d exported row has no answer from SIKS-NG yet.",
            "%(count)d exported rows have no answer from SIKS-NG yet.",
            "count",
        )
        return _why("rows_unanswered", text, count=count)
    return OK


# 11. Determination
def determination_imported(phase: Phase) -> Reasons:
    if not Determination.objects.filter(batch__phase=phase).exists():
        return _why("no_determination", _("The ministry's list has not been imported."))
    return OK


def families_answered(phase: Phase) -> Reasons:
    """Also a family whose row SIKS-NG refused: it was sent, and leaves the phase with an answer like the others."""
    count = unanswered_families(phase).count()
    if count:
        text = ngettext_lazy(
            "%(count)d family that was sent is not on the ministry's list; a person has to settle that.",
            "%(count)d families that were sent are not on the ministry's list; a person has to settle that.",
            "count",
        )
        return _why("families_unanswered", text, count=count)
    return OK
