"""How often a register may be asked on one day: a row per register and day that all workers share.

Spent before the call with one statement, so that a hundred workers at once are counted like a hundred in a row. A call
that fails or is tried again has been paid for, as at the register itself.
"""

from datetime import datetime

from django.db import connection, transaction

from matching.vocabulary import SourceKind

SPEND = """
INSERT INTO matching_registerbudget AS kept (kind, day, spent, is_closed)
VALUES (%(kind)s, (statement_timestamp() AT TIME ZONE 'Asia/Jakarta')::date, 1, false)
ON CONFLICT (kind, day) DO UPDATE SET spent = kept.spent + 1 WHERE kept.spent < %(limit)s AND NOT kept.is_closed
RETURNING spent
"""
CLOSE = """
INSERT INTO matching_registerbudget AS kept (kind, day, spent, is_closed)
VALUES (%(kind)s, (statement_timestamp() AT TIME ZONE 'Asia/Jakarta')::date, 0, true)
ON CONFLICT (kind, day) DO UPDATE SET is_closed = true
"""
SPENT = """
SELECT spent, is_closed FROM matching_registerbudget
WHERE kind = %(kind)s AND day = (statement_timestamp() AT TIME ZONE 'Asia/Jakarta')::date
"""
# A register may count its days by a clock of its own: the new day begins some minutes late.
NEXT_DAY = """
SELECT ((statement_timestamp() AT TIME ZONE 'Asia/Jakarta')::date + 1 + time '00:05') AT TIME ZONE 'Asia/Jakarta'
"""
IN_SECONDS = "SELECT clock_timestamp() + make_interval(secs => %s)"


def spend(kind: SourceKind, *, limit: int) -> bool:
    """Pay for one call; False when today's hits are used up. Commits by itself (RuntimeError inside a transaction)."""
    if limit < 1:
        return False
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(SPEND, {"kind": kind, "limit": limit})
        return cursor.fetchone() is not None


def close_today(kind: SourceKind) -> None:
    """Nothing more today: the register has said so."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CLOSE, {"kind": kind})


def spent_today(kind: SourceKind) -> int:
    return standing_today(kind)[0]


def standing_today(kind: SourceKind) -> tuple[int, bool]:
    """Hits spent today, and whether the register has said that there are no more."""
    with connection.cursor() as cursor:
        cursor.execute(SPENT, {"kind": kind})
        row = cursor.fetchone()
    return (int(row[0]), bool(row[1])) if row else (0, False)


def next_day() -> datetime:
    """When the next day of Jakarta has begun, by the database's clock."""
    return _moment(NEXT_DAY)


def in_seconds(seconds: float) -> datetime:
    """A moment from now, by the database's clock."""
    return _moment(IN_SECONDS, seconds)


def _moment(sql: str, *parameters: float) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        moment: datetime = cursor.fetchone()[0]
    return moment
