import pytest
from pytest_django import Settings as SettingsWrapper

from registration.models import Phase
from tests.assessment.families import phase_in


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings: SettingsWrapper) -> None:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_RETRY_PAUSE_SECONDS = 0.01


@pytest.fixture
def phase(db: None) -> Phase:
    return phase_in()
