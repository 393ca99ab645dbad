"""The same extract, phase and settings give the same result to the last character, whoever works on the run (A7)."""

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jobs import working
from jobs.models import Run
from matching import members
from matching.models import AssetEvidence, PersonVerdict
from matching.services import start_matching
from registration.models import Phase
from tests.faults.crew import work_together
from tests.matching.test_assets import load as load_assets
from tests.matching.test_population import mixed, snapshot_of
from tests.matching.town import make_phase, nik_of, settle, write_assets
from tests.people import dewi, siti

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 60


def checksum_of(run: Run) -> str:
    verdicts = PersonVerdict.objects.filter(run=run).values_list(
        "member", "value", "fields", "raw_code", "threshold", "register_area_code", "register_occupation"
    )
    items = AssetEvidence.objects.filter(run=run).values_list("family", "member", "basis", "record_line", "value")
    rows = sorted(map(repr, verdicts)) + sorted(map(repr, items))
    assert len(rows) >= PEOPLE
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def check_any_number_of_workers(source: str, phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = {
        checksum_of(work_together(start_matching(phase=phase, source=source, by=dewi()), size, monkeypatch))
        for size in (1, 2, 5)
    }
    assert len(sums) == 1


@pytest.fixture
def town(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Phase:
    settings.DTKS_SHARD_ROWS = 9
    monkeypatch.setattr(working, "POLL_SECONDS", 0.01)
    phase = make_phase()
    settle(phase, PEOPLE, owner=siti(), without_nik=frozenset({3, 17}))
    snapshot_of(mixed(PEOPLE), tmp_path)
    cars = write_assets(
        tmp_path / "a.csv", [(nik_of(n), "", "motor", f"B {n}", "9000000") for n in range(0, PEOPLE, 4)]
    )
    load_assets("assets", cars)
    return phase


@pytest.mark.parametrize("source", ["population", "assets"])
def test_any_number_of_workers_says_the_same(source: str, town: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    check_any_number_of_workers(source, town, monkeypatch)


def test_a_worker_with_a_threshold_of_its_own_is_noticed(town: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it came from the settings of its machine and not from the run."""
    honest, first = members.parameters, dict[Any, int]()

    def by_worker(run: Run, *about: Any) -> dict[str, Any]:
        here = threading.get_ident()
        is_first = not about or first.setdefault(run.pk, here) == here
        return {**honest(run, *about), "threshold": 90 if is_first else 10}

    monkeypatch.setattr(members, "parameters", by_worker)
    with pytest.raises(AssertionError):
        check_any_number_of_workers("population", town, monkeypatch)
