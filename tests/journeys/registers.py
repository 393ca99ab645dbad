"""Files from outside, about made-up people: register extracts, what SIKS-NG gives back, the ministry's list."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from tests.journeys.families import NUR, SUKARDI, WARSINI, Home
from tests.journeys.workers import manage
from tests.people import GAMBIR

POPULATION = (
    "nik", "no_kk", "nama", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "kode_kelurahan", "rt", "rw",
    "pekerjaan", "status",
)  # fmt: skip
MISSPELT = {WARSINI.nik: "WARSINEM"}
INACTIVE = {SUKARDI.nik}


def as_of() -> date:
    return timezone.localdate() - timedelta(days=7)


def import_extracts(folder: Path, homes: Iterable[Home]) -> None:
    """Write both extracts and load them with the command an operator uses."""
    homes = list(homes)
    population = write(folder / "kependudukan.csv", POPULATION, population_rows(homes))
    assets = write(folder / "aset.csv", ("nik", "no_kk", "jenis", "nomor", "nilai"), asset_rows(homes))
    manage("import_extract", "population", str(population), "--as-of", as_of().isoformat())
    manage("import_extract", "assets", str(assets), "--as-of", as_of().isoformat())


def population_rows(homes: Iterable[Home]) -> Iterable[Sequence[str]]:
    """Everybody who has a NIK; one name is misspelt, one NIK is not active."""
    for home in homes:
        for family in home.families:
            for person in family.people:
                if person.nik:
                    name = MISSPELT.get(person.nik, person.name.upper())
                    status = "nonaktif" if person.nik in INACTIVE else "aktif"
                    born = person.born.isoformat()
                    yield (
                        person.nik, family.number, name, "JAKARTA", born, person.sex, GAMBIR, "007", "004",
                        "LAINNYA", status,
                    )  # fmt: skip


def asset_rows(homes: Iterable[Home]) -> Iterable[Sequence[str]]:
    """Everybody rides a motorcycle; Nur is still the owner of a car on paper."""
    for home in homes:
        for family in home.families:
            yield family.people[0].nik, family.number, "motor", "B 3471 ZZA", "9500000"
            if NUR in family.people:
                yield NUR.nik, family.number, "mobil", "B 1945 ZZH", "62000000"


def answer_of_siks_ng(package: Path, target: Path) -> Path:
    """Every row of the downloaded package was accepted."""
    rows = csv.DictReader(package.open(encoding="utf-8"))
    return write(target, ("NIK", "STATUS", "KETERANGAN"), [(row["NIK"], "BERHASIL", "") for row in rows])


def ministry_list(target: Path, homes: Iterable[Home]) -> Path:
    header = ("nik", "nama", "tanggal_lahir", "status", "program", "per_tanggal", "alasan")
    day = timezone.localdate().isoformat()
    people = [person for home in homes for person in home.people]
    rows = [
        (person.nik, person.name.upper(), person.born.isoformat(), "ditetapkan_layak", "PBI JK;BPNT", day, "")
        for person in people
    ]
    return write(target, header, rows)


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
