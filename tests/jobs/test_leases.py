"""The fencing token and the abort, with workers as threads on a live database; each with its planted flaw."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection

from jobs import leases
from jobs.models import Run, RunState, Shard, ShardState
from jobs.run_row import ORDER_LOCK_TIMEOUT
from jobs.services import abort_run, pause_run, resume_run, start_run, work_run
from tests.faults.processes import wait_until
from tests.jobs.toy import KIND, Person, Toy, landed, once_each

pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def body() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=body)
    thread.start()
    return thread


class Gate:
    """Holds the first worker that comes to a shard's work until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, run: Run, shard: Shard) -> None:
        if not self.reached.is_set():
            self.reached.set()
            assert self.opened.wait(20)


def outlive_a_lease(toy: Toy) -> None:
    """One worker is held in its first shard until another, whose lease is its own, has done everything."""
    gate = toy.before = Gate()
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    late = in_thread(lambda: work_run(run.pk, worker="late"))
    assert gate.reached.wait(10)
    Shard.objects.filter(run=run, worker="late").update(lease_until="2026-01-01T00:00Z")
    work_run(run.pk, worker="quick")
    gate.opened.set()
    late.join(20)
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert landed() == once_each(40)
    assert set(run.shards.values_list("worker", flat=True)) == {"quick"}


def test_a_worker_that_outlived_its_lease_changes_nothing(toy: Toy) -> None:
    outlive_a_lease(toy)


def test_without_the_token_the_late_worker_would_double_rows(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "prove_lease", lambda shard: None)
    with pytest.raises(AssertionError):
        outlive_a_lease(toy)


Halt = Callable[..., Run]
HALTS = [(abort_run, RunState.ABORTED), (pause_run, RunState.PAUSED)]


def halt_while_working(toy: Toy, halt: Halt, state: RunState) -> None:
    """A run is stopped or paused while a worker is in its first shard; then it goes on."""
    gate = toy.before = Gate()
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    worker = in_thread(lambda: work_run(run.pk, worker="w"))
    assert gate.reached.wait(10)
    began = time.monotonic()
    halt(run=run, by=Person())
    assert time.monotonic() - began < 10  # the worker is held for 20
    assert not run.shards.filter(state=ShardState.LEASED).exists()
    before = landed()
    gate.opened.set()
    worker.join(20)
    assert landed() == before
    run.refresh_from_db()
    assert run.state == state
    assert work_run(run.pk, worker="nobody asked") == 0
    resume_run(run=run, by=Person())
    assert work_run(run.pk, worker="later") == 4
    assert landed() == once_each(40)


@pytest.mark.parametrize(("halt", "state"), HALTS)
def test_nothing_lands_after_a_stop_or_a_pause(toy: Toy, halt: Halt, state: RunState) -> None:
    halt_while_working(toy, halt, state)


@pytest.mark.parametrize(("halt", "state"), HALTS)
def test_without_the_look_at_the_run_rows_would_land_after_it(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, halt: Halt, state: RunState
) -> None:
    monkeypatch.setattr(leases, "prove_lease", lambda shard: None)
    with pytest.raises(AssertionError):
        halt_while_working(toy, halt, state)


def test_many_workers_share_a_run_without_doubling(toy: Toy) -> None:
    toy.rows, toy.size = 300, 5
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    workers = [in_thread(lambda n=n: work_run(run.pk, worker=f"w{n}")) for n in range(4)]  # type: ignore[misc]
    for worker in workers:
        worker.join(60)
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert landed() == once_each(300)


def test_a_frozen_transaction_is_ended_by_the_database(toy: Toy) -> None:
    """A worker frozen inside its transaction holds locks for about a lease, not for ever."""
    gate = toy.before = Gate()
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)
    Run.objects.filter(pk=run.pk).update(lease_seconds=0.5)
    late = in_thread(lambda: work_run(run.pk, worker="frozen"))
    assert gate.reached.wait(10)
    wait_until(lambda: idle_in_transaction() == 1)
    wait_until(lambda: idle_in_transaction() == 0, seconds=15)  # the worker is held for 20
    gate.opened.set()
    late.join(20)
    assert landed() == once_each(40)


def halt_a_run_whose_worker_is_frozen_at_its_commit(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has proved its lease, holds the row of the run, and does not go on."""
    gate, honest = Gate(), leases.prove_lease
    run = start_run(kind=KIND, scope_id=1, params={}, by=None)

    def prove_and_freeze(shard: Shard) -> None:
        honest(shard)
        gate(run, shard)

    with monkeypatch.context() as patch:
        patch.setattr(leases, "prove_lease", prove_and_freeze)
        frozen = in_thread(lambda: work_run(run.pk, worker="frozen"))
        assert gate.reached.wait(10)
        began = time.monotonic()
        try:
            abort_run(run=run, by=Person())
            assert time.monotonic() - began < 10  # the worker is held for 20
        finally:
            gate.opened.set()
            frozen.join(20)
    assert not landed()
    work_run(resume_run(run=run, by=Person()).pk, worker="later")
    assert landed() == once_each(40)


def test_a_worker_frozen_at_its_commit_does_not_hold_up_a_stop(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (leases.AT_THE_COMMIT, ORDER_LOCK_TIMEOUT) == ("1000ms", "1500ms")
    monkeypatch.setattr(leases, "AT_THE_COMMIT", "300ms")
    halt_a_run_whose_worker_is_frozen_at_its_commit(toy, monkeypatch)


def test_one_that_held_it_for_a_whole_lease_would(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "AT_THE_COMMIT", "60s")
    with pytest.raises(OperationalError):
        halt_a_run_whose_worker_is_frozen_at_its_commit(toy, monkeypatch)


def idle_in_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        )
        return int(cursor.fetchone()[0])
