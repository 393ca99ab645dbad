"""Comparing a phase with the population register at city size: `python -m bench.matching [--scale PERSONS]`.

Real Celery workers, a real broker, one temporary database; the register is 11.5 times the phase. In the same run:

- the floor: one bare `INSERT … SELECT` merge join of the same rows by the same key, into a table without any key;
- the peer: Splink on DuckDB compares the same pairs (bench/splink_peer.py), tables at rest in each one's own store;
- the same by one worker, and of a tenth of the persons against the same register.

They take turns; each figure is the median of the rounds. Times of a run are the database's, from the order to its end.
"""

from __future__ import annotations

import math
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench import city
from bench.database import VAR, clock, owner, temporary_database
from bench.results import keep, report

if TYPE_CHECKING:
    from dtks_portal.rehearsal.world import World
    from matching.models import Snapshot
    from registration.models import Phase

PERSONS: Final = 1_000_000
REGISTER: Final = 11.5  # rows for each person
ROUNDS: Final = 3
TENTH: Final = 10
LEASE: Final = 60  # seconds, as in production; the world of a rehearsal has shorter ones
# What a verdict cannot do without: who, and what the register said.
FLOOR: Final = """
INSERT INTO bare_verdict
SELECT %(run)s::uuid, member.id, register.status, upper(member.name) = register.name,
    member.birth_date = register.birth_date
FROM registration_member member
LEFT JOIN matching_populationrecord register
  ON register.snapshot_id = %(snapshot)s AND register.nik_index = member.nik_index
WHERE member.phase_id = %(phase)s
"""
BARE: Final = """
CREATE TABLE bare_verdict (run uuid, member uuid, status text, name_ok bool, birth_ok bool)
"""


@dataclass
class Times:
    """Seconds of each round, by what was measured."""

    of: dict[str, list[float]] = field(default_factory=dict)

    def add(self, what: str, seconds: float) -> None:
        self.of.setdefault(what, []).append(seconds)
        sys.stderr.write(f"  {what}: {seconds:.1f} s\n")

    def median(self, what: str) -> float:
        return median(self.of[what])


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench.matching")
    parser.add_argument("--scale", type=int, default=PERSONS, metavar="PERSONS", help="persons of the phase")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args(arguments)
    with temporary_database() as world, TemporaryDirectory(dir=VAR) as folder:
        found = measured(world, Path(folder), chosen.scale, chosen.rounds)
    keep(found)
    return report(found)


def measured(world: World, folder: Path, persons: int, rounds: int) -> dict[str, float]:
    """The figures of a city of so many persons in a phase."""
    from bench.splink_peer import Peer
    from dtks_portal.rehearsal.workers import running_workers

    whole, tenth, snapshot = build(persons)
    times = Times()
    with Peer(folder, phase=whole, snapshot=snapshot) as peer:
        for _round in range(rounds):
            times.add("floor", floor(whole.pk, snapshot.pk))
            peer.measure(times)
            with running_workers(world, folder, count=1) as workers:
                times.add("tenth", run_seconds(tenth, snapshot, persons // TENTH, workers=1))
                times.add("one worker", run_seconds(whole, snapshot, persons, workers=1))
                workers.start_worker()
                times.add("two workers", run_seconds(whole, snapshot, persons, workers=2))
                memory = max(peak_mb(process.pid) for process in workers.processes)
    ours, one = times.median("two workers"), times.median("one worker")
    return {
        name: float(f"{number:.3g}")
        for name, number in {
            "matching.vs_sql_floor": ours / times.median("floor"),
            "matching.one_worker_vs_sql_floor": one / times.median("floor"),
            "matching.vs_splink_predict": times.median("predict") / ours,
            "matching.vs_splink_train_predict": times.median("train and predict") / ours,
            "matching.vs_splink_bare_predict": times.median("bare predict") / ours,
            "matching.two_workers_speedup": one / ours,
            "matching.growth_exponent": math.log(one / times.median("tenth")) / math.log(TENTH),
            "matching.worker_rss_mb": memory,
            "matching.persons_per_second": persons / ours,
        }.items()
    }


def build(persons: int) -> tuple[Phase, Phase, Snapshot]:
    """A phase of so many persons, one of a tenth, and the register; all of it vacuumed and analysed."""
    from accounts.models import Role
    from accounts.services import create_staff

    dewi = create_staff(
        username="dewi", name="Dewi", email="dewi@contoh.example", password=None, role=Role.ADMIN, area=None
    )
    with clock() as spent:
        whole, tenth = _phase("seluruhnya"), _phase("sepersepuluh")
        city.settle(whole.pk, persons, officer_id=dewi.pk)
        city.settle(tenth.pk, persons // TENTH, officer_id=dewi.pk)
        snapshot = city.load_register(round(persons * REGISTER))
        with owner() as line:
            line.autocommit = True
            line.cursor().execute(BARE)
            line.cursor().execute("VACUUM ANALYZE")
    sys.stderr.write(f"  a city of {persons:,} persons and {snapshot.row_count:,} register rows: {spent[0]:.0f} s\n")
    return whole, tenth, snapshot


def _phase(slug: str) -> Phase:
    from datetime import date, timedelta

    from django.utils import timezone

    from registration.models import Phase
    from registration.stage import Stage

    now = timezone.now()
    return Phase.objects.create(
        slug=slug,
        name=slug.title(),
        stage=Stage.PEMADANAN_DUKCAPIL,
        stage_changed_at=now,
        opens_at=now - timedelta(days=20),
        closes_at=now - timedelta(days=1),
        rules_on=date(2022, 5, 9),
    )


def floor(phase: int, snapshot: int) -> float:
    """Seconds of the bare statement with its commit, by merge join."""
    with owner() as line:
        with clock() as spent, line, line.cursor() as cursor:
            cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
            cursor.execute("SET LOCAL work_mem = '256MB'")
            cursor.execute(FLOOR, {"run": "0" * 32, "phase": phase, "snapshot": snapshot})
        with line, line.cursor() as cursor:
            cursor.execute("TRUNCATE bare_verdict")
    return spent[0]


def run_seconds(phase: Phase, snapshot: Snapshot, persons: int, *, workers: int) -> float:
    """Seconds of a run from its order to its end, by the database's clock; its verdicts are deleted again."""
    from django.conf import settings

    from jobs.models import Run
    from jobs.services import RunNotAllowed, abort_run
    from matching.models import PersonVerdict
    from matching.services import start_matching

    settings.DTKS_LEASE_SECONDS = LEASE
    wait_for_workers(workers)
    run = start_matching(phase=phase, source="population", snapshot=snapshot, by=None)
    while Run.objects.live().filter(pk=run.pk).exists():
        time.sleep(0.2)  # the run has a clock of its own, and two processors
    run.refresh_from_db()
    verdicts = PersonVerdict.objects.filter(run=run).count()
    if not run.is_done or run.ended_at is None or run.open_poison or verdicts != persons:
        raise SystemExit(f"The run is {run.state}, with {verdicts:,} verdicts for {persons:,} persons: {run.error}")
    while (follows := Run.objects.live().first()) is not None:  # candidates: bench/linkage_growth.py measures them
        with suppress(RunNotAllowed):  # it has just ended
            abort_run(run=follows, by=None)
    with owner() as line, line, line.cursor() as cursor:
        cursor.execute("TRUNCATE matching_personverdict CASCADE")
    return (run.ended_at - run.created_at).total_seconds()


def wait_for_workers(number: int) -> None:
    """Until so many workers answer: one that is still at a shard does not."""
    from celery import current_app

    while len(current_app.control.ping(timeout=1) or []) < number:
        pass


def peak_mb(pid: int) -> float:
    """The most memory a process ever had in use (resident), in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return math.nan


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
