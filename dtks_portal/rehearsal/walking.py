"""A whole phase, stage by stage."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import create_staff
from areas.models import Area
from dtks_portal.made_up.extracts import Rates, write_assets, write_population
from dtks_portal.made_up.households import MadeUpHousehold, make_households
from dtks_portal.rehearsal import stations
from dtks_portal.rehearsal.reconciling import Check, funnel, reconcile
from dtks_portal.rehearsal.registering import officers_of, register_all
from dtks_portal.rehearsal.stations import Rehearsal
from dtks_portal.rehearsal.workers import running_workers
from dtks_portal.rehearsal.world import World
from matching.vocabulary import Source
from registration.models import Phase
from registration.stage import Stage
from stages.services import advance, bring_forward, create_phase

KELURAHAN = 12  # of the 267, spread over the kota


@dataclass
class Result:
    funnel: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    workers_killed: int = 0

    @property
    def reconciles(self) -> bool:
        return bool(self.checks) and all(check.holds for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        return {
            "reconciles": self.reconciles,
            "funnel": self.funnel,
            "counts": self.counts,
            "seconds": {name: round(value, 2) for name, value in self.seconds.items()},
            "workers_killed": self.workers_killed,
            "checks": [
                {"name": one.name, "expected": one.expected, "found": one.found, "holds": one.holds}
                for one in self.checks
            ],
        }


def walk(world: World, folder: Path, *, households: int, seed: int, kill: bool, say: Callable[[str], None]) -> Result:
    """Rehearse in an empty migrated database; `folder` takes extracts and logs."""
    result = Result()
    today = timezone.localdate()
    codes = _some_kelurahan()
    made_up = list(make_households(count=households, kelurahan_codes=codes, seed=seed, today=today))
    dewi, agus = _admin("dewi"), _admin("agus")
    officers = officers_of(codes, password=None)

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        say(name)
        began = time.monotonic()
        yield
        result.seconds[name] = time.monotonic() - began

    with stage("1 Sosialisasi"):
        phase = _phase(dewi)
        _advance(phase, dewi)
    with stage("2 Pendaftaran"):
        registered = register_all(
            made_up, phase=phase, officers=officers, today=today, seed=seed, environment=world.environment
        )
        bring_forward(phase=phase, by=dewi, expected=Stage.PENDAFTARAN, note="Gladi bersih: pendaftaran selesai.")
        _advance(phase, dewi)
    with running_workers(world, folder) as workers:
        rehearsal = Rehearsal(phase, dewi, agus, officers, workers, Random(seed), say, kill_in_matching=kill)  # noqa: S311
        with stage("3 Pengolahan data 1"):
            stations.clean(rehearsal)
            _advance(phase, agus)
        with stage("extracts"):
            _import_extracts(folder, made_up, seed=seed)
        for name, source in (("4 Pemadanan Dukcapil", Source.POPULATION), ("5 Pemadanan Bapenda", Source.ASSETS)):
            with stage(name):
                stations.match(rehearsal, source)
                _advance(phase, dewi)
        with stage("6 Pengolahan data 2"):
            stations.assess(rehearsal)
            _advance(phase, agus)
        with stage("7 Musyawarah kelurahan"):
            stations.hold_meetings(rehearsal)
            _advance(phase, dewi)
        with stage("8 Pengolahan data 3"):
            stations.settle_conflicts(rehearsal)
            _advance(phase, agus)
        with stage("9 Penetapan DST"):
            stations.fix_target_lists(rehearsal)
            _advance(phase, dewi)
        with stage("10 Input SIKS-NG"):
            accepted = stations.hand_off(rehearsal)
            _advance(phase, agus)
        with stage("11 Penetapan DTKS"):
            stations.determine(rehearsal, accepted)
            _advance(phase, dewi)
        result.workers_killed = workers.killed
    result.counts = rehearsal.counts
    result.checks = reconcile(phase, made_up=made_up, registered=registered)
    result.funnel = funnel(phase, tried=len(made_up))
    return result


def _advance(phase: Phase, by: User) -> None:
    advance(phase=phase, by=by, expected=Stage(phase.stage), note="Gladi bersih")
    phase.refresh_from_db()


def _some_kelurahan() -> list[str]:
    codes = list(Area.objects.kelurahan().order_by("code").values_list("code", flat=True))
    return codes[:: len(codes) // KELURAHAN][:KELURAHAN]


def _admin(name: str) -> User:
    return create_staff(
        username=name,
        name=name.title(),
        email=f"{name}@contoh.example",
        password=None,
        role=Role.ADMIN,
        area=Area.objects.get(pk="31"),
    )


def _phase(by: User) -> Phase:
    now = timezone.now()
    return create_phase(
        by=by,
        slug="gladi-bersih",
        name="Gladi bersih",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=2),
        rules_on=timezone.localdate(),
        documents="KTP\nKartu Keluarga (KK)",
        legal_basis="Gladi bersih",
        muskel_quorum=5,
    )


def _import_extracts(folder: Path, made_up: list[MadeUpHousehold], *, seed: int) -> None:
    population, assets = folder / "population.csv", folder / "assets.csv"
    write_population(population, made_up, seed=seed, rates=Rates())
    write_assets(assets, made_up, seed=seed, rates=Rates())
    as_of = timezone.localdate().isoformat()
    for source, path in (("population", population), ("assets", assets)):
        call_command("import_extract", source, str(path), as_of=as_of, verbosity=0, stdout=io.StringIO())
