"""What has to be done inside a stage before the phase can leave it, as buttons of the control room."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.services import assessment_standing, cleaning_standing, start_assessment, start_cleaning
from eligibility.rules import NoValueYet
from jobs.facts import Fact
from jobs.models import Run
from jobs.progress import progress_of_all
from jobs.services import RunNotAllowed
from matching.linking.services import newest_duplicates_run, start_duplicates
from matching.services import MatchingNotPossible, kind_of, sign_off, standing_of, start_matching
from matching.sources.configured import is_configured
from matching.sources.standing import facts_of_asking, facts_of_extract
from matching.vocabulary import Source, SourceKind
from registration.models import Phase
from registration.stage import Stage
from stages import phase_row
from stages.conflict_run import look_for_conflicts
from stages.conflicts import CONFLICT_STAGES, newest_run
from stages.guards import is_outdated
from stages.prelists import issue_prelists

if TYPE_CHECKING:
    from accounts.models import User

# Refusals of other rooms, each with a sentence for people.
NOT_POSSIBLE = (MatchingNotPossible, RunNotAllowed, NoValueYet)


@dataclass(frozen=True)
class Task:
    """One button. `give` does it, inside a transaction, and returns what to say; `run_of` is the run it is about, and
    `facts` what somebody wants to know before pressing it."""

    name: str
    stages: tuple[Stage, ...]
    button: Promise
    give: Callable[[Phase, User], str]
    run_of: Callable[[Phase], Run | None] = lambda phase: None
    facts: Callable[[Phase], Iterable[Fact]] = lambda phase: ()
    is_offered: Callable[[Phase], bool] = lambda phase: True


def _in_stage(phase: Phase, *stages: Stage) -> Phase:
    """The phase, held in its stage until the end of the transaction; or refuse."""
    held = phase_row.share_phase(phase.pk)
    phase_row.require_stage(held, *stages)
    return held


def _clean(phase: Phase, by: User) -> str:
    _in_stage(phase, Stage.PENGOLAHAN_1)
    start_cleaning(phase=phase, by=by)
    return _("The cleaning has been started. Workers go on by themselves; reload this page to see their progress.")


def _look_for_duplicates(phase: Phase, by: User) -> str:
    _in_stage(phase, Stage.PENGOLAHAN_1, Stage.PENGOLAHAN_2)
    start_duplicates(phase=phase, by=by)
    return _("The search for duplicates has been started. The officers find what it shows in their fix list.")


def _assess(phase: Phase, by: User) -> str:
    _in_stage(phase, Stage.PENGOLAHAN_2)
    start_assessment(phase=phase, by=by)
    return _("The assessment has been started. Workers go on by themselves; reload this page to see their progress.")


def _match(source: Source, stage: Stage, kind: SourceKind = SourceKind.SNAPSHOT) -> Callable[[Phase, User], str]:
    def give(phase: Phase, by: User) -> str:
        _in_stage(phase, stage)
        start_matching(phase=phase, source=source, source_kind=kind, by=by)
        return _("The matching has been started. Workers go on by themselves; reload this page to see their progress.")

    return give


def _try_out(source: Source) -> Callable[[Phase, User], str]:
    def give(phase: Phase, by: User) -> str:
        _in_stage(phase, *TRIED_OUT_IN[source])
        start_matching(phase=phase, source=source, by=by, is_dry=True)
        return _("The dry run has been started. Nobody relies on its result; its page shows what would change.")

    return give


def _sign(source: Source, stage: Stage) -> Callable[[Phase, User], str]:
    def give(phase: Phase, by: User) -> str:
        held = _in_stage(phase, stage)
        run = standing_of(held, source).run
        if run is None:
            raise MatchingNotPossible(_("No matching has been started."))
        if is_outdated(run, held):
            raise MatchingNotPossible(_("The run is older than this stage. Start it again."))
        sign_off(run=run, by=by)
        return _("You have signed off the matching.")

    return give


def _prelists(phase: Phase, by: User) -> str:
    count = issue_prelists(phase=phase, by=by)
    return _("Prelists issued or brought up to date: %(count)d.") % {"count": count}


def _conflicts(phase: Phase, by: User) -> str:
    _in_stage(phase, *CONFLICT_STAGES)
    look_for_conflicts(phase=phase, by=by)
    return _("Conflicts are being looked for. Workers go on by themselves; reload this page to see their progress.")


def _may_sign(source: Source) -> Callable[[Phase], bool]:
    def is_offered(phase: Phase) -> bool:
        standing = standing_of(phase, source)
        return standing.is_done and not standing.is_signed_off and not is_outdated(standing.run, phase)

    return is_offered


def _dry_run_of(source: Source) -> Callable[[Phase], Run | None]:
    return lambda phase: Run.objects.latest_dry(kind_of(source), phase.pk)


def _extract_of(source: Source) -> Callable[[Phase], Iterable[Fact]]:
    return lambda phase: facts_of_extract(source, phase)


def _register_of(kind: SourceKind) -> Callable[[Phase], Iterable[Fact]]:
    return lambda phase: facts_of_asking(kind, phase)


def _run_of(source: Source) -> Callable[[Phase], Run | None]:
    return lambda phase: standing_of(phase, source).run


S = Stage
# From when everybody has registered until the source's own stage is left.
TRIED_OUT_IN = {
    Source.POPULATION: (S.PENGOLAHAN_1, S.PEMADANAN_DUKCAPIL),
    Source.ASSETS: (S.PENGOLAHAN_1, S.PEMADANAN_DUKCAPIL, S.PEMADANAN_BAPENDA),
}
TASKS = {
    task.name: task
    for task in (
        Task(
            "clean", (S.PENGOLAHAN_1,), gettext_lazy("Start the cleaning"), _clean,
            lambda phase: cleaning_standing(phase).run,
        ),
        Task(
            "duplicates", (S.PENGOLAHAN_1, S.PENGOLAHAN_2), gettext_lazy("Look for families registered twice"),
            _look_for_duplicates, newest_duplicates_run,
        ),
        Task(
            "match-population", (S.PEMADANAN_DUKCAPIL,), gettext_lazy("Match with Dukcapil: compare with the extract"),
            _match(Source.POPULATION, S.PEMADANAN_DUKCAPIL), _run_of(Source.POPULATION),
            facts=_extract_of(Source.POPULATION),
        ),
        Task(
            "ask-dukcapil", (S.PEMADANAN_DUKCAPIL,), gettext_lazy("Match with Dukcapil: ask its web service"),
            _match(Source.POPULATION, S.PEMADANAN_DUKCAPIL, SourceKind.WEB_SERVICE),
            is_offered=lambda phase: is_configured(SourceKind.WEB_SERVICE),
            facts=_register_of(SourceKind.WEB_SERVICE),
        ),
        Task(
            "ask-crvs", (S.PEMADANAN_DUKCAPIL,), gettext_lazy("Match with Dukcapil: ask a civil registry (DCI)"),
            _match(Source.POPULATION, S.PEMADANAN_DUKCAPIL, SourceKind.DCI),
            is_offered=lambda phase: is_configured(SourceKind.DCI), facts=_register_of(SourceKind.DCI),
        ),
        Task(
            "sign-population", (S.PEMADANAN_DUKCAPIL,), gettext_lazy("Sign off the matching with Dukcapil"),
            _sign(Source.POPULATION, S.PEMADANAN_DUKCAPIL), is_offered=_may_sign(Source.POPULATION),
        ),
        Task(
            "match-assets", (S.PEMADANAN_BAPENDA,), gettext_lazy("Match with Bapenda: compare with the extract"),
            _match(Source.ASSETS, S.PEMADANAN_BAPENDA), _run_of(Source.ASSETS), facts=_extract_of(Source.ASSETS),
        ),
        Task(
            "sign-assets", (S.PEMADANAN_BAPENDA,), gettext_lazy("Sign off the matching with Bapenda"),
            _sign(Source.ASSETS, S.PEMADANAN_BAPENDA), is_offered=_may_sign(Source.ASSETS),
        ),
        Task(
            "assess", (S.PENGOLAHAN_2,), gettext_lazy("Start the assessment"), _assess,
            lambda phase: assessment_standing(phase).run,
        ),
        Task(
            "try-population", TRIED_OUT_IN[Source.POPULATION],
            gettext_lazy("Try out the matching with Dukcapil (dry run)"),
            _try_out(Source.POPULATION), _dry_run_of(Source.POPULATION), facts=_extract_of(Source.POPULATION),
        ),
        Task(
            "try-assets", TRIED_OUT_IN[Source.ASSETS],
            gettext_lazy("Try out the matching with Bapenda (dry run)"),
            _try_out(Source.ASSETS), _dry_run_of(Source.ASSETS), facts=_extract_of(Source.ASSETS),
        ),
        Task("prelists", (S.PENGOLAHAN_2,), gettext_lazy("Issue the prelists"), _prelists),
        Task("conflicts", CONFLICT_STAGES, gettext_lazy("Refresh the list of conflicts"), _conflicts, newest_run),
    )
}  # fmt: skip


def for_page(phase: Phase) -> list[dict[str, Any]]:
    """The tasks of the present stage with the run each is about, and how far that is."""
    if phase.closed_at is not None or phase.suspended:
        return []
    offered = [task for task in TASKS.values() if phase.stage in task.stages and task.is_offered(phase)]
    about = [(task, task.run_of(phase)) for task in offered]
    runs = [run for _task, run in about if run]
    progress = progress_of_all(runs) if runs else {}
    return [
        {"task": task, "run": run, "progress": run and progress[run.pk], "facts": list(task.facts(phase))}
        for task, run in about
    ]
