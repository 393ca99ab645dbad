"""The officer's list of NIK that were not found: own kelurahan, reasons in words, nothing that is applied."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Act
from matching.linking.models import CandidateQuerySet
from matching.linking.ruling_out import rule_out, undo_ruling_out
from matching.linking.services import PairAlreadyDecided, PairReasonMissing
from matching.models import Candidate, RuledOut, Snapshot
from registration.models import Household, Phase
from registration.models.household import HouseholdQuerySet
from tests.assessment.families import AS_OF, heard_of, household_of, matching_run, phase_in, suggested_to
from tests.people import dewi, joko, rina, sign_in, siti

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


def address_of(household: Household) -> str:
    return reverse("desk:candidate_resolve", args=[Candidate.objects.get(member__household=household).pk])


def a_suggestion_is_ruled_out_with_a_reason_and_back(client: Client, household: Household) -> None:
    sign_in(client, rina())
    address = address_of(household)
    assert address in client.get(LIST).content.decode()
    for said in ({"keputusan": "bukan"}, {"keputusan": "bukan", "alasan": "NIK 9901015708889999"}, {"alasan": "Lain."}):
        assert client.post(address, said).status_code == 200
    assert not RuledOut.objects.exists()
    assert client.post(address, {"keputusan": "bukan", "alasan": "KTP-nya lain."})["Location"] == LIST
    assert Candidate.objects.standing().count() == 0
    assert client.get(FIXES).context["people_with_candidates"] == 0
    again = Candidate.objects.get()
    Candidate.objects.all().delete()  # the next run suggests the same entry
    again.save(force_insert=True)
    assert Candidate.objects.standing().count() == 0
    assert address in client.get(LIST).content.decode(), "it can be taken back"
    assert "KTP-nya lain." in client.get(address).content.decode()
    assert client.post(address, {"keputusan": "bukan", "alasan": "Sekali lagi."}).status_code == 200
    assert client.post(address, {"keputusan": "lagi", "alasan": "Salah lihat."})["Location"] == LIST
    assert Candidate.objects.standing().count() == 1
    ruled_out = RuledOut.objects.get()
    assert (ruled_out.decided_by, ruled_out.undone_by, ruled_out.undone_because) == (rina(), rina(), "Salah lihat.")
    acts = Act.objects.filter(verb__in=["matching.rule_out_candidate", "matching.undo_ruling_out"]).order_by("id")
    assert [(act.verb, act.subject_id, act.data) for act in acts] == [
        ("matching.rule_out_candidate", str(household.pk), {"way": "angka"}),
        ("matching.undo_ruling_out", str(household.pk), {"way": "angka"}),
    ]
    assert client.post(address, {"keputusan": "bukan", "alasan": "Bukan dia."})["Location"] == LIST


def test_a_suggestion_is_ruled_out_with_a_reason_and_back(client: Client, household: Household) -> None:
    a_suggestion_is_ruled_out_with_a_reason_and_back(client, household)


def test_mutant_a_decision_that_a_later_run_forgets_is_noticed(
    client: Client, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: what was ruled out is not asked."""
    monkeypatch.setattr(CandidateQuerySet, "standing", CandidateQuerySet.about_registered)
    with pytest.raises(AssertionError):
        a_suggestion_is_ruled_out_with_a_reason_and_back(client, household)


def test_only_the_own_office_rules_out_and_nobody_twice(household: Household) -> None:
    candidate = Candidate.objects.get()
    for decide in (rule_out, undo_ruling_out):
        with pytest.raises(PermissionDenied):
            decide(candidate=candidate, reason="Lain.", by=joko())
        with pytest.raises(PairReasonMissing):
            decide(candidate=candidate, reason=" ", by=rina())
    with pytest.raises(PairAlreadyDecided):
        undo_ruling_out(candidate=candidate, reason="Lain.", by=rina())
    rule_out(candidate=candidate, reason="Lain.", by=rina())
    with pytest.raises(PairAlreadyDecided):
        rule_out(candidate=candidate, reason="Lain.", by=dewi())


def another_kelurahan_reads_nothing(client: Client, household: Household) -> None:
    sign_in(client, joko())
    assert client.get(address_of(household)).status_code == 404
    assert client.post(address_of(household), {"keputusan": "bukan", "alasan": "Lain."}).status_code == 404
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
    assert counted == [8, 8]
