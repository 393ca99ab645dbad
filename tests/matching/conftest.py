import pytest
from pytest_django import Settings

from registration.models import Phase
from tests.matching.town import make_phase


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings: Settings) -> None:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_RETRY_PAUSE_SECONDS = 0.01
    settings.DTKS_SHARD_ROWS = 7


@pytest.fixture
def phase(db: None) -> Phase:
    return make_phase()
