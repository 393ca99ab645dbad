"""The officer's desk: walk-in, search, what to put right; own kelurahan only."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Role, User
from accounts.services import claim_nik, create_citizen, grant_role
from areas.models import Area
from assessment.models import CleaningIssue
from audit.models import Act
from registration import services
from registration.models import Draft, Household, Phase
from registration.stage import Stage
from tests.people import GAMBIR, SITI_NIK, TEBET, agus, joko, rina, sign_in, siti
from tests.registration.samples import Sample, at_counter, kk, nik, open_phase, person, ready_draft, registered

pytestmark = pytest.mark.django_db
HOME, OPEN = reverse("desk:home_show"), reverse("desk:draft_open")
SEARCH, FIXES = reverse("desk:household_search"), reverse("desk:fix_list")
SEEN = {"ktp_dilihat": "on"}


@pytest.fixture
def phase(db: None) -> Phase:
    return open_phase()


@pytest.fixture
def officer(client: Client) -> Client:
    return sign_in(client, rina())


def detail(household: Household) -> str:
    return reverse("desk:household_detail", kwargs={"reference": household.reference})


def issue_of(household: Household) -> CleaningIssue:
    return CleaningIssue.objects.create(
        phase=household.phase, run_id=uuid.uuid4(), kind="tidak_lengkap", household=household
    )


def test_a_walk_in_citizen_is_registered_without_account_or_phone(officer: Client, phase: Phase) -> None:
    response = officer.post(OPEN, {"kelurahan": GAMBIR})
    draft = Draft.objects.get()
    assert (draft.channel, draft.kelurahan_id) == ("counter", GAMBIR)
    assert response["Location"] == reverse("registration:page_edit", kwargs={"draft_id": draft.pk, "key": "kontak"})
    for key, item, typed in at_counter(Sample()).pages():
        name = "registration:item_edit" if item else "registration:page_edit"
        kwargs = {"draft_id": draft.pk, "key": key, **({"item": item} if item else {})}
        typed = {**typed, "version": "0", "confirmed": "nik.region_unknown"}
        assert officer.post(reverse(name, kwargs=kwargs), typed).status_code == 302
    response = officer.post(reverse("registration:draft_submit", kwargs={"draft_id": draft.pk}))
    household = Household.objects.get()
    assert (household.account, household.registered_by, household.kelurahan_id) == (None, rina(), GAMBIR)
    receipt = officer.get(response["Location"]).content.decode()
    assert household.reference in receipt
    assert "data-print" in receipt


def test_a_kelurahan_of_somebody_else_can_not_be_chosen(officer: Client, phase: Phase) -> None:
    assert officer.post(OPEN, {"kelurahan": TEBET}).status_code == 400
    assert officer.post(OPEN, {"kelurahan": ""}).status_code == 400
    assert Draft.objects.count() == 0


def test_outside_the_window_the_counter_says_so(officer: Client) -> None:
    open_phase(stage=Stage.MUSKEL)
    assert officer.post(OPEN, {"kelurahan": GAMBIR}, follow=True).status_code == 200
    assert Draft.objects.count() == 0


def test_the_desk_counts_today_and_lists_open_drafts(officer: Client, phase: Phase) -> None:
    registered(by=siti(), phase=phase)
    gambir = Area.objects.get(pk=GAMBIR)
    registered(by=rina(), phase=phase, kelurahan=gambir)
    draft = ready_draft(by=rina(), phase=phase, kelurahan=gambir)
    response = officer.get(HOME)
    assert (response.context["day"].online, response.context["day"].counter) == (1, 1)
    assert reverse("registration:draft_detail", kwargs={"draft_id": draft.pk}) in response.content.decode()
    assert sign_in(officer, joko()).get(HOME).context["day"].online == 0


@pytest.mark.parametrize("form", ["{ref}", "jkt {tail}", "{tail}"])
def test_a_household_is_found_by_its_code_however_it_is_typed(officer: Client, phase: Phase, form: str) -> None:
    household = registered(by=siti(), phase=phase)
    typed = form.format(ref=household.reference, tail=household.reference[4:].replace("-", " ").lower())
    assert detail(household) in officer.post(SEARCH, {"cari": typed}).content.decode()


def test_a_household_is_found_by_the_nik_of_any_member(officer: Client, phase: Phase) -> None:
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    number = list(sample.people.values())[3]["nik"]
    response = officer.post(SEARCH, {"cari": f"{number[:4]} {number[4:]}"})
    assert detail(household) in response.content.decode()
    act = Act.objects.get(verb="desk.search")
    assert number not in str(act.data)
    assert act.data == {"by": "nik", "seen": [str(household.pk)]}
    assert re.search(r"[0-9]{16}", officer.get(detail(household)).content.decode()) is None


def test_a_search_needs_a_code_or_a_nik(officer: Client) -> None:
    assert "id_cari_error" in officer.post(SEARCH, {"cari": "Siti"}).content.decode()


def test_searches_are_limited(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.search.spend", lambda *args, **kwargs: False)
    assert officer.post(SEARCH, {"cari": "JKT-2222-3333"}).status_code == 429


def other_kelurahan_sees_nothing(client: Client, phase: Phase) -> None:
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    issue = issue_of(household)
    fix = reverse("desk:issue_resolve", kwargs={"issue": issue.pk})
    sign_in(client, joko())
    for typed in (household.reference, next(iter(sample.people.values()))["nik"]):
        assert detail(household) not in client.post(SEARCH, {"cari": typed}).content.decode()
    assert client.get(detail(household)).status_code == 404
    assert client.get(fix).status_code == 404
    assert fix not in client.get(FIXES).content.decode()


def test_households_of_another_kelurahan_do_not_exist(client: Client, phase: Phase) -> None:
    other_kelurahan_sees_nothing(client, phase)


def test_the_kelurahan_check_notices_its_absence(client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: an officer's kelurahan is not asked."""
    monkeypatch.setattr("registration.models.household.HouseholdQuerySet.visible_to", lambda self, user: self.all())
    monkeypatch.setattr("registration.models.household.HouseholdQuerySet.in_kelurahan", lambda self, codes: self.all())
    with pytest.raises(AssertionError):
        other_kelurahan_sees_nothing(client, phase)


def test_looking_at_a_household_is_recorded(officer: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    assert officer.get(detail(household)).status_code == 200
    act = Act.objects.get(verb="desk.view_household")
    assert (act.actor_id, act.subject_id) == (rina().pk, str(household.pk))


def claim(household: Household) -> str:
    return reverse("desk:nik_claim", kwargs={"reference": household.reference})


def test_the_holder_of_the_account_shows_the_ktp(officer: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    assert claim(household) in officer.get(detail(household)).content.decode()
    response = officer.post(claim(household), SEEN)
    assert (response.status_code, response["Location"]) == (302, detail(household))
    account = siti()
    assert account.nik_claimed_at is not None
    act = Act.objects.get(verb="accounts.claim_nik")
    assert (act.actor_id, act.subject_id) == (rina().pk, str(account.pk))
    page = officer.get(detail(household)).content.decode()
    day = date_format(timezone.localtime(account.nik_claimed_at), "j F Y")
    assert f"NIK ditunjukkan pada {day}" in page
    assert claim(household) not in page
    assert officer.post(claim(household), SEEN).status_code == 302
    assert siti().nik_claimed_at == account.nik_claimed_at
    assert Act.objects.filter(verb="accounts.claim_nik").count() == 1


def test_without_the_tick_nothing_is_claimed(officer: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    response = officer.post(claim(household), {})
    assert response.status_code == 400
    assert "id_ktp_dilihat_error" in response.content.decode()
    assert officer.get(claim(household)).status_code == 405
    assert siti().nik_claimed_at is None


def other_kelurahan_claims_nothing(client: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    assert sign_in(client, joko()).post(claim(household), SEEN).status_code == 404
    assert siti().nik_claimed_at is None


def test_another_kelurahan_can_not_claim(client: Client, phase: Phase) -> None:
    other_kelurahan_claims_nothing(client, phase)


def test_a_claim_from_another_kelurahan_is_noticed(
    client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: an officer's kelurahan is not asked."""
    monkeypatch.setattr("registration.models.household.HouseholdQuerySet.visible_to", lambda self, user: self.all())
    monkeypatch.setattr("registration.models.household.HouseholdQuerySet.in_kelurahan", lambda self, codes: self.all())
    with pytest.raises(AssertionError):
        other_kelurahan_claims_nothing(client, phase)


def test_a_nik_that_another_account_holds_is_refused_and_nobody_is_named(officer: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    first = create_citizen(nik=SITI_NIK, name="Nurhayati Lestari", email="nur@contoh.id", password=None)
    claim_nik(user=first, by=None)
    page = officer.post(claim(household), SEEN, follow=True).content.decode()
    assert "sudah pernah ditunjukkan di loket untuk akun lain" in page
    assert ("Nurhayati" in page, "nur@contoh.id" in page, SITI_NIK in page) == (False, False, False)
    assert User.objects.get(nik_index=first.nik_index, nik_claimed_at=None).pk == household.account_id
    assert claim(household) in page


def test_walk_in_citizens_have_no_account_to_claim_for(officer: Client, phase: Phase) -> None:
    household = registered(by=rina(), phase=phase, kelurahan=Area.objects.get(pk=GAMBIR))
    assert claim(household) not in officer.get(detail(household)).content.decode()
    assert officer.post(claim(household), SEEN).status_code == 404


def own_account_is_refused(client: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    grant_role(user=siti(), role=Role.OFFICER, area=Area.objects.get(pk=GAMBIR), by=None)
    sign_in(client, siti())
    assert claim(household) not in client.get(detail(household)).content.decode()
    assert client.post(claim(household), SEEN).status_code == 403
    assert siti().nik_claimed_at is None


def test_nobody_claims_for_the_own_account(client: Client, phase: Phase) -> None:
    own_account_is_refused(client, phase)


def test_a_claim_for_the_own_account_is_noticed(client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: nobody asks whose account it is."""
    monkeypatch.setattr("desk.households.is_own_account", lambda user, account: False)
    with pytest.raises(AssertionError):
        own_account_is_refused(client, phase)


def test_a_household_takes_the_same_queries_before_and_after_the_claim(officer: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            officer.get(detail(household))
        counted.append(len(queries))
        claim_nik(user=siti(), by=rina())
    assert counted == [14, 14]


def test_an_issue_is_decided_with_a_reason(officer: Client, phase: Phase) -> None:
    issue = issue_of(registered(by=siti(), phase=phase))
    address = reverse("desk:issue_resolve", kwargs={"issue": issue.pk})
    assert address in officer.get(FIXES).content.decode()
    assert officer.post(address, {"keputusan": "resolved", "alasan": ""}).status_code == 200
    assert officer.post(address, {"keputusan": "resolved", "alasan": "KK sudah dicek"}).status_code == 302
    issue.refresh_from_db()
    assert (issue.state, issue.decided_by) == ("resolved", rina())
    assert address not in officer.get(FIXES).content.decode()
    assert officer.post(address, {"keputusan": "flagged", "alasan": "lagi"}).status_code == 200
    issue.refresh_from_db()
    assert issue.state == "resolved"


@pytest.mark.parametrize("address", [HOME, SEARCH, FIXES])
def test_the_desk_is_for_officers(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302
    for someone in (siti(), agus()):
        assert sign_in(client, someone).get(address).status_code == 403


def test_lists_take_the_same_few_queries_for_one_and_for_many(officer: Client, phase: Phase) -> None:
    gambir = Area.objects.get(pk=GAMBIR)
    counted = []
    for _ in range(2):
        household = registered(by=siti(), phase=phase)
        issue_of(household)
        ready_draft(by=rina(), phase=phase, kelurahan=gambir)
        row = []
        for address in (HOME, FIXES):
            with CaptureQueriesContext(connection) as queries:
                officer.get(address)
            row.append(len(queries))
        counted.append(row)
    assert counted == [[13, 10], [13, 10]]


def test_someone_registered_twice_by_mistake_is_still_found_once_per_household(officer: Client, phase: Phase) -> None:
    number = nik(born=date(1980, 5, 5), sex="L")
    sample = Sample()
    extra = person(family=sample.first, name="Udin", born=date(1980, 5, 5), sex="L", relation="lainnya", number=number)
    sample.people[str(uuid.uuid4())] = extra
    household = registered(by=siti(), phase=phase, sample=sample)
    services.withdraw(household=household, by=siti(), reason="salah")
    sample.kk = {item: kk() for item in sample.kk}
    again = registered(by=siti(), phase=phase, sample=sample)
    found = officer.post(SEARCH, {"cari": number}).context["found"]
    assert {row.pk for row in found} == {household.pk, again.pk}
