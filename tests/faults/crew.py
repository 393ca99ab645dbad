"""Several workers as threads of this process, each of which takes a shard before any of them works on one."""

import threading
from typing import Any

import pytest
from django.db import connection

from jobs import services, working
from jobs.models import Run, RunState, Shard

loop: Any = working


def work_together(run: Run, size: int, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The run, worked on by `size` workers until it is over; it needs as many shards."""
    services.work_run(run.pk, worker="planner", should_stop=lambda: is_planned(run))
    gate, met, take = threading.Barrier(size), threading.local(), loop.take_lease

    def take_and_meet(run: Run, *, worker: str) -> Shard | None:
        shard: Shard | None = take(run, worker=worker)
        if not hasattr(met, "once"):
            met.once = gate.wait(20)
        return shard

    def work(number: int) -> None:
        try:
            services.work_run(run.pk, worker=f"w{number}")
        finally:
            connection.close()

    with monkeypatch.context() as patch:
        patch.setattr(loop, "take_lease", take_and_meet)
        crew = [threading.Thread(target=work, args=(number,)) for number in range(size)]
        for one in crew:
            one.start()
        for one in crew:
            one.join(60)
    run.refresh_from_db()
    assert (run.state, run.open_poison) == (RunState.DONE, 0)
    assert set(run.shards.values_list("worker", flat=True)) >= {f"w{number}" for number in range(size)}
    return run


def is_planned(run: Run) -> bool:
    return Run.objects.get(pk=run.pk).state != RunState.PLANNED
