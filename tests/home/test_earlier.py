"""Beginning again after a no: why it was, and what has changed since."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessment.models import Finding
from eligibility.changes import changes_between
from home.earlier import differences, refused_before, stopped_before
from registration import services
from registration.models import Draft, Family, Household, Outcome, Phase
from registration.stage import Stage
from registration.state import DraftState
from stages.models import DecisionKind, OutcomeDecision
from tests.people import agus, budi, rina, sign_in, siti
from tests.registration.samples import Sample, open_phase, ready_draft, registered

pytestmark = pytest.mark.django_db
LIST = reverse("home:earlier_list")
LONG_AGO = date(2021, 6, 7)


@pytest.fixture
def before(db: None) -> Phase:
    """Under the five rules of 2021, over by now."""
    return open_phase(opens_at=timezone.now() - timedelta(days=300), rules_on=LONG_AGO, name="Tahap 2021")


@pytest.fixture
def refused(before: Phase) -> Household:
    sample = Sample()
    answers = {"pegawai_tetap": "tidak", "mobil": "tidak", "njop": "tidak", "air_kemasan": "tidak"}
    sample.once["pernyataan"] = answers
    household = registered(by=siti(), phase=before, sample=sample)
    families = list(household.families.all())
    for family in families:
        OutcomeDecision.objects.create(
            family=family,
            kind=DecisionKind.DST,
            previous=Outcome.PROCESSING,
            outcome=Outcome.NOT_PROPOSED,
            reason_code="muskel.penghasilan_cukup",
            by=agus(),
        )
    Family.objects.filter(household=household).update(outcome=Outcome.NOT_PROPOSED)
    Finding.objects.create(
        run_id=household.pk,
        household=household,
        family=families[0],
        rule_key="mobil",
        rule_version="2021-06-07",
        verdict="excluded",
        severity="review",
        source="bapenda",
        source_date="2021-07-01",
        detail={"count": 1},
    )
    Phase.objects.filter(pk=before.pk).update(stage=Stage.PENETAPAN_DTKS, closed_at=timezone.now())
    return household


@pytest.fixture
def phase(refused: Household) -> Phase:
    return open_phase(opens_at=timezone.now() - timedelta(hours=1), rules_on=date(2024, 10, 2), name="Tahap 2024")


def test_what_changed_between_two_days() -> None:
    assert changes_between(LONG_AGO, LONG_AGO) == ()
    assert changes_between(date(2000, 1, 1), LONG_AGO) == ()
    added = changes_between(LONG_AGO, date(2022, 5, 9))
    assert len(added) == 2
    assert changes_between(date(2022, 5, 9), LONG_AGO) != added
    assert any("BUMD" in sentence for sentence in changes_between(date(2022, 5, 9), date(2024, 10, 2)))


def test_the_page_says_why_by_whom_when_and_what_changed(client: Client, refused: Household, phase: Phase) -> None:
    sign_in(client, siti())
    page = client.get(LIST).content.decode()
    assert refused.reference in page
    assert "Bapenda" in page
    assert "1 Juli 2021" in page
    assert "BUMD" in page
    assert agus().name not in page
    start = client.get(reverse("registration:draft_start")).content.decode()
    assert LIST in start
    sign_in(client, budi())
    assert refused.reference not in client.get(LIST).content.decode()


def test_answers_that_differ_are_shown_side_by_side(client: Client, refused: Household, phase: Phase) -> None:
    sample = Sample()
    sample.once["bangunan"]["luas_lantai"] = "12"
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    found = {one.label: (one.then, one.now) for one in differences(refused, DraftState.load(draft))}
    assert ("24 m²", "12 m²") in found.values()
    assert len(found) == 3  # the floor, and the two questions that were not asked in 2021
    sign_in(client, siti())
    check = client.get(reverse("registration:draft_check", kwargs={"draft_id": draft.pk})).content.decode()
    compare = reverse("home:earlier_compare", kwargs={"draft_id": draft.pk})
    assert compare in check
    assert "12 m²" in client.get(compare).content.decode()
    for someone in (budi(), rina()):
        sign_in(client, someone)
        assert client.get(compare).status_code == 404


def test_an_empty_form_differs_in_nothing(refused: Household, phase: Phase) -> None:
    draft = services.open_draft(by=siti(), phase=phase)
    assert differences(refused, DraftState.load(draft)) == []


def test_a_draft_that_a_rule_stopped_is_told_as_well(client: Client, before: Phase) -> None:
    sample = Sample()
    sample.once["pernyataan"] = {"pegawai_tetap": "tidak", "mobil": "ya", "njop": "tidak", "air_kemasan": "tidak"}
    ready_draft(by=siti(), phase=before, sample=sample)
    phase = open_phase(opens_at=timezone.now() - timedelta(hours=1))
    assert [[stop.rule.key for stop in one.stops] for one in stopped_before(siti(), phase)] == [["mobil"]]
    sign_in(client, siti())
    assert "Tahap 2021" in client.get(LIST).content.decode()


def test_a_phase_of_today_is_no_earlier_one(refused: Household, phase: Phase) -> None:
    assert refused_before(siti(), phase) == [refused]
    assert refused_before(siti(), refused.phase) == []
    assert refused_before(budi(), phase) == []


def test_without_a_phase_there_is_nothing_to_tell(client: Client) -> None:
    sign_in(client, siti())
    assert client.get(LIST).status_code == 200
    assert Draft.objects.count() == 0


def test_the_page_takes_a_fixed_number_of_queries(client: Client, refused: Household, phase: Phase) -> None:
    sign_in(client, siti())
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    assert len(queries) == 12
