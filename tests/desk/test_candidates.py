"""The officer's list of NIK that were not found: own kelurahan, reasons in words, nothing to press."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.models import Candidate, Snapshot
from registration.models import Household, Phase
from registration.models.household import HouseholdQuerySet
from tests.assessment.families import AS_OF, heard_of, household_of, matching_run, phase_in, suggested_to
from tests.people import joko, rina, sign_in, siti

pytestmark = pytest.mark.django_db
LIST, FIXES = reverse("desk:candidate_list"), reverse("desk:fix_list")


@pytest.fixture
def phase(db: None) -> Phase:
    return phase_in()


@pytest.fixture
def household(phase: Phase) -> Household:
    return with_a_suggestion(phase)


def with_a_suggestion(phase: Phase) -> Household:
    household = household_of(phase)
    verdict = heard_of(matching_run(phase, "population"), household.members.get(), "nik_tidak_ditemukan")
    snapshot = Snapshot.objects.create(source="population", as_of=AS_OF, index_key_id=phase.index_key_id)
    suggested_to(verdict, snapshot)
    return household


def test_the_officer_reads_whom_the_number_may_have_meant_and_why(client: Client, household: Household) -> None:
    text = sign_in(client, rina()).get(LIST, headers={"accept-language": "en"}).content.decode()
    main = text[text.index("<main") : text.index("</main")]
    assert "S••• A•••" in main
    assert household.reference in main
    assert re.search(r"[0-9]{16}", main) is None
    assert "<form" not in main
    assert LIST in client.get(FIXES).content.decode()
    assert client.get(FIXES).context["people_with_candidates"] == 1


def another_kelurahan_reads_nothing(client: Client, household: Household) -> None:
    sign_in(client, joko())
    assert household.reference not in client.get(LIST).content.decode()
    assert client.get(FIXES).context["people_with_candidates"] == 0


def test_another_kelurahan_reads_nothing(client: Client, household: Household) -> None:
    another_kelurahan_reads_nothing(client, household)


def test_mutant_a_list_that_does_not_ask_whose_kelurahan_is_noticed(
    client: Client, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw."""
    monkeypatch.setattr(HouseholdQuerySet, "in_kelurahan", lambda self, codes: self)
    monkeypatch.setattr(HouseholdQuerySet, "visible_to", lambda self, user: self)
    with pytest.raises(AssertionError):
        another_kelurahan_reads_nothing(client, household)


def test_citizens_are_refused(client: Client) -> None:
    assert client.get(LIST).status_code == 302
    assert sign_in(client, siti()).get(LIST).status_code == 403


def test_the_list_takes_the_same_few_queries_for_one_and_for_many(client: Client, household: Household) -> None:
    sign_in(client, rina())
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counted.append(len(queries))
        with_a_suggestion(household.phase)
    assert Candidate.objects.count() == 3
    assert counted == [7, 7]
