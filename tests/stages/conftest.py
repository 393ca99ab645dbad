import pytest
from django.test import Client
from pytest_django import Settings as SettingsWrapper

from tests.people import dewi, sign_in


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings: SettingsWrapper) -> None:
    settings.DTKS_WAKE_UPS = False
    settings.DTKS_RETRY_PAUSE_SECONDS = 0.01


@pytest.fixture
def admin_client(client: Client) -> Client:
    return sign_in(client, dewi())
