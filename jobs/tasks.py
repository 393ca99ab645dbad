"""Celery's side of the engine: thin, without arguments worth protecting, and free to be lost or doubled."""

from uuid import UUID

from celery import shared_task

from jobs.models import Run
from jobs.outbox import dispatch, purge_sent
from jobs.polling import MESSAGES_BETWEEN_SLICES, SLICE_SECONDS, task_name
from jobs.printing.making import forget_expired, make_waiting
from jobs.progress import progress_of_all
from jobs.stopping import is_stopping
from jobs.wakeups import send_now
from jobs.working import plan_run, work_run

PATIENCE_SECONDS = 2.0
WAKE_UPS = 4  # messages for a run with much left: that many pool processes join in


@shared_task(name="jobs.work_on_run")
def work_on_run(run_id: str) -> int:
    """Work on a run for a while, look at the outbox, and go on in a new message if more is left.

    Whoever has cut a run into shards calls others at once.
    """
    run = Run.objects.live().filter(pk=UUID(run_id)).first()
    if run is None:
        return 0
    if not is_stopping() and plan_run(run):
        call_workers(run_id, WAKE_UPS)
    committed = work_run(
        run.pk, worker=task_name(), should_stop=is_stopping, seconds=SLICE_SECONDS, patience=PATIENCE_SECONDS
    )
    dispatch(limit=MESSAGES_BETWEEN_SLICES, should_stop=is_stopping)
    if committed and not is_stopping() and Run.objects.live().filter(pk=run.pk).exists():
        call_workers(run_id, 1)
    return committed


def call_workers(run_id: str, number: int) -> int:
    """Send wake-ups for a run; returns how many the broker took. They expire, since `tend` sends new ones."""
    for sent in range(number):
        if not send_now("jobs.work_on_run", (run_id,), expires=30):
            return sent  # the broker is gone or frozen; each try would take seconds
    return number


@shared_task(name="jobs.tend")
def tend() -> int:
    """Wake workers for every run that wants one: makes up for lost messages, dead workers and a dead broker."""
    runs = list(Run.objects.live().order_by("created_at"))
    progress = progress_of_all(runs)
    purge_sent()
    forget_expired()
    wanted = [run for run in runs if progress[run.pk].rests_until is None]
    return sum(call_workers(str(run.pk), 1 if progress[run.pk].leased else WAKE_UPS) for run in wanted)


@shared_task(name="jobs.dispatch_outbox")
def dispatch_outbox() -> int:
    """Send what waits in the outbox; more is left for the next call."""
    return dispatch(should_stop=is_stopping)


@shared_task(name="jobs.make_documents")
def make_documents() -> int:
    """Make the PDF documents that wait; more is left for the next call."""
    return make_waiting(should_stop=is_stopping)
