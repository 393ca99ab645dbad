"""Made-up register extracts that go with made-up households, with the error rates seen in real registers.

Rates: 5–10 % of persons do not match, mostly by name; 0.2–0.3 % dead (Kemensos and BPKP figures as reported in the
press, 2020–2021); among recipients about 1.2 % had a car and 0.5 % land above the limit (Jakarta, October 2023).
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from dtks_portal.made_up.households import MadeUpHousehold, MadeUpPerson, Numbers
from dtks_portal.made_up.names import made_up_name, misspelt

POPULATION_HEADER = (
    "nik", "no_kk", "nama", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "kode_kelurahan", "rt", "rw",
    "pekerjaan", "status",
)  # fmt: skip
ASSETS_HEADER = ("nik", "no_kk", "jenis", "nomor", "nilai")


@dataclass(frozen=True)
class Rates:
    missing: float = 0.02
    misspelt: float = 0.05
    dead: float = 0.0025
    inactive: float = 0.005
    moved: float = 0.005
    car: float = 0.02
    motorcycle: float = 0.35
    dear_land: float = 0.008
    neighbours: float = 1.0  # further register rows per applicant, people who did not apply


def write_population(path: Path, households: Iterable[MadeUpHousehold], *, seed: int, rates: Rates) -> int:
    """Write the population extract; return its number of rows."""
    chance = Random(seed + 1)  # noqa: S311
    numbers = _Strangers()
    rows = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(POPULATION_HEADER)
        for household in households:
            for family in household.families:
                for person in family.people:
                    if person.nik and chance.random() >= rates.missing:
                        writer.writerow(_population_row(chance, person, family.kk, household, rates))
                        rows += 1
                    if chance.random() < rates.neighbours:
                        writer.writerow(numbers.row(chance, household))
                        rows += 1
    return rows


def write_assets(path: Path, households: Iterable[MadeUpHousehold], *, seed: int, rates: Rates) -> int:
    """Write the vehicles and land extract; return its number of rows."""
    chance = Random(seed + 2)  # noqa: S311
    rows = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(ASSETS_HEADER)
        for household in households:
            for family in household.families:
                owner = family.people[0]
                if not owner.nik:
                    continue
                for row in _assets_of(chance, owner.nik, family.kk, rates):
                    writer.writerow(row)
                    rows += 1
    return rows


def _population_row(
    chance: Random, person: MadeUpPerson, kk: str, household: MadeUpHousehold, rates: Rates
) -> tuple[str, ...]:
    name = misspelt(chance, person.name) if chance.random() < rates.misspelt else person.name
    draw = chance.random()
    status, code = "aktif", household.kelurahan
    if draw < rates.dead:
        status = "meninggal"
    elif draw < rates.dead + rates.inactive:
        status = "nonaktif"
    elif draw < rates.dead + rates.inactive + rates.moved:
        status, code = "pindah", "32.75.01.1001"
    return (
        person.nik, kk, name.upper(), person.birth_place.upper(), person.birth_date.isoformat(), person.sex, code,
        household.rt, household.rw, person.occupation, status,
    )  # fmt: skip


def _assets_of(chance: Random, nik: str, kk: str, rates: Rates) -> Iterable[tuple[str, ...]]:
    def plate() -> str:
        return f"B {chance.randint(1000, 9999)} ZZ{chance.choice('ABCDEFGH')}"

    if chance.random() < rates.motorcycle:
        yield nik, kk, "motor", plate(), str(chance.randrange(4_000_000, 18_000_000, 500_000))
    if chance.random() < rates.car:
        yield nik, kk, "mobil", plate(), str(chance.randrange(40_000_000, 180_000_000, 5_000_000))
    if chance.random() < 0.2 + rates.dear_land:
        dear = chance.random() < rates.dear_land / (0.2 + rates.dear_land)
        value = chance.randrange(1_000_000_001, 2_500_000_000) if dear else chance.randrange(50_000_000, 900_000_000)
        yield nik, kk, "tanah_bangunan", f"99.99.999.999.{chance.randint(0, 9999):04d}.0", str(value)


class _Strangers:
    """Register rows of people who did not apply: unknown region 99, so they meet no applicant."""

    def __init__(self) -> None:
        self._numbers = Numbers()
        self._count = 0

    def row(self, chance: Random, household: MadeUpHousehold) -> tuple[str, ...]:
        sex = chance.choice("LP")
        self._count += 1
        region = f"99{self._count // 900 % 9000 + 1000:04d}"
        born = household.people[0].birth_date
        return (
            self._numbers.nik(region, born, sex), self._numbers.kk(region, born), made_up_name(chance, sex).upper(),
            "JAKARTA", born.isoformat(), sex, household.kelurahan, household.rt, household.rw, "LAINNYA", "aktif",
        )  # fmt: skip
