"""How far runs are, honestly: only committed work counts, and silence is called a stall."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jobs.models import Run

RECENT = "5 minutes"  # the pace is that of this time, or since the run was started or resumed

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
       max(shard.error) FILTER (WHERE shard.state = 'waiting' AND shard.available_at > clock_timestamp()),
       coalesce(sum(shard.rows) FILTER (WHERE shard.done_at > recent.since), 0),
       coalesce(sum(shard.share) FILTER (WHERE shard.done_at > recent.since) / nullif(sum(shard.share), 0), 0),
       greatest(extract(epoch FROM statement_timestamp() - recent.since), 0)::float
FROM jobs_run run LEFT JOIN jobs_shard shard ON shard.run_id = run.id
CROSS JOIN LATERAL (
    SELECT greatest(run.created_at, run.resumed_at, statement_timestamp() - %s::interval) AS since
) AS recent
WHERE run.id = ANY(%s) GROUP BY run.id, recent.since
"""


@dataclass(frozen=True)
class Progress:
    """Shards by state, rows committed, and the committed part of the run (0.0 to 1.0, never falling).

    `rests_until`: all that is left waits for that moment, for the reason in `rests_because`; nothing is stalled.
    `rows_recent` and `fraction_recent` are what was committed in the last `seconds_recent` (RECENT at most).
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
    rows_recent: int
    fraction_recent: float
    seconds_recent: float
    rests_until: datetime | None = None
    rests_because: str = ""

    @property
    def rows_a_second(self) -> float:
        """The pace of late; 0.0 when nothing has been committed."""
        return self.rows_recent / self.seconds_recent if self.seconds_recent else 0.0

    @property
    def seconds_left(self) -> int | None:
        """How long the rest takes at this pace; None while nobody can know."""
        if not self.fraction_recent or not self.seconds_recent:
            return None
        return round((1 - self.fraction) * self.seconds_recent / self.fraction_recent)

    @property
    def time_left(self) -> str:
        """The same for people: "0:02:05", or "" while nobody can know."""
        left = self.seconds_left
        return "" if left is None else str(timedelta(seconds=left))

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 means that every shard is done or set aside."""
        return int(self.fraction * 100 + 1e-9)


def progress_of_all(runs: Iterable[Run]) -> dict[UUID, Progress]:
    """Progress of many runs in one query."""
    ids = [run.pk for run in runs]
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, [RECENT, ids])
        return {row[0]: _from_row(row) for row in cursor.fetchall()}


def progress_of(run: Run) -> Progress:
    return progress_of_all([run])[run.pk]


def _from_row(row: tuple[Any, ...]) -> Progress:
    shards, done, waiting, leased, open_poison, rows_done, fraction, last_commit, stalled, *later = row[1:]
    until, because, rows_recent, fraction_recent, seconds_recent = later
    return Progress(
        shards=shards,
        done=done,
        waiting=waiting,
        leased=leased,
        open_poison=open_poison,
        rows_done=int(rows_done),
        fraction=float(fraction),
        last_commit=last_commit,
        stalled=bool(stalled) and until is None,
        rows_recent=int(rows_recent),
        fraction_recent=float(fraction_recent),
        seconds_recent=float(seconds_recent),
        rests_until=until,
        rests_because=because or "" if until else "",
    )
