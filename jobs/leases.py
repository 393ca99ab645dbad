"""Holding a shard: taking a lease, proving it at the commit, and what happens when a shard fails.

All times are the database's (`clock_timestamp()`), so that a worker's wrong clock cannot lengthen its lease.
"""

import logging
from contextlib import suppress
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_noop

from jobs.engine import MAX_ATTEMPTS, NotNow, handler_for, retry_pause_seconds
from jobs.models import Run, RunState, Shard, ShardState

log = logging.getLogger(__name__)
WORKER_DIED = gettext_noop("worker died")

# Lock not available, deadlock, serialization: others are in the way, the row is not to blame. A statement that takes
# longer than the lease (57014) does count: the shard is too big for its lease, and halving it helps.
CONTENTION = frozenset({"55P03", "40P01", "40001"})


# A worker that is frozen between its proof and its commit holds the row of the run: for less than an order to stop it
# waits (jobs/run_row.py).
AT_THE_COMMIT = "1000ms"


class LeaseLost(Exception):
    """Another worker holds this shard now; nothing of this attempt may land."""


class RunStopped(Exception):
    """The run was aborted (or is otherwise no longer running); nothing of this attempt may land."""


# Fresh shards come before those that failed, so a poisonous one never holds up the others. An attempt is counted in
# the commit that gives the lease: a crash counts like an error. Exhausted shards are left for `take_exhausted`.
TAKE = """
UPDATE jobs_shard SET state = 'leased', token = token + 1, attempts = attempts + 1, worker = %(worker)s,
       leased_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE id = (
    SELECT shard.id FROM jobs_shard shard JOIN jobs_run run ON run.id = shard.run_id
    WHERE run.id = %(run)s AND run.state = 'running' AND shard.attempts < %(attempts)s
      AND ((shard.state = 'waiting' AND shard.available_at <= clock_timestamp())
           OR (shard.state = 'leased' AND shard.lease_until < clock_timestamp()))
    ORDER BY shard.attempts, shard.number, shard.id
    LIMIT 1 FOR UPDATE OF shard SKIP LOCKED)
RETURNING id
"""

EXHAUSTED = """
SELECT shard.id FROM jobs_shard shard JOIN jobs_run run ON run.id = shard.run_id
WHERE run.id = %(run)s AND run.state = 'running' AND shard.attempts >= %(attempts)s
  AND (shard.state = 'waiting' OR (shard.state = 'leased' AND shard.lease_until < clock_timestamp()))
ORDER BY shard.id LIMIT 1 FOR UPDATE OF shard SKIP LOCKED
"""

DONE = """
UPDATE jobs_shard SET state = 'done', rows = %s, done_at = clock_timestamp(), lease_until = NULL, error = ''
WHERE id = %s
"""


def take_lease(run: Run, *, worker: str) -> Shard | None:
    """Lease the next shard of a run to this worker and commit; None when there is none to be had just now."""
    parameters: dict[str, Any] = {
        "run": run.pk,
        "worker": worker[:120],
        "seconds": run.lease_seconds,
        "attempts": MAX_ATTEMPTS,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, parameters)
        row = cursor.fetchone()
    return Shard.objects.get(pk=row[0]) if row else None


def set_aside_exhausted(run: Run) -> bool:
    """Halve or set aside one shard whose workers died three times; False when there is none."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(EXHAUSTED, {"run": run.pk, "attempts": MAX_ATTEMPTS})
            row = cursor.fetchone()
        if row is None:
            return False
        shard = Shard.objects.get(pk=row[0])
        split_or_poison(run, shard, error=shard.error or WORKER_DIED)
    return True


def prove_lease(shard: Shard) -> None:
    """Lock run and shard and make sure that this attempt may still land; called last in the work's transaction.

    Raises RunStopped or LeaseLost. The run is locked FOR SHARE first: an abort waits for this commit, which is short,
    or has happened and is seen here.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, set_config('idle_in_transaction_session_timeout', %s, true)"
            " FROM jobs_run WHERE id = %s FOR SHARE",
            [AT_THE_COMMIT, shard.run_id],
        )
        row = cursor.fetchone()
        if row is None or row[0] != RunState.RUNNING:
            raise RunStopped
        cursor.execute(
            "SELECT 1 FROM jobs_shard WHERE id = %s AND token = %s AND state = 'leased' FOR UPDATE",
            [shard.pk, shard.token],
        )
        if cursor.fetchone() is None:
            raise LeaseLost


def bound_transaction(seconds: float) -> None:
    """Let the database end this transaction when its worker is frozen or its statement hangs longer than a lease."""
    limit = f"{max(int(seconds * 1000), 100)}ms"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true),"
            " set_config('idle_in_transaction_session_timeout', %s, true)",
            [limit, limit, limit],
        )


def work_shard(run: Run, shard: Shard) -> int:
    """Do one leased shard in one transaction: all of its work and the proof of the lease, or nothing."""
    handler = handler_for(run.kind)
    if handler.ask is not None:
        handler.ask(run, shard)
    with transaction.atomic():
        bound_transaction(run.lease_seconds)
        rows = handler.work(run, shard)
        prove_lease(shard)
        with connection.cursor() as cursor:
            cursor.execute(DONE, [rows, shard.pk])
    return rows


def put_off(shard: Shard, later: NotNow) -> None:
    """Give a shard back until its time comes, its try uncounted. Does nothing if lease or run are gone."""
    with transaction.atomic(), suppress(LeaseLost, RunStopped):
        prove_lease(shard)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_shard SET state = 'waiting', lease_until = NULL, attempts = greatest(attempts - 1, 0),"
                " error = %s, available_at = coalesce(%s, clock_timestamp()) WHERE id = %s",
                [later.reason[:200], later.until, shard.pk],
            )


def note_failure(run: Run, shard: Shard, error: Exception) -> None:
    """Give a failed shard back, halve it, or set it aside. Does nothing if the lease is lost or the run stopped."""
    with transaction.atomic(), suppress(LeaseLost, RunStopped):
        prove_lease(shard)
        kind = describe(error)
        spent = shard.attempts - 1 if is_contention(error) else shard.attempts
        if spent >= MAX_ATTEMPTS:
            split_or_poison(run, shard, error=kind)
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_shard SET state = 'waiting', lease_until = NULL, attempts = %s, error = %s,"
                " available_at = clock_timestamp() + make_interval(secs => %s) WHERE id = %s",
                [spent, kind, retry_pause_seconds() * max(spent, 1), shard.pk],
            )


def split_or_poison(run: Run, shard: Shard, *, error: str) -> None:
    """Halve a shard by its keys; a single key that fails is set aside for a person to look at."""
    handler = handler_for(run.kind)
    keys = handler.keys(run, shard) if handler.keys else []
    if len(keys) < 2:
        Shard.objects.filter(pk=shard.pk).update(state=ShardState.POISON, lease_until=None, error=error[:200])
        log.warning("Shard %s of run %s was set aside: %s", shard.number, run.pk, error)
        return
    middle = keys[len(keys) // 2]
    _lower, upper = shard.bounds
    halves: dict[str, Any] = {"share": shard.share / 2, "attempts": 0, "error": error[:200]}
    Shard.objects.filter(pk=shard.pk).update(
        state=ShardState.WAITING, upper=middle, token=shard.token + 1, lease_until=None, **halves
    )
    Shard.objects.create(run=run, number=shard.number, lower=middle, upper=upper, **halves)
    log.info("Shard %s of run %s was halved after %s", shard.number, run.pk, error)


def describe(error: BaseException) -> str:
    """The kind of an error; never its text, which may quote a person's data."""
    state = sqlstate(error)
    return f"{type(error).__name__} {state}".strip()[:200]


def sqlstate(error: BaseException) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""


def is_contention(error: BaseException) -> bool:
    return isinstance(error, OperationalError) and sqlstate(error) in CONTENTION
