"""Runs of a small town that ask a register: what they found, and how time passes for them."""

from collections import Counter
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from jobs.models import Run, RunState, Shard
from jobs.services import work_run
from matching.models import RegisterBreaker
from tests.matching.sources.registers import go_on, verdicts_of

PEOPLE = 12


def values_of(run: Run) -> Counter[str]:
    return Counter(verdict.value for verdict in verdicts_of(run).values())


def let_time_pass(run: Run) -> None:
    """What waits for another hour or day has waited."""
    Shard.objects.filter(run=run).update(available_at=timezone.now() - timedelta(seconds=1))
    RegisterBreaker.objects.update(retry_at=F("retry_at") - timedelta(days=1), probe_until=None)


def finish(run: Run) -> Run:
    """Work on a run through some pauses."""
    for _pause in range(6):
        let_time_pass(run)
        if go_on(run).is_done:
            break
    return run


def go_on_planned(run: Run) -> None:
    """Plan the run and do nothing more."""
    work_run(run.pk, worker="plans", should_stop=lambda: Run.objects.get(pk=run.pk).state == RunState.RUNNING)
    run.refresh_from_db()
