"""The officer's list of what may be registered twice: own kelurahan, decided once with a reason."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.models import DuplicatePair
from registration.models import Phase
from tests.assessment.families import household_of, matching_run, may_be_one, phase_in
from tests.people import TEBET, budi, joko, rina, sign_in, siti

pytestmark = pytest.mark.django_db
LIST, FIXES = reverse("desk:pair_list"), reverse("desk:fix_list")


@pytest.fixture
def phase(db: None) -> Phase:
    return phase_in()


@pytest.fixture
def pair(phase: Phase) -> DuplicatePair:
    return may_be_one(matching_run(phase, "population"), household_of(phase), household_of(phase, account=budi()))


def address_of(pair: DuplicatePair) -> str:
    return reverse("desk:pair_resolve", args=[pair.pk])


def test_a_pair_is_decided_once_with_a_reason(client: Client, pair: DuplicatePair) -> None:
    sign_in(client, rina())
    text = client.get(LIST).content.decode()
    assert address_of(pair) in text
    assert pair.household.reference in text
    assert client.get(FIXES).context["pairs"] == 1
    for said in ({"keputusan": "same"}, {"keputusan": "same", "alasan": "NIK 9901015708889999"}, {"alasan": "Sama."}):
        assert client.post(address_of(pair), said).status_code == 200
    pair.refresh_from_db()
    assert pair.state == "open"
    decision = {"keputusan": "same", "alasan": "Satu keluarga, sudah dilihat di rumahnya."}
    assert client.post(address_of(pair), decision)["Location"] == LIST
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("same", rina())
    assert client.get(FIXES).context["pairs"] == 0
    assert client.post(address_of(pair), {"keputusan": "different", "alasan": "Lain."}).status_code == 200
    pair.refresh_from_db()
    assert pair.state == "same"


def test_of_a_pair_across_two_kelurahan_each_office_reads_its_own(client: Client, phase: Phase) -> None:
    here, there = household_of(phase), household_of(phase, account=budi(), kelurahan_id=TEBET)
    pair = may_be_one(matching_run(phase, "population"), here, there, kind="kk", reasons=["kk"])
    for officer, own, foreign in ((rina(), here, there), (joko(), there, here)):
        sign_in(client, officer)
        for address in (LIST, address_of(pair)):
            text = client.get(address).content.decode()
            assert own.reference in text
            assert foreign.reference not in text


def another_kelurahan_reads_nothing(client: Client, pair: DuplicatePair) -> None:
    sign_in(client, joko())
    assert address_of(pair) not in client.get(LIST).content.decode()
    assert client.get(address_of(pair)).status_code == 404
    assert client.post(address_of(pair), {"keputusan": "same", "alasan": "Sama."}).status_code == 404


def test_another_kelurahan_reads_and_decides_nothing(client: Client, pair: DuplicatePair) -> None:
    another_kelurahan_reads_nothing(client, pair)


def test_mutant_a_list_that_does_not_ask_whose_kelurahan_is_noticed(
    client: Client, pair: DuplicatePair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw."""
    monkeypatch.setattr("matching.linking.models.DuplicatePairQuerySet.visible_to", lambda self, user: self)
    with pytest.raises(AssertionError):
        another_kelurahan_reads_nothing(client, pair)


def test_citizens_are_refused(client: Client, pair: DuplicatePair) -> None:
    for address in (LIST, address_of(pair)):
        assert sign_in(client, siti()).get(address).status_code == 403


def test_the_list_takes_the_same_few_queries_for_one_and_for_many(client: Client, pair: DuplicatePair) -> None:
    sign_in(client, rina())
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counted.append(len(queries))
        may_be_one(pair.run, pair.household, household_of(pair.phase, account=budi()))
    assert counted == [6, 6]
