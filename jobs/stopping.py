"""How a worker learns that it should stop after its shard.

Celery's pool processes are not told about a warm shutdown; one byte of memory shared with them before the fork is.
"""

import mmap
from typing import Any

from celery.signals import worker_shutting_down

_flag = mmap.mmap(-1, 1)


def is_stopping() -> bool:
    return _flag[0] == 1


def stop_after_this_shard(**kwargs: Any) -> None:
    """Safe in a signal handler: it writes one byte and takes no lock."""
    _flag[0] = 1


worker_shutting_down.connect(stop_after_this_shard, dispatch_uid="jobs.stopping")
