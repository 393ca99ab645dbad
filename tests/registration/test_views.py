"""The pages as a browser meets them."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from areas.models import Area
from registration import services
from registration.models import Draft, Household, Phase
from registration.models.draft import DraftQuerySet
from registration.models.household import HouseholdQuerySet
from registration.pages import PAGES, Repeats
from tests.people import GAMBIR, agus, budi, joko, rina, sign_in, siti
from tests.registration.samples import Sample, ready_draft, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(client: Client) -> Client:
    return sign_in(client, siti())


def url(name: str, **kwargs: object) -> str:
    return reverse(f"registration:{name}", kwargs=kwargs)


def test_a_family_goes_from_the_first_page_to_the_receipt(citizen: Client, phase: Phase) -> None:
    assert phase.name in citizen.get(url("draft_start")).content.decode()
    response = citizen.post(url("draft_start"))
    draft = Draft.objects.get()
    assert response["Location"] == url("page_edit", draft_id=draft.pk, key="kontak")
    for key, item, typed in Sample().pages():
        kwargs = {"draft_id": draft.pk, "key": key}
        address = url("item_edit", **kwargs, item=item) if item else url("page_edit", **kwargs)
        assert citizen.get(address).status_code == 200
        response = citizen.post(address, {"version": "0", "confirmed": ["nik.region_unknown"], **typed})
        assert response.status_code == 302, (key, response.content.decode())
    page = citizen.get(url("draft_check", draft_id=draft.pk)).content.decode()
    assert "Siti Aminah" in page
    assert url("draft_submit", draft_id=draft.pk) in page
    response = citizen.post(url("draft_submit", draft_id=draft.pk))
    household = Household.objects.get()
    assert response["Location"] == url("receipt_show", reference=household.reference)
    receipt = citizen.get(response["Location"]).content.decode()
    assert household.reference in receipt
    assert re.search(r"[0-9]{16}", receipt) is None
    for name in ("draft_detail", "draft_check", "families_edit", "draft_discard"):
        assert citizen.get(url(name, draft_id=draft.pk)).status_code == 302


def test_wrong_values_come_back_beside_their_field(citizen: Client, phase: Phase) -> None:
    draft = services.open_draft(by=siti(), phase=phase)
    address = url("page_edit", draft_id=draft.pk, key="bangunan")
    page = citizen.post(address, {"version": "0", "luas_lantai": "dua puluh"}).content.decode()
    assert 'value="dua puluh"' in page
    assert "id_luas_lantai_error" in page
    again = citizen.get(address).content.decode()
    assert 'value="dua puluh"' in again
    assert 'name="version" value="1"' in again


def test_save_and_go_to_the_list_keeps_an_unfinished_page(citizen: Client, phase: Phase) -> None:
    draft = services.open_draft(by=siti(), phase=phase)
    address = url("page_edit", draft_id=draft.pk, key="bangunan")
    response = citizen.post(address, {"version": "0", "luas_lantai": "12", "daftar": "1"})
    assert response["Location"] == url("draft_detail", draft_id=draft.pk)
    assert "tag-progress" in citizen.get(response["Location"]).content.decode()


def test_an_unlikely_nik_is_shown_once_and_can_be_confirmed(citizen: Client, phase: Phase) -> None:
    draft = services.open_draft(by=siti(), phase=phase)
    pages = [entry for entry in Sample().pages() if entry[0] in ("kk", "orang")]
    (_, family, kk), *_, (_, person, typed) = pages[0], pages[2]
    citizen.post(url("item_edit", draft_id=draft.pk, key="kk", item=family), {"version": "0", **kk})
    address = url("item_edit", draft_id=draft.pk, key="orang", item=person)
    page = citizen.post(address, {"version": "0", **typed})
    assert page.status_code == 200
    assert 'name="confirmed" value="nik.region_unknown"' in page.content.decode()
    response = citizen.post(address, {"version": "1", "confirmed": "nik.region_unknown", **typed})
    assert response["Location"] == url("item_edit", draft_id=draft.pk, key="kegiatan", item=person)


def test_two_tabs_see_each_other(citizen: Client, phase: Phase) -> None:
    draft = services.open_draft(by=siti(), phase=phase)
    address = url("page_edit", draft_id=draft.pk, key="air-energi")
    typed = {"air_minum": "isi_ulang", "penerangan": "pln_meteran", "bahan_bakar": "gas_3kg"}
    citizen.post(address, {"version": "0", **typed})
    page = citizen.post(address, {"version": "0", **typed, "bahan_bakar": "kayu_bakar"})
    assert page.status_code == 409
    text = page.content.decode()
    assert '<input type="hidden" name="bahan_bakar" value="kayu_bakar">' in text
    assert re.findall(r'name="pilih.bahan_bakar" value="([a-z]+)"', text) == ["ketikan", "tersimpan"]
    assert 'name="version" value="1"' in text


def test_a_stopped_submission_shows_reason_and_remedy_and_keeps_the_draft(citizen: Client, phase: Phase) -> None:
    sample = Sample()
    sample.once["pernyataan"]["mobil"] = "ya"
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    assert (
        url("draft_submit", draft_id=draft.pk)
        not in citizen.get(url("draft_check", draft_id=draft.pk)).content.decode()
    )
    response = citizen.post(url("draft_submit", draft_id=draft.pk))
    assert response.status_code == 409
    assert url("page_edit", draft_id=draft.pk, key="pernyataan") in response.content.decode()
    assert Draft.objects.get().household is None


def test_a_taken_number_names_nobody(citizen: Client, phase: Phase) -> None:
    sample = Sample()
    household = registered(by=budi(), phase=phase, sample=sample)
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    response = citizen.post(url("draft_submit", draft_id=draft.pk))
    text = response.content.decode()
    assert response.status_code == 409
    assert "kelurahan" in text
    assert household.reference not in text
    assert "Budi" not in text
    assert re.search(r"[0-9]{16}", text) is None


def test_a_closed_window_is_told_and_the_draft_kept(citizen: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    Phase.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert citizen.post(url("draft_submit", draft_id=draft.pk)).status_code == 409
    assert Draft.objects.get().household is None
    assert citizen.get(url("draft_start")).status_code == 200
    assert citizen.post(url("draft_start")).status_code == 200
    assert Draft.objects.count() == 1


DRAFT_PAGES = ("draft_detail", "families_edit", "draft_check", "draft_discard")


def others_see_nothing(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    household = registered(by=siti(), phase=phase)
    addresses = [url(name, draft_id=draft.pk) for name in DRAFT_PAGES]
    addresses += [url("page_edit", draft_id=draft.pk, key=p.key) for p in PAGES if p.repeats is Repeats.ONCE]
    own = [url(name, reference=household.reference) for name in ("receipt_show", "household_withdraw")]
    for someone in (budi(), joko()):
        sign_in(client, someone)
        assert {client.get(address).status_code for address in addresses + own} == {404}
        assert client.post(url("draft_submit", draft_id=draft.pk)).status_code == 404
    sign_in(client, rina())  # officer of the household's kelurahan: the registration, but not the citizen's draft
    assert {client.get(address).status_code for address in addresses} == {404}
    assert {client.get(address).status_code for address in own} == {200}
    client.logout()
    assert {client.get(address).status_code for address in addresses + own} == {302}


def test_drafts_and_receipts_of_others_do_not_exist(client: Client, phase: Phase) -> None:
    others_see_nothing(client, phase)


@pytest.mark.parametrize("queryset", [DraftQuerySet, HouseholdQuerySet])
def test_the_visibility_check_notices_its_absence(
    client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch, queryset: type
) -> None:
    """The planted flaw: everybody sees everything."""
    monkeypatch.setattr(queryset, "visible_to", lambda self, user: self.all())
    with pytest.raises(AssertionError):
        others_see_nothing(client, phase)


def test_counter_drafts_belong_to_the_kelurahan(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=rina(), phase=phase, kelurahan=Area.objects.get(pk=GAMBIR))
    address = url("draft_detail", draft_id=draft.pk)
    assert sign_in(client, joko()).get(address).status_code == 404
    assert sign_in(client, siti()).get(address).status_code == 404
    assert sign_in(client, rina()).get(address).status_code == 200


def only_an_officer_sends_a_counter_draft(client: Client, phase: Phase) -> None:
    draft = ready_draft(by=rina(), phase=phase, kelurahan=Area.objects.get(pk=GAMBIR))
    check, send = url("draft_check", draft_id=draft.pk), url("draft_submit", draft_id=draft.pk)
    page = sign_in(client, agus()).get(check)
    assert (page.status_code, send in page.content.decode()) == (200, False)
    assert client.post(send).status_code == 403
    assert send in sign_in(client, rina()).get(check).content.decode()
    assert client.post(send).status_code == 302


def test_only_an_officer_sends_a_counter_draft(client: Client, phase: Phase) -> None:
    only_an_officer_sends_a_counter_draft(client, phase)


def test_a_button_that_an_admin_may_not_press_is_noticed(
    client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registration.submitting.may_submit", lambda draft, by: True)
    with pytest.raises(AssertionError):
        only_an_officer_sends_a_counter_draft(client, phase)


def test_staff_do_not_open_online_drafts(client: Client, phase: Phase) -> None:
    for someone in (rina(), agus()):
        assert sign_in(client, someone).post(url("draft_start")).status_code == 403
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("key", ["tidak-ada", "perwakilan", "orang", "kegiatan", "kk"])
def test_pages_that_do_not_apply_do_not_exist(citizen: Client, phase: Phase, key: str) -> None:
    draft = services.open_draft(by=siti(), phase=phase)
    assert citizen.get(url("page_edit", draft_id=draft.pk, key=key)).status_code == 404
    if key != "kk":
        assert citizen.get(url("item_edit", draft_id=draft.pk, key=key, item=uuid.uuid4())).status_code == 404


def test_removing_asks_first(citizen: Client, phase: Phase) -> None:
    sample = Sample()
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    address = url("item_remove", draft_id=draft.pk, key="kk", item=sample.second)
    assert "Halimah" in citizen.get(address).content.decode()
    assert citizen.post(address)["Location"] == url("families_edit", draft_id=draft.pk)
    assert draft.pages.filter(item=sample.second).count() == 0


def test_a_draft_can_be_deleted(citizen: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    assert citizen.get(url("draft_discard", draft_id=draft.pk)).status_code == 200
    citizen.post(url("draft_discard", draft_id=draft.pk))
    assert Draft.objects.count() == 0


def test_withdrawing_asks_for_a_reason(citizen: Client, phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    address = url("household_withdraw", reference=household.reference)
    assert citizen.post(address, {"alasan": ""}).status_code == 200
    assert citizen.post(address, {"alasan": "Pindah ke Bogor"}).status_code == 302
    household.refresh_from_db()
    assert household.withdrawal_reason == "Pindah ke Bogor"
    assert citizen.get(address).status_code == 200


@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_say_where_one_is_in_the_title_and_above_the_heading(
    citizen: Client, phase: Phase, language: str
) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    with translation.override(language):
        third, fourth = (_("Part %(number)s of %(total)s") % {"number": number, "total": 11} for number in (3, 4))
        addresses = {
            url("page_edit", draft_id=draft.pk, key="domisili"): third,
            url("families_edit", draft_id=draft.pk): fourth,
        }
        pages = {part: citizen.get(address).content.decode() for address, part in addresses.items()}
    for part, shown in pages.items():
        assert part in shown.split("<title>")[1].split("</title>")[0]
        assert part in shown.split("<h1")[0].split("page-head")[1]


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 5000, "١"])
def test_a_mangled_version_is_no_server_error(citizen: Client, phase: Phase, version: str) -> None:
    draft = services.open_draft(by=siti(), phase=phase)
    address = url("page_edit", draft_id=draft.pk, key="daya")
    response = citizen.post(url("page_edit", draft_id=draft.pk, key="kontak"), {"version": version, "untuk": "diri"})
    assert response.status_code in (302, 409)
    assert citizen.get(address).status_code == 404


def test_form_pages_and_lists_take_few_queries(citizen: Client, phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    household = registered(by=siti(), phase=phase)
    person = draft.pages.filter(page="orang").values_list("item", flat=True)[0]
    expected = {
        url("draft_start"): 8,
        url("page_edit", draft_id=draft.pk, key="kontak"): 5,
        url("page_edit", draft_id=draft.pk, key="domisili"): 6,
        url("item_edit", draft_id=draft.pk, key="orang", item=person): 6,
        url("draft_detail", draft_id=draft.pk): 8,
        url("families_edit", draft_id=draft.pk): 6,
        url("draft_check", draft_id=draft.pk): 9,
        url("receipt_show", reference=household.reference): 12,
    }
    counted = {}
    for address in expected:
        with CaptureQueriesContext(connection) as queries:
            assert citizen.get(address).status_code == 200
        counted[address] = len(queries)
    assert counted == expected
