"""A made-up population register of any size: the same rows each time, made as fast as they can be written."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from dtks_portal.made_up.extracts import POPULATION_HEADER
from dtks_portal.made_up.names import MEN, PLACES, SECOND, WOMEN

BATCH = 20_000  # rows written at once
FAMILY = 3
JOBS = ("LAINNYA", "BURUH HARIAN LEPAS", "MENGURUS RUMAH TANGGA", "PELAJAR/MAHASISWA", "KARYAWAN SWASTA", "WIRASWASTA")
STATUSES = ("aktif",) * 97 + ("meninggal", "pindah", "nonaktif")
DAYS = tuple((date(1945, 1, 1) + timedelta(days=number)).isoformat() for number in range(28_000))
AREAS = tuple(f"31.7{city}.0{one}.{1001 + village}" for city in "12345" for one in "12345678" for village in range(6))


def register_lines(rows: int) -> Iterator[str]:
    """Lines of a population extract without header. Person n has a NIK that starts with 99 (no region has that)."""
    men = [f"{first.upper()} {second.upper()}" for first in MEN for second in SECOND]
    women = [f"{first.upper()} {second.upper()}" for first in WOMEN for second in SECOND]
    for n in range(rows):
        scattered = n * 2_654_435_761 % 4_294_967_291  # prime: neighbours differ, and nothing repeats
        names, sex = (women, "P") if scattered & 1 else (men, "L")
        name = f"{names[scattered % len(names)]} {SECOND[n % len(SECOND)].upper()}"
        yield (
            f"99{scattered:014d},98{n // FAMILY:014d},{name},{PLACES[scattered % 10].upper()},"
            f"{DAYS[scattered % 28_000]},{sex},{AREAS[n // 900 % len(AREAS)]},{n % 16 + 1:03d},{n // 16 % 12 + 1:03d},"
            f"{JOBS[scattered % 6]},{STATUSES[scattered % 100]}\n"
        )


def write_register(path: Path, rows: int) -> None:
    """Write a population extract of so many rows."""
    lines = register_lines(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(",".join(POPULATION_HEADER) + "\n")
        while batch := "".join(islice(lines, BATCH)):
            file.write(batch)
