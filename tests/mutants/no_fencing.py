"""A worker lands what it has done whoever holds the shard by now.

It lingers before its work, so that it is overtaken there on any machine.
"""

import time
from typing import Any

from jobs import leases, working
from jobs.models import Run, Shard

LINGERS = 0.6  # seconds
loop: Any = working
take = leases.take_lease


def take_slowly(run: Run, *, worker: str) -> Shard | None:
    shard = take(run, worker=worker)
    if shard is not None:
        time.sleep(LINGERS)
    return shard


leases.prove_lease = lambda shard: None
loop.take_lease = take_slowly
