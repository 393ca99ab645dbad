from collections.abc import Iterator

import pytest
from pytest_django import Settings as SettingsWrapper

from jobs import engine
from tests.jobs.toy import KIND, Person, Toy


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings: SettingsWrapper) -> None:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_RETRY_PAUSE_SECONDS = 0.01


@pytest.fixture
def toy() -> Iterator[Toy]:
    toy = Toy()
    engine.register(toy.handler())
    yield toy
    engine._handlers.pop(KIND)


@pytest.fixture
def dewi() -> Person:
    return Person()
