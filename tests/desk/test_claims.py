"""The officer decides claims of numbers and answers families that do not agree; own kelurahan only."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from areas.models import Area
from audit.models import Act
from registration import services
from registration.claims.opening import open_claim
from registration.models import Claim, ClaimState, FamilyObjection, Phase
from registration.representation import object_to_registration
from tests.people import TEBET, budi, joko, rina, sign_in, siti
from tests.registration.claiming import claimed, registered_and_wanted, sharing
from tests.registration.samples import Sample, open_phase, ready_draft, registered
from tests.registration.test_representation import helped, opened

pytestmark = pytest.mark.django_db
HOME, LIST = reverse("desk:home_show"), reverse("desk:claim_list")
OBJECTIONS = reverse("desk:family_objection_list")


@pytest.fixture
def phase(db: None) -> Phase:
    return open_phase()


@pytest.fixture
def officer(client: Client) -> Client:
    return sign_in(client, rina())


def page_of(claim: Claim) -> str:
    return reverse("desk:claim_decide", kwargs={"claim_id": claim.pk})


def ticked(claim: Claim, **changes: object) -> dict[str, object]:
    numbers = [str(pk) for pk in claim.numbers.values_list("pk", flat=True)]
    said = {"nomor": numbers, "kartu": ["ktp", "kk"], "keputusan": "terima", "alasan": "KTP dan KK asli sesuai."}
    return {**said, **changes}


def test_a_claim_is_accepted_with_papers(phase: Phase, officer: Client) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    assert claim.reference in officer.get(LIST).content.decode()
    page = officer.get(page_of(claim)).content.decode()
    assert household.reference in page  # of the officer's own kelurahan
    assert Act.objects.filter(verb="desk.view_claim").count() == 1
    assert officer.post(page_of(claim), ticked(claim))["Location"] == LIST
    assert Claim.objects.get().state == ClaimState.ACCEPTED
    assert claim.reference not in officer.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"nomor": []}, "nomor"), ({"kartu": []}, "kartu"), ({"alasan": ""}, "alasan"), ({"keputusan": ""}, "keputusan")],
)
def test_accepting_needs_a_number_papers_and_a_reason(
    phase: Phase, officer: Client, changes: dict[str, object], field: str
) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    answer = officer.post(page_of(claim), ticked(claim, **changes))
    assert list(answer.context["form"].errors) == [field]
    assert Claim.objects.get().is_open


def test_refusing_needs_a_reason_only(phase: Phase, officer: Client) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    said = ticked(claim, nomor=[], kartu=[], keputusan="tolak", alasan="KK tidak dibawa.")
    assert officer.post(page_of(claim), said)["Location"] == LIST
    assert Claim.objects.get().state == ClaimState.REFUSED


def test_the_earlier_registrant_of_another_kelurahan_is_not_named(phase: Phase, officer: Client) -> None:
    sample = Sample()
    sample.once["domisili"] = {"sama": "lain", "alamat": "Jl. Tebet 2", "rt": "1", "rw": "2", "kelurahan": TEBET}
    household = registered(by=siti(), phase=phase, sample=sample)
    draft = ready_draft(by=budi(), phase=phase, sample=sharing(sample, people=("Nur",)))
    page = officer.get(page_of(claimed(draft))).content.decode()
    assert household.reference not in page
    assert "Siti Aminah" not in page


def test_a_stale_page_is_looked_at_again(phase: Phase, officer: Client) -> None:
    household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    officer.get(page_of(claim))
    said = ticked(claim)
    services.withdraw(household=household, by=siti(), reason="pindah")  # and somebody else registers the number
    assert claim.draft is not None
    pages = [page.data["typed"] for page in claim.draft.pages.filter(page="orang")]
    nik = next(typed["nik"][0] for typed in pages if typed["nama"] == ["Nur"])
    sample = Sample()
    by_name = {typed["nama"]: typed for typed in sample.people.values()}
    by_name["Nur"]["nik"] = nik
    registered(by=siti(), phase=phase, sample=sample)
    assert officer.post(page_of(claim), said)["Location"] == page_of(claim)
    assert Claim.objects.get().is_open


def test_other_kelurahan_and_citizens_stay_out(phase: Phase, client: Client) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",))
    claim = claimed(draft)
    sign_in(client, joko())
    assert client.get(page_of(claim)).status_code == 404
    assert client.post(page_of(claim), ticked(claim)).status_code == 404
    sign_in(client, budi())
    assert client.get(page_of(claim)).status_code == 403
    assert Claim.objects.get().is_open


def test_lists_take_the_same_few_queries_for_one_and_for_many(phase: Phase, officer: Client) -> None:
    counts = []
    for _ in range(2):
        _household, draft = registered_and_wanted(phase, people=("Nur",))
        open_claim(draft=draft, kelurahan=Area.objects.get(pk="31.71.01.1001"), by=budi())
        object_to_registration(code=opened(helped(phase)), text="Kami tidak setuju.")
        row = []
        for address in (LIST, OBJECTIONS):
            with CaptureQueriesContext(connection) as queries:
                assert officer.get(address).status_code == 200
            row.append(len(queries))
        counts.append(row)
    assert counts == [[5, 5], [5, 5]]


def test_a_family_that_does_not_agree_gets_an_answer(phase: Phase, officer: Client) -> None:
    household = helped(phase)
    objection = object_to_registration(code=opened(household), text="Kami tidak setuju.")
    address = reverse("desk:family_objection_answer", kwargs={"objection": objection.pk})
    assert household.reference in officer.get(OBJECTIONS).content.decode()
    assert "Kami tidak setuju." in officer.get(address).content.decode()
    assert officer.post(address, {"keputusan": "tarik", "alasan": ""}).status_code == 200
    assert officer.post(address, {"keputusan": "tarik", "alasan": "Keluarga tidak mau."})["Location"] == OBJECTIONS
    household.refresh_from_db()
    assert household.is_withdrawn
    assert FamilyObjection.objects.get().reason == "Keluarga tidak mau."
    sign_in(officer, joko())
    assert officer.get(address).status_code == 404


def test_the_desk_counts_what_waits(phase: Phase, officer: Client) -> None:
    _household, draft = registered_and_wanted(phase, people=("Nur",))
    claimed(draft)
    object_to_registration(code=opened(helped(phase)), text="Kami tidak setuju.")
    waiting = officer.get(HOME).context["waiting"]
    assert (waiting["claims"], waiting["family_objections"]) == (1, 1)
