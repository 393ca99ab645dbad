"""Already determined: an update instead of a second entry, told to nobody who only typed the numbers."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.services import claim_nik
from areas.models import Area
from audit.models import Act
from registration import services
from registration.beginning import begin_with
from registration.models import Draft, Household, Kind, Phase
from registration.registry_lookup import kind_shown_to, listed, own_listing, update_known_to
from registration.state import DraftState
from stages.models import DeterminationStatus
from tests.people import GAMBIR, SITI_NIK, budi, dewi, joko, rina, sign_in, siti
from tests.registration.samples import Sample, open_phase, ready_draft, registered
from tests.stages.files import determinations

pytestmark = pytest.mark.django_db
START = reverse("registration:draft_start")


def of_siti() -> Sample:
    """Her household with the NIK of her account on it."""
    sample = Sample()
    next(typed for typed in sample.people.values() if typed["nama"] == "Siti Aminah")["nik"] = SITI_NIK
    return sample


def niks_of(sample: Sample) -> dict[str, str]:
    return {typed["nama"]: typed["nik"] for typed in sample.people.values()}


@pytest.fixture
def in_registry(db: None) -> None:
    determinations(None, niks=[SITI_NIK])


def test_the_newest_list_decides_and_a_no_is_no_entry(phase: Phase, in_registry: None) -> None:
    assert list(listed([SITI_NIK, "9901011203900002"])) == [SITI_NIK]
    determinations(None, niks=[SITI_NIK], status=DeterminationStatus.REFUSED.value, reason="Sudah mampu")
    assert listed([SITI_NIK]) == {}
    assert listed([]) == {}


@pytest.mark.usefixtures("in_registry")
def test_the_start_page_tells_only_the_holder_of_a_confirmed_nik(phase: Phase, client: Client) -> None:
    sign_in(client, siti())
    assert "pemutakhiran" not in client.get(START).content.decode()
    claim_nik(user=siti(), by=rina())
    assert "pemutakhiran" in client.get(START).content.decode()
    sign_in(client, budi())
    assert "pemutakhiran" not in client.get(START).content.decode()


@pytest.mark.usefixtures("in_registry")
def test_a_registration_of_somebody_listed_is_an_update(phase: Phase) -> None:
    assert registered(by=siti(), phase=phase, sample=of_siti()).kind == Kind.UPDATE
    assert registered(by=siti(), phase=phase, sample=Sample()).kind == Kind.NEW


def check_typing_tells_nothing(phase: Phase, client: Client) -> None:
    """Budi types Siti's NIK: neither check page, nor receipt, nor standing page differ from those of anybody else."""
    pages = []
    for sample in (of_siti(), Sample()):
        draft = ready_draft(by=budi(), phase=phase, sample=sample)
        sign_in(client, budi())
        check = client.get(reverse("registration:draft_check", kwargs={"draft_id": draft.pk})).content.decode()
        household = services.submit(draft=draft, by=budi())
        receipt = client.get(reverse("registration:receipt_show", kwargs={"reference": household.reference}))
        own = client.get(reverse("home:household_detail", kwargs={"reference": household.reference}))
        told = [page.count("pemutakhiran") for page in (check, receipt.content.decode(), own.content.decode())]
        pages.append(told)
        assert kind_shown_to(budi(), household) is None
        assert update_known_to(budi(), DraftState.load(draft)) is None
    assert pages[0] == pages[1]


@pytest.mark.usefixtures("in_registry")
def test_typing_somebody_elses_nik_tells_nothing(phase: Phase, client: Client) -> None:
    check_typing_tells_nothing(phase, client)


@pytest.mark.usefixtures("in_registry")
def test_showing_the_kind_to_everybody_would_tell(
    phase: Phase, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw."""
    from registration.views import receipts

    monkeypatch.setattr(receipts, "kind_shown_to", lambda user, household: Kind(household.kind))
    with pytest.raises(AssertionError):
        check_typing_tells_nothing(phase, client)


@pytest.mark.usefixtures("in_registry")
def test_officers_see_the_kind_and_the_holder_of_the_nik_once_it_was_shown(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase, sample=of_siti())
    assert kind_shown_to(rina(), household) == kind_shown_to(dewi(), household) == Kind.UPDATE
    assert kind_shown_to(joko(), household) is None
    assert (kind_shown_to(siti(), household), own_listing(siti())) == (None, None)
    claim_nik(user=siti(), by=rina())
    assert kind_shown_to(siti(), household) == Kind.UPDATE


@pytest.mark.usefixtures("in_registry")
def test_at_the_counter_the_registry_is_asked_with_papers_only(phase: Phase, client: Client) -> None:
    draft = ready_draft(by=rina(), phase=phase, sample=of_siti(), kelurahan=Area.objects.get(pk=GAMBIR))
    address = reverse("desk:registry_check", kwargs={"draft_id": draft.pk})
    sign_in(client, rina())
    assert "DTKS:" not in client.get(address).content.decode()
    assert "DTKS:" not in client.post(address).content.decode()
    assert not Act.objects.filter(verb="desk.look_up_registry").exists()
    assert "DTKS:" in client.post(address, {"kartu": "on"}).content.decode()
    act = Act.objects.get(verb="desk.look_up_registry")
    assert act.data == {"people": 4, "known": 1}
    sign_in(client, joko())
    assert client.get(address).status_code == 404
    online = ready_draft(by=siti(), phase=phase)
    sign_in(client, rina())
    assert client.get(reverse("desk:registry_check", kwargs={"draft_id": online.pk})).status_code == 404


def test_answers_of_an_earlier_phase_can_be_begun_with(client: Client) -> None:
    now = timezone.now()
    before = open_phase(opens_at=now - timedelta(days=300), closes_at=now + timedelta(days=1))
    household = registered(by=siti(), phase=before)
    Phase.objects.filter(pk=before.pk).update(closes_at=now - timedelta(days=200), closed_at=now, stage=11)
    phase = open_phase(opens_at=now - timedelta(hours=1), rules_on=date(2024, 10, 2))
    sign_in(client, siti())
    assert household.reference in client.get(START).content.decode()
    answer = client.post(START, {"dari": household.reference})
    draft = Draft.objects.open().get(owner=siti(), phase=phase)
    assert answer["Location"] == reverse("registration:draft_detail", kwargs={"draft_id": draft.pk})
    old = Draft.objects.get(household=household)
    assert draft.pages.count() == old.pages.count()
    assert services.submit(draft=draft, by=siti()).phase == phase


def test_nobody_begins_with_the_answers_of_others(phase: Phase, client: Client) -> None:
    earlier = open_phase(opens_at=timezone.now() - timedelta(days=300))
    household = registered(by=siti(), phase=earlier)
    with pytest.raises(ValueError, match="own registration"):
        begin_with(household=household, phase=phase, by=budi())
    sign_in(client, budi())
    client.post(START, {"dari": household.reference})
    assert Draft.objects.get(owner=budi()).pages.count() == 0
    assert Household.objects.count() == 1
