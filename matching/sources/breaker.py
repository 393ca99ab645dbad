"""A circuit breaker that all workers share: a register that is down is left alone, and tried by one call at a time.

Closed: calls go through, failures in a row are counted. Open: nobody calls until `retry_at`. Half-open: one caller gets
the probe. Each failed probe doubles the pause; after GIVE_UP_PROBES of them people get "source did not answer" at once,
until a probe succeeds. All times are the database's.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.db import connection, transaction

from matching.vocabulary import SourceKind

OPENS_AFTER = 5  # failures in a row
PAUSE_SECONDS = 60.0  # doubled by each failed probe, up to PAUSE_DOUBLINGS times
PAUSE_DOUBLINGS = 6
PROBE_SECONDS = 60.0  # after which a probe that never came back counts no more
GIVE_UP_PROBES = 10  # about five hours

LOOK = """
SELECT retry_at IS NULL, failed_probes >= %(give_up)s, greatest(retry_at, probe_until)
FROM matching_registerbreaker WHERE kind = %(kind)s
"""
TAKE_PROBE = """
UPDATE matching_registerbreaker SET probe_until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE kind = %(kind)s AND retry_at <= clock_timestamp() AND coalesce(probe_until <= clock_timestamp(), true)
"""
SUCCESS = """
UPDATE matching_registerbreaker
SET failures = 0, retry_at = NULL, failed_probes = 0, probe_until = NULL, changed_at = clock_timestamp()
WHERE kind = %(kind)s AND (failures > 0 OR retry_at IS NOT NULL)
"""
# A late failure of a call from before it opened moves nothing; a failed probe opens it again, for longer.
FAILURE = """
INSERT INTO matching_registerbreaker AS kept (kind, failures, retry_at, failed_probes)
VALUES (%(kind)s, 1, CASE WHEN 1 >= %(threshold)s THEN clock_timestamp() + make_interval(secs => %(pause)s) END, 0)
ON CONFLICT (kind) DO UPDATE SET
    failures = kept.failures + 1,
    retry_at = CASE
        WHEN kept.retry_at IS NULL AND kept.failures + 1 >= %(threshold)s
            THEN clock_timestamp() + make_interval(secs => %(pause)s)
        WHEN kept.retry_at <= clock_timestamp()
            THEN clock_timestamp() + make_interval(secs => %(pause)s * 2 ^ least(kept.failed_probes + 1, %(doublings)s))
        ELSE kept.retry_at END,
    failed_probes = kept.failed_probes + (kept.retry_at <= clock_timestamp() AND kept.retry_at IS NOT NULL)::int,
    probe_until = CASE WHEN kept.retry_at <= clock_timestamp() THEN NULL ELSE kept.probe_until END,
    changed_at = clock_timestamp()
RETURNING retry_at IS NOT NULL
"""


class Gate(Enum):
    CLOSED = auto()  # ask
    PROBE = auto()  # ask once, for everybody
    WAIT = auto()
    GIVEN_UP = auto()  # no answer is to be had


@dataclass(frozen=True)
class Knock:
    """What a caller may do; `until` says how long to wait."""

    gate: Gate
    until: datetime | None = None

    @property
    def may_ask(self) -> bool:
        return self.gate in (Gate.CLOSED, Gate.PROBE)


def knock(kind: SourceKind) -> Knock:
    """Whether the register may be asked now. Who is told PROBE must ask, and report success or failure."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"kind": kind, "give_up": GIVE_UP_PROBES})
        row = cursor.fetchone()
        if row is None or row[0]:
            return Knock(Gate.CLOSED)
    if take_probe(kind):
        return Knock(Gate.PROBE)
    return Knock(Gate.GIVEN_UP) if row[1] else Knock(Gate.WAIT, until=row[2])


def take_probe(kind: SourceKind) -> bool:
    """Become the one caller of a half-open register: one statement, so that of many only one does."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(TAKE_PROBE, {"kind": kind, "seconds": PROBE_SECONDS})
        return bool(cursor.rowcount == 1)


def note_success(kind: SourceKind) -> None:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(SUCCESS, {"kind": kind})


def note_failure(kind: SourceKind) -> bool:
    """Count a failed call; True when the register is to be left alone now."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            FAILURE,
            {"kind": kind, "threshold": OPENS_AFTER, "pause": PAUSE_SECONDS, "doublings": PAUSE_DOUBLINGS},
        )
        return bool(cursor.fetchone()[0])
