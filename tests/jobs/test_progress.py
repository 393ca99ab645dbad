"""Progress is what is committed, never falls, and silence is called a stall within two leases (A6)."""

import pytest
from django.db import connection

from jobs import progress, working
from jobs.models import Run, Shard
from jobs.progress import progress_of
from jobs.services import start_run, work_run
from tests.jobs.toy import KIND, Toy, landed

pytestmark = pytest.mark.django_db
LEASE = 60.0


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "POLL_SECONDS", 0.01)


def started() -> Run:
    return start_run(kind=KIND, scope_id=1, params={}, by=None)


def progress_is_true(toy: Toy) -> None:
    """Looked at between shards and in the middle of each; two rows are bad, so shards are halved on the way."""
    toy.bad = {7, 30}
    run, seen = started(), [0.0]

    def look(*about: object) -> bool:
        now = progress_of(run)
        assert now.fraction >= seen[-1], "it fell"
        assert now.rows_done == landed().total(), "it counts what is not there"
        assert now.fraction * toy.rows <= now.rows_done + now.open_poison + 1, "it is ahead of itself"
        assert not now.stalled
        seen.append(now.fraction)
        return False

    toy.before = look  # type: ignore[assignment]
    work_run(run.pk, worker="w", should_stop=look)
    assert seen[-1] == pytest.approx(1)
    assert progress_of(run).open_poison == 2


def test_progress_is_what_is_committed(toy: Toy) -> None:
    progress_is_true(toy)


SHARE_DONE = "sum(shard.share) FILTER (WHERE shard.state IN ('done', 'poison')) / nullif(sum(shard.share), 0)"
PARTS_DONE = "count(*) FILTER (WHERE shard.state IN ('done', 'poison'))::float / nullif(count(shard.id), 0)"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (SHARE_DONE, PARTS_DONE),  # a halved shard is two
        (SHARE_DONE, SHARE_DONE.replace("IN ('done', 'poison')", "<> 'waiting'")),  # begun is as good as done
    ],
    ids=["counts parts", "counts what has begun"],
)
def test_progress_that_flatters_is_noticed(toy: Toy, monkeypatch: pytest.MonkeyPatch, right: str, wrong: str) -> None:
    assert right in progress.PROGRESS
    monkeypatch.setattr(progress, "PROGRESS", progress.PROGRESS.replace(right, wrong, 1))
    with pytest.raises(AssertionError):
        progress_is_true(toy)


def silence_is_a_stall(toy: Toy) -> None:
    run = started()
    Run.objects.filter(pk=run.pk).update(lease_seconds=LEASE)
    seen = []
    for leases in (0.5, 1.9, 2.1):
        ago(run, leases * LEASE)
        seen.append(progress_of(run).stalled)
    assert seen == [False, False, True], "nobody ever came"
    work_run(run.pk, worker="w", should_stop=lambda: run.shards.filter(state="done").exists())
    Shard.objects.filter(run=run, number=2).update(state="leased", lease_until="2000-01-01T00:00Z")
    ago(run, 1.9 * LEASE)
    assert not progress_of(run).stalled
    ago(run, 2.1 * LEASE)
    assert progress_of(run).stalled, "its worker died"


def ago(run: Run, seconds: float) -> None:
    """As if all that has happened had happened so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_run SET created_at = clock_timestamp() - make_interval(secs => %s) WHERE id = %s",
            [seconds, run.pk],
        )
        cursor.execute(
            "UPDATE jobs_shard shard SET leased_at = run.created_at,"
            " done_at = CASE WHEN shard.state = 'done' THEN run.created_at END"
            " FROM jobs_run run WHERE run.id = shard.run_id AND leased_at IS NOT NULL AND run.id = %s",
            [run.pk],
        )


def test_silence_is_called_a_stall_within_two_leases(toy: Toy) -> None:
    silence_is_a_stall(toy)


@pytest.mark.parametrize("patience", ["20 *", "0.2 *"])
def test_another_patience_is_noticed(toy: Toy, monkeypatch: pytest.MonkeyPatch, patience: str) -> None:
    monkeypatch.setattr(progress, "PROGRESS", progress.PROGRESS.replace("2 *", patience))
    with pytest.raises(AssertionError):
        silence_is_a_stall(toy)
