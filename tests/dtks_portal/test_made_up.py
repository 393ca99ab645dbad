"""Made-up households answer whatever questionnaire their phase asks."""

from itertools import islice

import pytest

from registration.questionnaire.versions import Edition
from tests.households import made_up_households, open_phase, register
from tests.people import dewi, siti

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("edition", Edition.values)
def test_made_up_households_answer_every_edition(edition: str) -> None:
    phase = open_phase(dewi(), questionnaire=edition)
    for made_up in islice(made_up_households(seed=11), 4):
        household = register(made_up, by=siti(), phase=phase)
        assert household.questionnaire == edition
        assert bool(household.details) is (edition == Edition.WHOLE)
