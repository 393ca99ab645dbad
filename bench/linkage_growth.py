"""How the two suggesting runs grow: `python -m bench.linkage_growth [--scale PEOPLE] [--register ROWS]`.

Both runs are done over a tenth and all of PEOPLE (200,000), in a temporary database each, right after the
rows were stored and before the database has counted them; the register holds ROWS (1,000,000) each time. Measured is
the processor time of this process and of its database connection, so other work on the machine does not count. The
exponent is that of the power which leads from the smallest to the largest: 1 grows as the people do, 2 as their
square. They go to bench/results.json as linkage.duplicates_exponent and linkage.candidates_exponent.

One person in fifty belongs to a crowd: born on one day, of one sex, with one word of the name in common and no NIK.
One household in twenty has one address. With --no-crowd, which keeps no figures, the people are as made: what the
pairs of the crowd cost, which are many times more among ten times the people, is the difference.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from bench.database import VAR, temporary_database
from bench.names import LEASE_SECONDS, somebody
from bench.results import keep

PEOPLE, REGISTER, SEED = 200_000, 1_000_000, 4
PARTS: Final = (0.1, 1.0)
CROWD, BORN = 50, date(1970, 1, 1)
TICKS: Final = os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench.linkage_growth")
    parser.add_argument("--scale", type=int, default=PEOPLE, metavar="PEOPLE", help="people of the largest run")
    parser.add_argument("--register", type=int, default=REGISTER, metavar="ROWS", help="rows of the register")
    parser.add_argument("--no-crowd", action="store_true", help="without the crowd; keep nothing")
    chosen = parser.parse_args(arguments)
    measured: dict[str, list[float]] = {"candidates": [], "duplicates": []}
    sizes = [int(chosen.scale * part) for part in PARTS]
    for size in sizes:
        with temporary_database(), tempfile.TemporaryDirectory(dir=VAR) as folder:
            for name, spent, found in seconds(Path(folder), size, chosen.register, crowd=not chosen.no_crowd):
                measured[name].append(spent)
                sys.stdout.write(f"{name:12}{size:>9,} people {spent:8.1f} s of CPU, {found:,} found\n")
                sys.stdout.flush()
    exponents = {f"linkage.{name}_exponent": exponent(sizes, spent) for name, spent in measured.items()}
    if not chosen.no_crowd:
        keep(exponents)
    for name, number in exponents.items():
        sys.stdout.write(f"{name} {number:.2f}\n")
    return 0


def exponent(sizes: list[int], spent: list[float]) -> float:
    return round(math.log(spent[-1] / spent[0]) / math.log(sizes[-1] / sizes[0]), 2)


def seconds(folder: Path, people: int, register: int, *, crowd: bool) -> Iterator[tuple[str, float, int]]:
    """(run, seconds of CPU, rows that it found)."""
    from django.conf import settings

    from areas.models import Area
    from dtks_portal.made_up.registered import phase_to_match, put_in, write_register
    from dtks_portal.made_up.registers import register_lines
    from dtks_portal.made_up.slips import make_set
    from identity.indexes import current_index_key_id
    from matching.linking.services import start_duplicates
    from matching.loading import load_extract
    from matching.models import Candidate, DuplicatePair
    from registration.models import Household

    settings.DTKS_WAKE_UPS, settings.DTKS_LEASE_SECONDS = False, LEASE_SECONDS
    codes = sorted(Area.objects.filter(level="kelurahan").values_list("code", flat=True))
    made = make_set(people=people, areas=codes, seed=SEED, register=people)
    write_register(folder / "register.csv", made.register)
    with (folder / "register.csv").open("a", encoding="utf-8") as file:
        file.writelines(register_lines(max(register - len(made.register), 0)))
    key, day = current_index_key_id(), date(2026, 11, 1)
    load_extract(path=folder / "register.csv", source="population", as_of=day, index_key_id=key, by=None)
    phase = phase_to_match("tahap-ukur")
    people_in = [crowded(one) if crowd and n % CROWD == 0 else one for n, one in enumerate(made.people)]
    put_in(people_in, phase=phase, owner=somebody())
    few = Household.objects.filter(phase=phase, rt="005", rw__in=["001", "002", "003", "004", "005", "006", "007"])
    few.update(address="Rusun Contoh No. 1")
    yield "candidates", *candidates(phase, Candidate)
    with clock() as spent:
        finished(start_duplicates(phase=phase, by=None))
    yield "duplicates", spent[0], DuplicatePair.objects.count()


def candidates(phase: Any, model: Any) -> tuple[float, int]:
    from jobs.models import Run
    from matching.linking.candidates import KIND
    from matching.services import start_matching

    finished(start_matching(phase=phase, source="population", by=None))
    run = Run.objects.get(kind=KIND, scope_id=phase.pk)
    with clock() as spent:
        finished(run)
    return spent[0], model.objects.count()


def finished(run: Any) -> None:
    from jobs.services import work_run

    work_run(run.pk, worker="bench")
    run.refresh_from_db()
    if run.state != "done" or run.open_poison:
        raise SystemExit(f"The run {run.kind} is {run.state}, with {run.open_poison} shards set aside.")


def crowded(one: Any) -> Any:
    first, *rest = one.typed.name.split()
    name = " ".join(["Siti", *rest]) if rest else f"Siti {first}"
    return replace(one, typed=replace(one.typed, nik="", name=name, birth_date=BORN, sex="P"))


@contextmanager
def clock() -> Iterator[list[float]]:
    """Seconds of CPU of this process and of its connection's process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    spent = [0.0]
    before = time.process_time() + _cpu_of(backend)
    yield spent
    spent[0] = time.process_time() + _cpu_of(backend) - before


def _cpu_of(stat: Path) -> float:
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
