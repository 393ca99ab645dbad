import pytest

from registration.models import Phase
from tests.registration.samples import open_phase


@pytest.fixture
def phase(db: None) -> Phase:
    return open_phase()
