"""Which notice people have agreed to: noted at sign-up, asked again when it changes, and never a trap."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts import consents
from accounts.consents import NOTICES, Notice, agree, current_notice, notice_on, standing_of
from accounts.models import Consent, User
from audit.models import Act
from tests.people import SITI_NIK, sign_in, siti

pytestmark = pytest.mark.django_db
SIGN_UP, GIVE = reverse("accounts:account_create"), reverse("accounts:consent_give")
TYPED = {
    "nik": SITI_NIK,
    "name": "Siti Aminah",
    "phone": "0812 0000 0001",
    "password1": "gerobak biru 47",
    "password2": "gerobak biru 47",
}


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Notice:
    """A second version that came into force today."""
    notice = Notice("2026-11-15", date(2026, 11, 15), "Foto rumah kini diminta.")  # type: ignore[arg-type]
    monkeypatch.setattr(consents, "NOTICES", (*NOTICES, notice))
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 21))
    return notice


def test_the_notice_stands_before_the_first_field(client: Client) -> None:
    page = client.get(SIGN_UP).content.decode()
    assert page.index('id="privacy-short"') < page.index('name="nik"')
    for part in ("UU 27/2022", "pelindungan.data@contoh.go.id", "/privasi/", current_notice().version):
        assert part in page


def test_the_precheck_leads_to_the_notice_before_its_first_question(client: Client) -> None:
    page = client.get(reverse("eligibility:precheck_show")).content.decode()
    assert page.index("/privasi/") < page.index('type="radio"')


def test_version_and_time_are_noted_at_sign_up(client: Client) -> None:
    client.post(SIGN_UP, {**TYPED, "versi": current_notice().version})
    consent = Consent.objects.get()
    assert (consent.user.name, consent.version, consent.language) == ("Siti Aminah", current_notice().version, "id")
    assert consent.given_at is not None
    assert not standing_of(User.objects.get()).asks
    assert Act.objects.get(verb="accounts.agree").data == {"version": current_notice().version}


def test_a_page_left_open_while_the_notice_changed_agrees_to_the_one_it_showed(client: Client, newer: Notice) -> None:
    client.post(SIGN_UP, {**TYPED, "versi": NOTICES[0].version})
    assert [consent.version for consent in Consent.objects.all()] == [NOTICES[0].version]
    assert standing_of(User.objects.get()).asks


def test_a_newer_version_asks_again_and_keeps_nobody_from_going_on(client: Client, newer: Notice) -> None:
    agree(user=siti(), version=NOTICES[0].version, by=siti())
    sign_in(client, siti())
    listed = client.get(reverse("home:household_list"))
    assert listed.status_code == 200  # the page works, and asks
    assert GIVE in listed.content.decode()
    assert newer.version in client.get(GIVE).content.decode()
    client.post(GIVE, {"versi": newer.version})
    assert GIVE not in client.get(reverse("home:household_list")).content.decode()
    assert sorted(Consent.objects.values_list("version", flat=True)) == [NOTICES[0].version, newer.version]


def test_agreeing_twice_is_one_agreement() -> None:
    for _time in range(2):
        agree(user=siti(), version=current_notice().version, by=siti())
    assert Consent.objects.count() == 1
    assert Act.objects.filter(verb="accounts.agree").count() == 1


@pytest.mark.parametrize("version", ["", "2030-01-01", "x" * 5000])
def test_nobody_agrees_to_what_is_not_in_force(client: Client, version: str) -> None:
    sign_in(client, siti())
    assert client.post(GIVE, {"versi": version}).status_code == 200
    assert not Consent.objects.exists()


def test_agreeing_to_an_older_version_later_does_not_hide_the_newer_one(newer: Notice) -> None:
    agree(user=siti(), version=newer.version, by=siti())
    agree(user=siti(), version=NOTICES[0].version, by=siti())
    assert not standing_of(User.objects.get(pk=siti().pk)).asks


def test_the_notice_of_a_day() -> None:
    assert notice_on(date(2020, 1, 1)) == NOTICES[0]
    assert [notice.version for notice in NOTICES] == sorted(notice.since.isoformat() for notice in NOTICES)


def test_asking_costs_no_query(django_assert_num_queries) -> None:
    person = siti()
    with django_assert_num_queries(0):
        assert standing_of(person).asks


def test_the_whole_notice_names_who_answers_and_for_how_long_data_are_kept(client: Client, settings) -> None:
    settings.DTKS_CONTROLLER, settings.DTKS_DPO_CONTACT = "Dinas Contoh", "dpo@contoh.id"
    page = client.get(reverse("public:privacy_show")).content.decode()
    for part in ("Dinas Contoh", "dpo@contoh.id", "730", "90"):
        assert part in page
