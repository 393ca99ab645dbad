"""What an import costs over bare COPY, sort and index: `python -m bench.imports [--scale ROWS]`.

Both load the same made-up register into one temporary database in one run; the floor gets the columns ready-made, the
import reads the CSV file, checks every value and computes two keyed indexes a row. The ratio goes to
bench/results.json as import.vs_copy.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Final

from bench.database import VAR, clock, owner, temporary_database
from bench.results import keep

FULL: Final = 11_500_000  # persons of Jakarta's register
COLUMNS: Final = (
    "nik_index bytea, kk_index bytea, name text, birth_place text, birth_date date, sex text, kelurahan_code text, "
    "rt text, rw text, occupation text, status text"
)


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench.imports")
    parser.add_argument("--scale", type=int, default=FULL, metavar="ROWS", help="rows of the register")
    rows = parser.parse_args(arguments).scale
    with temporary_database(), tempfile.TemporaryDirectory(dir=VAR) as folder:
        found = measured(Path(folder), rows)
    keep({name: round(number, 2) for name, number in found.items() if name == "import.vs_copy"})
    sys.stdout.write(
        f"import.vs_copy {found['import.vs_copy']:.2f}  ({rows:,} rows: import {found['import']:.1f} s, "
        f"bare copy {found['copy']:.1f} s)\n"
    )
    return 0


def measured(folder: Path, rows: int) -> dict[str, float]:
    """Seconds of the import, of the floor (mean of one before and one after it), and their ratio."""
    from dtks_portal.made_up.registers import write_register
    from identity.indexes import current_index_key_id
    from matching.loading import load_extract
    from matching.models import PopulationRecord

    file, ready = folder / "register.csv", folder / "columns.txt"
    write_register(file, rows)
    make_ready(file, ready)
    before = floor(ready)
    with clock() as ours:
        load_extract(
            path=file, source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), by=None
        )
    after = floor(ready)
    stored = PopulationRecord.objects.count()
    if stored != rows:
        raise SystemExit(f"{stored} rows were stored instead of {rows}.")
    copy = (before + after) / 2
    return {"import": ours[0], "copy": copy, "import.vs_copy": ours[0] / copy}


def make_ready(file: Path, ready: Path) -> None:
    """The columns as the import computes them, as a file for COPY."""
    from identity.indexes import index_key
    from matching.snapshots.parsing import Parser
    from matching.snapshots.reading import ExtractFile

    extract = ExtractFile(file, "population")
    parser: Parser | None = None
    with ready.open("wb") as out:
        for chunk in extract.chunks():
            if parser is None and extract.shape is not None:
                parser = Parser(extract.shape, index_key())
            if parser is not None:
                lines = parser.parse(chunk).text.split(b"\n")
                out.write(b"\n".join(line.rpartition(b"\t")[0] for line in lines))


def floor(ready: Path) -> float:
    """Seconds of COPY, sort and primary key for a file of ready-made columns."""
    with owner() as line, ready.open("rb") as file:
        with clock() as spent, line, line.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL maintenance_work_mem = '128MB'")
            cursor.execute(f"CREATE TEMPORARY TABLE bare ({COLUMNS}) ON COMMIT DROP")
            cursor.copy_expert("COPY bare FROM STDIN", file, 1 << 20)
            cursor.execute("CREATE TABLE bare_sorted AS SELECT 1 AS snapshot_id, * FROM bare ORDER BY nik_index")
            cursor.execute("ALTER TABLE bare_sorted ADD PRIMARY KEY (snapshot_id, nik_index)")
        with line, line.cursor() as cursor:
            cursor.execute("DROP TABLE bare_sorted")
    return spent[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
