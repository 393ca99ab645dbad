"""Made-up people put into the database as if they had registered, by the thousand: for measuring, past every form."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.utils import timezone

from accounts.models import User
from dtks_portal.made_up.extracts import POPULATION_HEADER
from dtks_portal.made_up.slips import Entry, Registered
from identity.indexes import keyed_index
from registration.models import Family, Household, Member, Phase
from registration.stage import Stage

BATCH: Final = 2_000
STREETS: Final = ("Jl. Kenanga", "Jl. Melati", "Gg. Mangga", "Gg. Haji Saleh", "Jl. Rawa Indah", "Gg. Buntu")


def phase_to_match(slug: str) -> Phase:
    """A phase whose registration is over."""
    now = timezone.now()
    return Phase.objects.create(
        slug=slug,
        name="Tahap Ukur",
        stage=Stage.PEMADANAN_DUKCAPIL,
        stage_changed_at=now,
        opens_at=now - timedelta(days=20),
        closes_at=now - timedelta(days=1),
        rules_on=date(2022, 5, 9),
    )


def put_in(people: Sequence[Registered], *, phase: Phase, owner: User) -> list[Member]:
    """A household for each family and area; returns the members in the order of the people."""
    households: dict[tuple[int, str, str], tuple[Household, Family]] = {}
    members: list[Member] = []
    for number, one in enumerate(people):
        typed = one.typed
        place = (one.family, typed.kk, typed.kelurahan)
        if place not in households:
            households[place] = _household(one, phase, owner)
        household, family = households[place]
        members.append(
            Member(
                phase=phase,
                household=household,
                family=family,
                number=number % 40 + 1,
                nik=typed.nik or None,
                nik_index=keyed_index("nik", typed.nik) if typed.nik else None,
                name=typed.name,
                birth_date=typed.birth_date,
                sex=typed.sex,
                relation="anak",
            )
        )
    Household.objects.bulk_create([home for home, _family in households.values()], batch_size=BATCH)
    Family.objects.bulk_create([family for _home, family in households.values()], batch_size=BATCH)
    return Member.objects.bulk_create(members, batch_size=BATCH)


def write_register(path: Path, entries: Iterable[Entry]) -> None:
    """A population extract."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(POPULATION_HEADER)
        for one in entries:
            writer.writerow(
                (one.nik, one.kk, one.name.upper(), "JAKARTA", one.birth_date.isoformat(), one.sex, one.kelurahan,
                 "001", "002", "LAINNYA", one.status)
            )  # fmt: skip


def _household(one: Registered, phase: Phase, owner: User) -> tuple[Household, Family]:
    household = Household(
        phase=phase,
        account=owner,
        kelurahan_id=one.typed.kelurahan,
        ktp_kelurahan_id=one.typed.kelurahan,
        address=f"{STREETS[one.family % len(STREETS)]} No. {one.family % 97 + 1}",
        rt=f"{one.family % 11 + 1:03d}",
        rw=f"{one.family % 13 + 1:03d}",
        submitted_at=timezone.now(),
        submitted_by=owner,
    )
    kk = one.typed.kk
    return household, Family(household=household, number=1, kk=kk, kk_index=keyed_index("kk", kk))
