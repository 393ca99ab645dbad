"""The demo's world: one open phase, a login for every role, made-up families and register extracts that fit them."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import create_citizen, create_staff, enrol_totp
from areas.models import Area
from dtks_portal.made_up.entering import enter
from dtks_portal.made_up.extracts import Rates, write_assets, write_population
from dtks_portal.made_up.households import MadeUpHousehold, make_households
from registration.models import Phase
from registration.stage import Stage
from stages.services import advance, create_phase

GAMBIR, TEBET = "31.71.01.1001", "31.74.01.1003"
OTHERS = ("31.71.01.1002", "31.75.01.1001")
HOUSEHOLDS, SEED = 36, 7
PHASE = "tahap-contoh"


@dataclass(frozen=True)
class Login:
    role: str
    identifier: str
    password: str
    totp_secret: str | None = None


def is_seeded() -> bool:
    return Phase.objects.filter(slug=PHASE).exists()


@transaction.atomic
def seed(var: Path, *, tell: Callable[[str], None] = lambda done: None) -> list[Login]:
    """Make the demo's world once; `var` is where the extracts are written. Runs for some seconds and tells how far."""
    tell("Logins and an open phase")
    logins, people = _people()
    phase = _open_phase(people["dewi"])
    today = timezone.localdate()
    officers = {GAMBIR: people["rina"], TEBET: people["joko"]}
    codes = (*officers, *OTHERS)
    families = [
        replace(family, walks_in=family.walks_in and family.kelurahan in officers)
        for family in make_households(count=HOUSEHOLDS, kelurahan_codes=codes, seed=SEED, today=today)
    ]
    for number, family in enumerate(families, 1):
        tell(f"Household {number} of {len(families)}")
        officer = officers.get(family.kelurahan) if family.walks_in else None
        by = officer or people["siti" if family.number == 0 else "budi"]
        counter = Area.objects.get(pk=family.kelurahan) if officer else None
        enter(family, by=by, phase=phase, today=today, seed=SEED, kelurahan=counter)
    tell("Register extracts")
    _import_extracts(var, families, today)
    return logins


def as_json(logins: list[Login]) -> list[dict[str, str | None]]:
    return [asdict(login) for login in logins]


def _people() -> tuple[list[Login], dict[str, User]]:
    password = f"contoh-{secrets.token_hex(4)}"
    people: dict[str, User] = {}
    logins: list[Login] = []
    citizens = (
        ("siti", "Siti Nurhaliza", "3171015708859901", "+6280012340001"),
        ("budi", "Budi Santoso", "3174011203799902", "+6280012340002"),
    )
    for key, name, nik, phone in citizens:
        people[key] = create_citizen(nik=nik, name=name, phone=phone, password=password)
        logins.append(Login("warga", nik, password))
    staff = (
        ("rina", "Rina Lestari", Role.OFFICER, GAMBIR),
        ("joko", "Joko Widagdo", Role.OFFICER, TEBET),
        ("dewi", "Dewi Anggraini", Role.ADMIN, "31"),
        ("agus", "Agus Prasetyo", Role.ADMIN, "31"),
    )
    for key, name, role, area in staff:
        email = f"{key}@contoh.example"
        people[key] = create_staff(
            username=key, name=name, email=email, password=password, role=role, area=Area.objects.get(pk=area)
        )
        secret = enrol_totp(user=people[key])
        logins.append(Login(role.value, email, password, secret))
    return logins, people


def _open_phase(admin: User) -> Phase:
    now = timezone.now()
    phase = create_phase(
        by=admin,
        slug=PHASE,
        name=f"Tahap Contoh {now.year}",
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=20),
        rules_on=timezone.localdate(),
        documents="KTP\nKartu Keluarga (KK)",
        legal_basis="Permensos 3/2021",
        muskel_quorum=5,
    )
    advance(phase=phase, by=admin, expected=Stage.SOSIALISASI)
    phase.refresh_from_db()
    return phase


def _import_extracts(var: Path, families: Sequence[MadeUpHousehold], today: date) -> None:
    folder = var / "registers"  # not where uploads wait: strays are removed there
    folder.mkdir(parents=True, exist_ok=True)
    rates = Rates(misspelt=0.08, car=0.05, dear_land=0.04)
    population, assets = folder / "population.csv", folder / "assets.csv"
    write_population(population, families, seed=SEED, rates=rates)
    write_assets(assets, families, seed=SEED, rates=rates)
    call_command("import_extract", "population", str(population), as_of=today.isoformat(), verbosity=0)
    call_command("import_extract", "assets", str(assets), as_of=today.isoformat(), verbosity=0)
