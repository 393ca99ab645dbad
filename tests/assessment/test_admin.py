import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessment.cleaning import KIND
from assessment.models import CleaningIssue
from registration.models import Phase
from tests.assessment.families import household_of, person_in, run_to_the_end
from tests.people import dewi, sign_in, siti

NIK = "9901015708887777"


@pytest.fixture
def issue(phase: Phase) -> CleaningIssue:
    household = household_of(phase)
    person_in(household.families.get(), nik=NIK)
    person_in(household.families.get(), nik=NIK)
    run_to_the_end(KIND, phase)
    return CleaningIssue.objects.get()


def test_an_admin_decides_an_issue_with_a_reason(issue: CleaningIssue, client: Client):
    sign_in(client, dewi())
    page = f"/admin/assessment/cleaningissue/{issue.pk}/change/"
    assert client.post(page, {"state": "resolved", "reason": ""}).status_code == 200
    assert client.post(page, {"state": "open", "reason": "x"}).status_code == 200
    assert CleaningIssue.objects.get().state == "open"
    assert client.post(page, {"state": "resolved", "reason": "Diperiksa dengan KK asli"}).status_code == 302
    decided = CleaningIssue.objects.get()
    assert (decided.state, decided.reason, decided.decided_by) == ("resolved", "Diperiksa dengan KK asli", dewi())
    assert client.post(page, {"state": "flagged", "reason": "lagi"}).status_code == 403


def test_posting_more_fields_changes_nothing_else(issue: CleaningIssue, client: Client):
    sign_in(client, dewi())
    extra = {"state": "resolved", "reason": "ya", "kind": "kk_ganda", "decided_by": str(siti().pk), "household": "x"}
    client.post(f"/admin/assessment/cleaningissue/{issue.pk}/change/", extra)
    decided = CleaningIssue.objects.get()
    assert (decided.kind, decided.household_id, decided.decided_by) == ("nik_ganda", issue.household_id, dewi())


def test_lists_cost_the_same_for_many_rows(issue: CleaningIssue, phase: Phase, client: Client):
    sign_in(client, dewi())
    counts = []
    for _ in range(2):
        for url in ("/admin/assessment/cleaningissue/", "/admin/assessment/finding/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
        for _ in range(4):
            household = household_of(phase)
            person_in(household.families.get(), nik=None)
        run_to_the_end(KIND, phase)
        run_to_the_end("assessment.assessment", phase)
    assert counts == [7, 6, 7, 7]  # one of them writes down who looked; there is no finding yet at first
