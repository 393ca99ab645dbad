"""The loop of a worker: plan, take shards one after another, finish. Any number of workers may run it for one run."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from jobs.engine import MAX_ATTEMPTS, NotNow, handler_for, is_known, retry_pause_seconds
from jobs.leases import (
    LeaseLost,
    RunStopped,
    bound_transaction,
    describe,
    note_failure,
    put_off,
    set_aside_exhausted,
    take_lease,
    work_shard,
)
from jobs.models import LIVE, Run, RunState, Shard

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2
ADVISORY_PLAN, ADVISORY_FINISH = 1, 2


def never() -> bool:
    return False


def work_run(
    run_id: UUID,
    *,
    worker: str,
    should_stop: Callable[[], bool] = never,
    seconds: float | None = None,
    patience: float | None = None,
) -> int:
    """Work on a run until nothing is left for anybody, and return the number of shards this worker committed.

    Stops early between shards when `should_stop()` says so, after `seconds` of work, or when for `patience` seconds
    there was nothing to take because other workers hold the rest (None waits for them: they may die).
    Errors of a row never leave this function; a lost database does (OperationalError).
    """
    committed = 0
    began = idle_since = time.monotonic()
    while not should_stop() and (seconds is None or time.monotonic() - began < seconds):
        run = Run.objects.filter(pk=run_id).first()
        if run is None or run.state not in LIVE:
            break
        if not is_known(run.kind):  # its shards must not fail for it; a worker of the right release takes them
            log.warning("Run %s is of a kind this worker does not know: %s", run.pk, run.kind)
            break
        moved, landed = _step(run, worker)
        committed += landed
        if moved:
            idle_since = time.monotonic()
        elif patience is not None and time.monotonic() - idle_since > patience:
            break
        else:
            time.sleep(POLL_SECONDS)
    return committed


def plan_run(run: Run) -> bool:
    """Cut a run that waits into shards, if nobody else does it just now; True when there may be shards to take."""
    return run.state == RunState.PLANNED and is_known(run.kind) and _once(run, ADVISORY_PLAN, _plan)


def _step(run: Run, worker: str) -> tuple[bool, int]:
    """One step of a run: (something moved, shards committed)."""
    if run.state == RunState.PLANNED:
        return plan_run(run), 0
    shard = take_lease(run, worker=worker)
    if shard is not None:
        return True, _work(run, shard)
    if set_aside_exhausted(run):
        return True, 0
    if not run.shards.unfinished().exists():
        return _once(run, ADVISORY_FINISH, _finish), 0
    return False, 0


def _work(run: Run, shard: Shard) -> int:
    try:
        work_shard(run, shard)
    except (LeaseLost, RunStopped) as gone:
        log.warning("Shard %s of run %s did not land: %s", shard.number, run.pk, type(gone).__name__)
        return 0
    except NotNow as later:
        put_off(shard, later)
        return 0
    except Exception as error:
        log.warning("Shard %s of run %s failed: %s", shard.number, run.pk, describe(error))
        drop_lost_connection()
        note_failure(run, shard, error)
        return 0
    return 1


def drop_lost_connection() -> None:
    """Let the next query connect anew after the database has ended this connection."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _once(run: Run, what: int, step: Callable[[Run], None]) -> bool:
    """Run the planning or finishing step, by one worker at a time, its tries counted before the work."""
    if not _count_try(run):
        return True
    try:
        with transaction.atomic():
            bound_transaction(max(run.lease_seconds, 60) * 10)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [what, str(run.pk)])
                if not cursor.fetchone()[0]:
                    _uncount_try(run)
                    return False
            step(run)
    except RunStopped:
        return True
    except Exception as error:
        drop_lost_connection()
        log.warning("Run %s failed in its %s step: %s", run.pk, step.__name__, describe(error))
        Run.objects.filter(pk=run.pk, state__in=LIVE).update(error=describe(error))
        time.sleep(retry_pause_seconds())
        return False
    return True


def _count_try(run: Run) -> bool:
    """Count a try of a step; False when the tries are used up and the run has failed."""
    if run.step_attempts < MAX_ATTEMPTS * 2:
        Run.objects.filter(pk=run.pk, state__in=LIVE).update(step_attempts=F("step_attempts") + 1)
        return True
    Run.objects.filter(pk=run.pk, state__in=LIVE).update(state=RunState.FAILED, ended_at=Now())
    return False


def _uncount_try(run: Run) -> None:
    Run.objects.filter(pk=run.pk, step_attempts__gt=0).update(step_attempts=F("step_attempts") - 1)


def _lock_live(run: Run, state: RunState) -> Run:
    """The run under lock, if it is still in the state the step began with; raises RunStopped otherwise."""
    with suppress(Run.DoesNotExist):
        locked = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        if locked.state == state:
            return locked
    raise RunStopped


def _plan(run: Run) -> None:
    handler = handler_for(run.kind)
    run.rows_planned = handler.count(run) if handler.count else None
    ranges = handler.plan(run)
    locked = _lock_live(run, RunState.PLANNED)
    Shard.objects.bulk_create(
        [Shard(run=locked, number=number, lower=low, upper=up) for number, (low, up) in enumerate(ranges, start=1)],
        batch_size=1000,
    )
    locked.rows_planned = run.rows_planned
    locked.state = RunState.RUNNING
    locked.step_attempts = 0
    locked.save(update_fields=["rows_planned", "state", "step_attempts"])


def _finish(run: Run) -> None:
    handler_for(run.kind).finish(run)
    locked = _lock_live(run, RunState.RUNNING)
    if locked.shards.unfinished().exists():
        raise RunStopped
    locked.state = RunState.DONE
    locked.ended_at = Now()
    locked.step_attempts = 0
    locked.error = ""
    locked.save(update_fields=["state", "ended_at", "step_attempts", "error"])
