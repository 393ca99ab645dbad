"""Many officers at once: a claim is decided once, and of two claims of one number the first decision wins."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.services import create_citizen
from audit.models import Act
from notices.models import Notice
from registration.claims import deciding
from registration.claims.deciding import accept_claim, refuse_claim
from registration.claims.errors import ClaimClosed, HolderChanged
from registration.models import Claim, ClaimState, Draft, Slot
from tests.people import budi, rina, siti
from tests.registration.claiming import PAPERS, REASON, claimed, registered_and_wanted, sharing
from tests.registration.samples import Sample, open_phase, ready_draft, registered

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


def at_once(act: Callable[[int], object]) -> int:
    """Run `act` in HANDS threads at the same time; how many got through."""
    gate = Barrier(HANDS)

    def one(number: int) -> bool:
        try:
            gate.wait(20)
            act(number)
        except (ClaimClosed, HolderChanged):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(HANDS) as pool:
        return sum(pool.map(one, range(HANDS)))


def check_one_decision() -> None:
    _household, draft = registered_and_wanted(open_phase(), people=("Nur",))
    claim = claimed(draft)
    numbers = set(claim.numbers.values_list("pk", flat=True))
    officer = rina()

    def decide(number: int) -> object:
        if number % 2:
            return refuse_claim(claim=claim, papers=[], reason="Tidak sesuai.", by=officer)
        return accept_claim(claim=claim, numbers=numbers, papers=PAPERS, reason=REASON, by=officer)

    assert at_once(decide) == 1
    acts = Act.objects.filter(verb__in=["registration.accept_claim", "registration.refuse_claim"])
    assert acts.count() == 1
    moved = Slot.objects.filter(promised_to=draft).count()
    assert moved == int(Claim.objects.get().state == ClaimState.ACCEPTED)


def test_of_many_decisions_one_counts() -> None:
    check_one_decision()


def test_without_holding_the_claim_several_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: the claim is read, not held."""
    monkeypatch.setattr(deciding, "hold_claim", unheld)
    with pytest.raises(AssertionError):
        check_one_decision()


def unheld(claim: Claim) -> Claim:
    read = Claim.objects.select_related("draft__phase", "draft__owner").get(pk=claim.pk)
    time.sleep(0.5)  # until the others have read it too, on any machine
    return read


def check_one_of_two_claims() -> None:
    """Two families claim the same person; their officers press at the same moment."""
    phase, sample = open_phase(), Sample()
    registered(by=siti(), phase=phase, sample=sample)
    drafts = [ready_draft(by=one, phase=phase, sample=sharing(sample, people=("Nur",))) for one in (budi(), wati())]
    claims = [claimed(draft) for draft in drafts]
    numbers = [set(claim.numbers.values_list("pk", flat=True)) for claim in claims]
    officer = rina()

    def decide(number: int) -> Any:
        place = number % 2
        return accept_claim(claim=claims[place], numbers=numbers[place], papers=PAPERS, reason=REASON, by=officer)

    assert at_once(decide) == 1
    assert Claim.objects.filter(state=ClaimState.ACCEPTED).count() == 1
    assert Slot.objects.filter(promised_to__in=Draft.objects.all()).count() == 1
    assert Notice.objects.filter(kind="claim_some_left").count() == 1


def wati() -> User:
    """Somebody who is neither Siti nor Budi, with an account of a citizen."""
    return create_citizen(nik="9901010101900077", name="Wati", password=None)


def test_of_two_claims_of_one_number_one_wins() -> None:
    check_one_of_two_claims()


def test_without_comparing_the_holder_both_would_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: whoever has the number is not compared with whom the officer was shown."""
    monkeypatch.setattr(deciding, "is_held_as_shown", lambda slot, number: True)
    with pytest.raises(AssertionError):
        check_one_of_two_claims()
