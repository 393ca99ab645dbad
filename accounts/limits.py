"""Limits as counters in PostgreSQL, spent before the work they protect.

One statement adds to the counter and says what it now is, so that sixty requests at once are counted like sixty in a
row. Counting commits on its own before the work begins: work that fails or is cut off stays counted.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

SPEND = """
INSERT INTO accounts_limitcounter AS kept (bucket, key, window_start, window_end, count)
VALUES (%(bucket)s, %(key)s, statement_timestamp(), statement_timestamp() + make_interval(secs => %(window)s), 1)
ON CONFLICT (bucket, key) DO UPDATE SET
    count = CASE WHEN kept.window_end <= statement_timestamp() THEN 1 ELSE LEAST(kept.count + 1, 1000000) END,
    window_start = CASE WHEN kept.window_end <= statement_timestamp() THEN excluded.window_start
                        ELSE kept.window_start END,
    window_end = CASE WHEN kept.window_end <= statement_timestamp() THEN excluded.window_end ELSE kept.window_end END
RETURNING count
"""
FORGIVE = "DELETE FROM accounts_limitcounter WHERE bucket = %(bucket)s AND key = %(key)s"
GIVE_BACK = """
UPDATE accounts_limitcounter SET count = count - 1 WHERE bucket = %(bucket)s AND key = %(key)s AND count > 0
"""
USED = """
SELECT count FROM accounts_limitcounter
WHERE bucket = %(bucket)s AND key = %(key)s AND window_end > statement_timestamp()
"""
FORGET_EXPIRED = "DELETE FROM accounts_limitcounter WHERE window_end < statement_timestamp() - interval '1 hour'"


def spend(bucket: str, key: str | bytes, *, limit: int, window: timedelta) -> bool:
    """Count one use of `key` in `bucket`; False once more than `limit` uses fall into the window.

    The window begins with the first use and is not prolonged by later ones. `key` may be personal (an address, an
    index): only a keyed digest of it is stored. Must not be called inside a transaction, whose rollback would undo
    the count (RuntimeError).
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(SPEND, {"bucket": bucket, "key": _digest(key), "window": window.total_seconds()})
        row = cursor.fetchone()
    return bool(row[0] <= limit)


def forgive(bucket: str, key: str | bytes) -> None:
    """Forget the uses of a key, after it has been used rightly."""
    with connection.cursor() as cursor:
        cursor.execute(FORGIVE, {"bucket": bucket, "key": _digest(key)})


def give_back(bucket: str, key: str | bytes) -> None:
    """Take one use back that was counted just now."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"bucket": bucket, "key": _digest(key)})


def used(bucket: str, key: str | bytes) -> int:
    """How many uses fall into the present window, without counting one."""
    with connection.cursor() as cursor:
        cursor.execute(USED, {"bucket": bucket, "key": _digest(key)})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def forget_expired() -> int:
    """Remove counters whose window is over; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_EXPIRED)
        return int(cursor.rowcount)


def _digest(key: str | bytes) -> bytes:
    return salted_hmac("accounts.limits", key, algorithm="sha256").digest()[:16]
