"""Made-up families and the extracts that know them: person n has NIK 99…n and lives in family n // 3."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import User
from identity.indexes import keyed_index
from matching.snapshots.columns import ASSET_COLUMNS, POPULATION_COLUMNS
from registration.models import Family, Household, Member, Phase
from registration.stage import Stage

GAMBIR = "31.71.01.1001"
TEBET = "31.74.01.1001"
FAMILY_SIZE = 3


def nik_of(n: int) -> str:
    return f"9901{n // 9999 + 1:02d}010190{n % 9999 + 1:04d}"


def kk_of(n: int) -> str:
    return f"98{n // FAMILY_SIZE:014d}"


@dataclass(frozen=True)
class Entry:
    """One line of a population extract."""

    nik: str
    no_kk: str
    nama: str
    tempat_lahir: str = "Jakarta"
    tanggal_lahir: str = "1990-01-01"
    jenis_kelamin: str = "L"
    kode_kelurahan: str = GAMBIR
    rt: str = "001"
    rw: str = "002"
    pekerjaan: str = "BURUH HARIAN LEPAS"
    status: str = "aktif"

    def but(self, **changes: str) -> "Entry":
        return replace(self, **changes)


def name_of(n: int) -> str:
    return f"Orang {''.join(chr(ord('a') + int(digit)) for digit in str(n))} Contoh"


def born(n: int) -> date:
    return date(1960, 1, 1) + timedelta(days=n % 20_000)


def entry(n: int) -> Entry:
    """The register agrees with person n in everything."""
    return Entry(
        nik=nik_of(n),
        no_kk=kk_of(n),
        nama=name_of(n).upper(),
        tanggal_lahir=born(n).isoformat(),
        jenis_kelamin="LP"[n % 2],
    )


def write_population(path: Path, entries: Iterable[Entry]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(POPULATION_COLUMNS)
        writer.writerows([getattr(one, column) for column in POPULATION_COLUMNS] for one in entries)
    return path


def write_assets(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(ASSET_COLUMNS)
        writer.writerows(rows)
    return path


def make_phase(slug: str = "tahap-uji") -> Phase:
    now = timezone.now()
    return Phase.objects.create(
        slug=slug,
        name="Tahap Uji",
        stage=Stage.PEMADANAN_DUKCAPIL,
        stage_changed_at=now,
        opens_at=now - timedelta(days=20),
        closes_at=now - timedelta(days=1),
        rules_on=date(2022, 5, 9),
    )


def settle(phase: Phase, people: int, *, owner: User, without_nik: frozenset[int] = frozenset()) -> list[Member]:
    """Submitted households of one family each, three members per family; person n is `Member` n of the answer."""
    households, families, members = [], [], []
    for number in range((people + FAMILY_SIZE - 1) // FAMILY_SIZE):
        home = Household(
            phase=phase,
            account=owner,
            kelurahan_id=GAMBIR,
            ktp_kelurahan_id=GAMBIR,
            address="Jalan Contoh 1",
            rt="001",
            rw="002",
            submitted_at=timezone.now(),
            submitted_by=owner,
        )
        kk = kk_of(number * FAMILY_SIZE)
        family = Family(household=home, number=1, kk=kk, kk_index=keyed_index("kk", kk))
        households.append(home)
        families.append(family)
        for place in range(min(FAMILY_SIZE, people - number * FAMILY_SIZE)):
            members.append(member(number * FAMILY_SIZE + place, phase, home, family, place + 1, without_nik))
    Household.objects.bulk_create(households, batch_size=1000)
    Family.objects.bulk_create(families, batch_size=1000)
    return Member.objects.bulk_create(members, batch_size=1000)


def member(n: int, phase: Phase, home: Household, family: Family, number: int, without_nik: frozenset[int]) -> Member:
    has_nik = n not in without_nik
    return Member(
        phase=phase,
        household=home,
        family=family,
        number=number,
        nik=nik_of(n) if has_nik else None,
        nik_index=keyed_index("nik", nik_of(n)) if has_nik else None,
        name=name_of(n),
        birth_date=born(n),
        sex="LP"[n % 2],
        relation="kepala" if number == 1 else "anak",
        is_head=number == 1,
    )
