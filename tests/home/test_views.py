"""The family's list and timeline."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from areas.models import Area
from assessment.models import Finding
from registration import services
from registration.models import Draft, Family, Household, Phase
from registration.models.household import HouseholdQuerySet
from registration.stage import Stage
from tests.people import GAMBIR, budi, joko, rina, sign_in, siti
from tests.registration.samples import Sample, open_phase, ready_draft, registered
from tests.stages.scenes import finding

pytestmark = pytest.mark.django_db
LIST = reverse("home:household_list")


@pytest.fixture
def citizen(client: Client) -> Client:
    return sign_in(client, siti())


def detail(household: Household) -> str:
    return reverse("home:household_detail", kwargs={"reference": household.reference})


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_list_helps_on(citizen: Client, phase: Phase) -> None:
    assert reverse("registration:draft_start") in text(citizen, LIST)


def test_an_empty_list_says_that_registration_is_closed(citizen: Client) -> None:
    open_phase(stage=Stage.MUSKEL)
    assert reverse("registration:draft_start") not in text(citizen, LIST)


def test_drafts_and_households_are_listed_with_their_standing(citizen: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    draft = ready_draft(by=siti(), phase=phase)
    page = text(citizen, LIST)
    assert household.reference in page
    assert reverse("registration:draft_detail", kwargs={"draft_id": draft.pk}) in page
    assert "KK 1:" not in page  # both families stand the same
    Family.objects.filter(household=household, number=2).update(outcome="NEEDS_FIX")
    assert "KK 1:" in text(citizen, LIST)


def test_the_detail_page_tells_the_story_and_what_can_be_done(citizen: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    page = text(citizen, detail(household))
    assert "Halimah" in page
    assert "PKH" in page
    for name in ("receipt_show", "household_withdraw"):
        assert reverse(f"registration:{name}", kwargs={"reference": household.reference}) in page


def test_a_finding_is_shown_in_words_with_source_date_and_a_way_to_object(citizen: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    family = household.families.get(number=1)
    finding = Finding.objects.create(
        run_id=household.pk,
        household=household,
        family=family,
        member=family.members.get(number=1),
        rule_key="mobil",
        rule_version="2022-05-09",
        verdict="excluded",
        severity="review",
        source="bapenda",
        source_date="2022-07-01",
        detail={"count": 1},
    )
    Phase.objects.filter(pk=phase.pk).update(stage=Stage.PENGOLAHAN_2)
    page = text(citizen, detail(household))
    assert "Bapenda" in page
    assert "1 Juli 2022" in page
    assert reverse("grievances:objection_create", kwargs={"finding": finding.pk}) in page


def waiting(client: Client, household: Household, stage: Stage) -> bool:
    Phase.objects.filter(pk=household.phase_id).update(stage=stage)
    shown: bool = client.get(detail(household)).context["waits"]
    return shown


def test_a_family_hears_that_it_goes_on_until_something_has_been_found(citizen: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    assert [stage.value for stage in Stage if waiting(citizen, household, stage)] == [3, 4, 5, 6]
    Family.objects.filter(household=household, number=1).update(outcome="NEEDS_FIX")
    assert waiting(citizen, household, Stage.PEMADANAN_DUKCAPIL), "the other family still waits"
    family = household.families.get(number=2)
    finding(household, family=family, member=family.members.get(number=1))
    assert not waiting(citizen, household, Stage.PENGOLAHAN_2)


def test_a_family_whose_registration_was_withdrawn_waits_for_nothing(citizen: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    services.withdraw(household=household, by=siti(), reason="pindah")
    assert not waiting(citizen, household, Stage.PEMADANAN_DUKCAPIL)


def test_a_withdrawn_household_can_not_be_withdrawn_again(citizen: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    services.withdraw(household=household, by=siti(), reason="pindah")
    page = text(citizen, detail(household))
    assert reverse("registration:household_withdraw", kwargs={"reference": household.reference}) not in page


def test_leaving_the_public_status_check_and_coming_back(citizen: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    address = reverse("home:status_check_choose", kwargs={"reference": household.reference})
    for answer, expected in (("tidak", True), ("ya", False)):
        citizen.post(address, {"tampil": answer})
        household.refresh_from_db()
        assert household.opted_out is expected
    assert citizen.get(address).status_code == 405


def others_see_nothing(client: Client, household: Household) -> None:
    choose = reverse("home:status_check_choose", kwargs={"reference": household.reference})
    for someone in (budi(), joko(), rina()):
        sign_in(client, someone)
        assert client.get(detail(household)).status_code == 404
        assert client.post(choose, {"tampil": "tidak"}).status_code == 404
        assert household.reference not in client.get(LIST).content.decode()
    client.logout()
    assert client.get(detail(household)).status_code == 302


def test_households_of_others_do_not_exist(client: Client, phase: Phase) -> None:
    others_see_nothing(client, registered(by=siti(), phase=phase))


def test_the_visibility_check_notices_its_absence(
    client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: neither visibility nor ownership is asked."""
    household = registered(by=siti(), phase=phase)
    monkeypatch.setattr("home.views._own", lambda user: Household.objects.submitted())
    monkeypatch.setattr(HouseholdQuerySet, "visible_to", lambda self, user: self.all())
    with pytest.raises(AssertionError):
        others_see_nothing(client, household)


def test_lists_take_the_same_few_queries_for_one_and_for_many(citizen: Client, phase: Phase) -> None:
    counts = []
    for _ in range(2):
        household = registered(by=siti(), phase=phase, sample=Sample())
        services.open_draft(by=siti(), phase=phase)
        with CaptureQueriesContext(connection) as queries:
            text(citizen, LIST)
        counts.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        text(citizen, detail(household))
    assert (counts, len(queries)) == ([12, 12], 12)


def test_counter_drafts_are_not_listed_as_ones_own(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=rina(), phase=phase, kelurahan=Area.objects.get(pk=GAMBIR))
    assert str(draft.pk) not in sign_in(client, rina()).get(LIST).content.decode()
    assert Draft.objects.count() == 1
