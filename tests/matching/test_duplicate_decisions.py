"""Who decides whether two registrations are one, and what of it is written down."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from audit.models import Act
from matching.linking.services import PairAlreadyDecided, PairReasonMissing, resolve_pair
from matching.models import DuplicatePair
from registration.models import Phase
from tests.assessment.families import household_of
from tests.matching.pairing import look, other_household, rename
from tests.people import TEBET, dewi, joko, rina

pytestmark = pytest.mark.django_db


def test_who_may_decide_and_that_it_is_written_down(phase: Phase) -> None:
    household_of(phase)
    other_household(phase, address="Jalan Contoh 1", rt="001")
    look(phase)
    pair = DuplicatePair.objects.get()
    with pytest.raises(PermissionDenied):
        resolve_pair(pair=pair, state="same", reason="Sama.", by=joko())
    with pytest.raises(PairReasonMissing):
        resolve_pair(pair=pair, state="same", reason="  ", by=rina())
    with pytest.raises(ValueError, match="open"):
        resolve_pair(pair=pair, state="open", reason="Sama.", by=rina())
    resolve_pair(pair=pair, state="same", reason="Satu rumah.", by=rina())
    with pytest.raises(PairAlreadyDecided):
        resolve_pair(pair=pair, state="different", reason="Lain.", by=dewi())
    act = Act.objects.get(verb="matching.resolve_pair")
    assert (act.actor_id, act.subject_id, act.data) == (rina().pk, str(pair.pk), {"kind": "rumah", "state": "same"})


def test_the_office_of_either_household_may_decide(phase: Phase) -> None:
    household_of(phase)
    rename(other_household(phase, kelurahan_id=TEBET), name="Siti Aminah", sex="P")
    look(phase)
    assert resolve_pair(pair=DuplicatePair.objects.get(), state="same", reason="Pindah.", by=joko()).state == "same"


@pytest.mark.parametrize("changes", [{"state": "same"}, {"reason": "x"}, {"score": 101}, {"kind": "lain"}])
def test_the_table_refuses_half_a_decision(phase: Phase, changes: dict[str, Any]) -> None:
    household_of(phase)
    other_household(phase, address="Jalan Contoh 1", rt="001")
    look(phase)
    with pytest.raises(IntegrityError), transaction.atomic():
        DuplicatePair.objects.update(**changes)
