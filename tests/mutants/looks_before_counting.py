"""Limits read their counter first and count after the work: requests side by side all see it unused."""

import time
from datetime import timedelta

from accounts import limits
from accounts.models import LimitCounter

count_later = limits.spend


def spend(bucket: str, key: str | bytes, *, limit: int, window: timedelta) -> bool:
    row = LimitCounter.objects.filter(bucket=bucket, key=limits._digest(key)).first()
    time.sleep(0.3)  # as long as the look at a password may take on a busy machine
    count_later(bucket, key, limit=limit, window=window)
    return row is None or row.count < limit


limits.spend = spend
