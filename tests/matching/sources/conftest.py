from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from matching.simulator.faults import Faults
from matching.sources import asking
from registration.models import Member, Phase
from tests.matching.sources.asked import PEOPLE
from tests.matching.sources.registers import simulated
from tests.matching.town import entry, settle
from tests.people import siti


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def register(settings: Settings, tmp_path: Path) -> Iterator[Faults]:
    settings.DTKS_REGISTER_SHARD_ROWS = 5
    with simulated(settings, tmp_path, [entry(n) for n in range(PEOPLE)]) as faults:
        yield faults


@pytest.fixture
def people(phase: Phase) -> list[Member]:
    return settle(phase, PEOPLE, owner=siti())
