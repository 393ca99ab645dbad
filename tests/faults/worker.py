"""A worker as a process of its own, for tests that kill, freeze and stop it: python -m tests.faults.worker RUN …

`--slow` seconds pass before each shard's transaction, `--hold` inside it before the proof. `--flaw` plants a fault:
no-token (the lease is not proved), two-commits (work and state are committed apart), deaf (SIGTERM is not heard),
tells-apart (findings are committed before families are told), no-look (two commits, and what is there is in the way),
done-first (a shard is called done in a commit before its work).
"""

import argparse
import signal
import time
from typing import Any
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from assessment import assessing  # noqa: E402
from jobs import engine, leases, stopping  # noqa: E402
from jobs import working as loop  # noqa: E402
from jobs.models import Run, Shard  # noqa: E402
from tests.jobs.toy import Toy  # noqa: E402

working: Any = loop
settings.DTKS_RETRY_PAUSE_SECONDS = 0.01


def two_commits(run: Run, shard: Shard) -> int:
    """Work in one commit, the shard's state in another."""
    rows = engine.handler_for(run.kind).work(run, shard)
    time.sleep(arguments.hold)
    with connection.cursor() as cursor:
        cursor.execute(leases.DONE, [rows, shard.pk])
    return rows


def done_first(run: Run, shard: Shard) -> int:
    """The shard's state in one commit, its work in another."""
    with connection.cursor() as cursor:
        cursor.execute(leases.DONE, [0, shard.pk])
    time.sleep(arguments.hold)
    with transaction.atomic():
        return engine.handler_for(run.kind).work(run, shard)


def tell_apart(*about: Any) -> None:
    connection.connection.commit()
    time.sleep(arguments.hold)
    tell(*about)


def store_all(rows: Any, objects: Any, *, ignore_conflicts: bool = False, **how: Any) -> Any:
    return store(rows, objects, **how)


rules: Any = assessing
tell, store = rules._tell, QuerySet.bulk_create


def plant(flaw: str) -> None:
    if flaw == "no-token":
        leases.prove_lease = lambda shard: time.sleep(arguments.hold)
    elif flaw in ("two-commits", "no-look"):
        working.work_shard = two_commits
    elif flaw == "done-first":
        working.work_shard = done_first
    elif flaw == "tells-apart":
        rules._tell = tell_apart
    else:
        honest = leases.prove_lease

        def prove(shard: Shard) -> None:
            time.sleep(arguments.hold)
            honest(shard)

        leases.prove_lease = prove
    if flaw == "no-look":
        QuerySet.bulk_create = store_all  # type: ignore[assignment,method-assign]


parser = argparse.ArgumentParser()
parser.add_argument("run", type=UUID)
parser.add_argument("--name", default="worker")
parser.add_argument("--slow", type=float, default=0.0)
parser.add_argument("--hold", type=float, default=0.0)
parser.add_argument("--flaw", default="")
arguments = parser.parse_args()

engine.register(Toy().handler())
plant(arguments.flaw)
take = working.take_lease


def take_slowly(run: Run, *, worker: str) -> Shard | None:
    shard: Shard | None = take(run, worker=worker)
    if shard is not None:
        time.sleep(arguments.slow)
    return shard


working.take_lease = take_slowly
if arguments.flaw != "deaf":
    signal.signal(signal.SIGTERM, lambda *_: stopping.stop_after_this_shard())
else:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
working.work_run(arguments.run, worker=arguments.name, should_stop=stopping.is_stopping)
