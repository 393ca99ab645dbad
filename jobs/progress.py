"""How far runs are, honestly: only committed work counts, and silence is called a stall."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jobs.models import Run

# "Stalled": no lease alive and nothing has moved for two leases, although the run wants work.
PROGRESS = """
SELECT run.id, count(shard.id), count(*) FILTER (WHERE shard.state = 'done'),
       count(*) FILTER (WHERE shard.state = 'waiting'), count(*) FILTER (WHERE shard.state = 'leased'),
       count(*) FILTER (WHERE shard.state = 'poison' AND shard.resolved_at IS NULL),
       coalesce(sum(shard.rows) FILTER (WHERE shard.state IN ('done', 'poison')), 0),
       coalesce(sum(shard.share) FILTER (WHERE shard.state IN ('done', 'poison')) / nullif(sum(shard.share), 0), 0),
       max(shard.done_at),
       run.state IN ('planned', 'running')
         AND coalesce(bool_and(shard.lease_until IS NULL OR shard.lease_until < clock_timestamp()), true)
         AND clock_timestamp() > greatest(run.created_at, run.resumed_at, max(shard.leased_at), max(shard.done_at))
             + make_interval(secs => 2 * run.lease_seconds),
       CASE WHEN bool_and(shard.state IN ('done', 'poison')
                          OR (shard.state = 'waiting' AND shard.available_at > clock_timestamp()))
            THEN min(shard.available_at) FILTER (WHERE shard.state = 'waiting') END,
       max(shard.error) FILTER (WHERE shard.state = 'waiting' AND shard.available_at > clock_timestamp())
FROM jobs_run run LEFT JOIN jobs_shard shard ON shard.run_id = run.id
WHERE run.id = ANY(%s) GROUP BY run.id
"""


@dataclass(frozen=True)
class Progress:
    """Shards by state, rows committed, and the committed part of the run (0.0 to 1.0, never falling).

    `rests_until`: all that is left waits for that moment, for the reason in `rests_because`; nothing is stalled.
    """

    shards: int
    done: int
    waiting: int
    leased: int
    open_poison: int
    rows_done: int
    fraction: float
    last_commit: datetime | None
    stalled: bool
    rests_until: datetime | None = None
    rests_because: str = ""

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 means that every shard is done or set aside."""
        return int(self.fraction * 100 + 1e-9)


def progress_of_all(runs: Iterable[Run]) -> dict[UUID, Progress]:
    """Progress of many runs in one query."""
    ids = [run.pk for run in runs]
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, [ids])
        return {row[0]: _from_row(row) for row in cursor.fetchall()}


def progress_of(run: Run) -> Progress:
    return progress_of_all([run])[run.pk]


def _from_row(row: tuple[Any, ...]) -> Progress:
    shards, done, waiting, leased, open_poison, rows_done, fraction, last_commit, stalled, until, because = row[1:]
    return Progress(
        shards,
        done,
        waiting,
        leased,
        open_poison,
        int(rows_done),
        float(fraction),
        last_commit,
        stalled=bool(stalled) and until is None,
        rests_until=until,
        rests_because=because or "" if until else "",
    )
