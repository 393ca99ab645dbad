"""What was typed when a session had ended is back after signing in: for the same person, in the same browser, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import carrying, devices, services, session_length
from accounts.models import CarriedForm, Role, User
from areas.models import Area
from registration.models import Draft, DraftPage
from registration.services import open_draft
from tests.people import GAMBIR, PASSWORD, SITI_NIK, budi, rina, sign_in, siti
from tests.registration.samples import Sample, at_counter, open_phase

pytestmark = pytest.mark.django_db
TYPED = {"version": "0", "untuk": "diri", "telepon": "0812 0000 0077"}


def page_of(draft: Draft, key: str = "kontak", item: str = "") -> str:
    kwargs = {"draft_id": draft.pk, "key": key, **({"item": item} if item else {})}
    return reverse(f"registration:{'item' if item else 'page'}_edit", kwargs=kwargs)


def lose_session(client: Client) -> None:
    client.cookies.pop(settings.SESSION_COOKIE_NAME, None)


def way_back(response: Any) -> str:
    """Where the sign-in page leads afterwards."""
    assert response.status_code == 302, response.content
    parts = urlsplit(response["Location"])
    assert parts.path == reverse("accounts:session_start")
    return parse_qs(parts.query)["next"][0]


def remember(client: Client, user: User) -> None:
    """The cookie that a real sign-in leaves in the browser."""
    response = HttpResponse()
    request = client.get("/masuk/").wsgi_request
    devices.remember(request, response, user)
    client.cookies[devices.COOKIE] = response.cookies[devices.COOKIE].value


def signed_in_before(client: Client, user: User) -> Client:
    remember(client, user)
    return sign_in(client, user)


def every_page_comes_back(client: Client) -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    signed_in_before(client, siti())
    for key, item, typed in Sample().pages():
        lose_session(client)
        address = page_of(draft, key, item)
        back = way_back(client.post(address, {"version": "0", "confirmed": ["nik.region_unknown"], **typed}))
        sign_in(client, siti())
        shown = client.get(back)
        assert DraftPage.objects.filter(draft=draft, page=key, item=item).count() == 0
        form = shown.context["form"]
        assert {name: form.data.getlist(name) for name in typed} == {
            name: value if isinstance(value, list) else [value] for name, value in typed.items() if value != []
        } | {name: [] for name, value in typed.items() if value == []}
        again = {"version": shown.context["version"], "bawa": shown.context["brought"], **typed}
        assert client.post(address, {**again, "confirmed": ["nik.region_unknown"]}).status_code == 302
        assert DraftPage.objects.get(draft=draft, page=key, item=item).complete
        assert CarriedForm.objects.count() == 0


def test_every_page_of_the_form_comes_back(client: Client) -> None:
    every_page_comes_back(client)


def test_a_page_that_keeps_nothing_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.access.is_worth_keeping", lambda request: False)
    with pytest.raises((AssertionError, TypeError, KeyError)):
        every_page_comes_back(client)


def test_signing_in_by_the_form_brings_it_back(client: Client) -> None:
    siti(password=PASSWORD)
    draft = open_draft(by=siti(), phase=open_phase())
    refused = client.post(page_of(draft), TYPED)
    asked = client.get(refused["Location"])
    assert "0077" not in asked.content.decode()
    response = client.post(refused["Location"], {"login": SITI_NIK, "password": PASSWORD})
    assert response["Location"] == way_back(refused)
    assert 'value="0812 0000 0077"' in client.get(response["Location"]).content.decode()


def nobody_else_sees_it(client: Client) -> None:
    draft = open_draft(by=rina(), phase=open_phase(), kelurahan=Area.objects.get(pk=GAMBIR))
    colleague = services.create_staff(
        username="rani",
        name="Rani",
        email="rani@contoh.id",
        password=None,
        role=Role.OFFICER,
        area=Area.objects.get(pk=GAMBIR),
    )
    services.enrol_totp(user=colleague)
    signed_in_before(client, rina())
    lose_session(client)
    back = way_back(client.post(page_of(draft), {**TYPED, "persetujuan": "on"}))
    shown = sign_in(client, colleague).get(back)
    assert (shown.status_code, "0077" in shown.content.decode()) == (200, False)
    lose_session(client)
    assert sign_in(client, budi()).get(back).status_code == 404
    lose_session(client)
    other_browser = sign_in(Client(), rina()).get(back)
    assert (other_browser.status_code, "0077" in other_browser.content.decode()) == (200, False)
    assert "0077" in sign_in(client, rina()).get(back).content.decode()


def test_nobody_else_sees_it(client: Client) -> None:
    nobody_else_sees_it(client)


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("Device", lambda nonce, marks: type("Anybody", (), {"knows": lambda self, pk: True})()),
        ("_digest", lambda nonce: bytes(16)),
    ],
)
def test_a_carrier_that_serves_anybody_is_noticed(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str, flaw: Callable[..., Any]
) -> None:
    monkeypatch.setattr(carrying, name, flaw)
    with pytest.raises(AssertionError):
        nobody_else_sees_it(client)


def test_at_the_counter_it_comes_back_after_the_second_factor(client: Client) -> None:
    draft = open_draft(by=rina(), phase=open_phase(), kelurahan=Area.objects.get(pk=GAMBIR))
    signed_in_before(client, rina())
    session = client.session
    session[session_length.ACTIVE] -= int(session_length.STAFF_IDLE.total_seconds()) + 1
    session.save()
    typed = at_counter(Sample()).once["kontak"] | {"telepon": "0812 0000 0077"}
    back = way_back(client.post(page_of(draft), {"version": "0", **typed}))
    assert client.get(page_of(draft)).status_code == 302
    assert 'value="0812 0000 0077"' in sign_in(client, rina()).get(back).content.decode()


def test_it_is_kept_for_a_day(client: Client) -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    back = way_back(client.post(page_of(draft), TYPED))
    CarriedForm.objects.update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert "0077" not in sign_in(client, siti()).get(back).content.decode()
    assert carrying.forget_expired() == 1
    assert CarriedForm.objects.count() == 0


def test_too_much_is_not_kept(client: Client) -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    back = way_back(client.post(page_of(draft), {**TYPED, "telepon": "1" * carrying.MOST_CHARACTERS}))
    assert back == page_of(draft)
    assert CarriedForm.objects.count() == 0


def test_pages_that_keep_nothing_lead_back_to_themselves(client: Client) -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    for name in ("draft_submit", "draft_discard"):
        address = reverse(f"registration:{name}", kwargs={"draft_id": draft.pk})
        assert way_back(client.post(address)) == address
        assert sign_in(client, siti()).get(address, follow=True).status_code == 200
        lose_session(client)
    assert CarriedForm.objects.count() == 0


def it_lies_sealed(client: Client) -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    client.post(page_of(draft, "orang", "5f0c7f6e-1f5c-4a55-8f2c-1f5c4a558f2c"), {"nik": SITI_NIK, "nama": "Siti"})
    with connection.cursor() as cursor:
        for table in ("accounts_carriedform", "django_session"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608
            text = " ".join(row[0] for row in cursor.fetchall())
            assert (SITI_NIK in text, SITI_NIK.encode().hex() in text) == (False, False)
    assert [one.value for one in client.cookies.values() if SITI_NIK in one.value] == []
    assert CarriedForm.objects.get().values["nik"] == [SITI_NIK]


def test_it_lies_sealed(client: Client) -> None:
    it_lies_sealed(client)


def test_a_carrier_in_clear_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.fields.seal", lambda plain, context: plain)
    monkeypatch.setattr("identity.fields.unseal", lambda blob, context: blob)
    with pytest.raises(AssertionError):
        it_lies_sealed(client)


def stale_tokens_lose_nothing() -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    strict = Client(enforce_csrf_checks=True)
    assert CarriedForm.objects.count() == 0
    back = way_back(strict.post(page_of(draft), TYPED))
    assert back.startswith(page_of(draft) + "?bawa=")
    sign_in(strict, siti())
    response = strict.post(page_of(draft), {**TYPED, "telepon": "0812 0000 0088", "csrfmiddlewaretoken": "x" * 64})
    assert response["Location"].startswith(page_of(draft) + "?bawa=")
    assert 'value="0812 0000 0088"' in strict.get(response["Location"]).content.decode()
    assert DraftPage.objects.count() == 0


def test_stale_tokens_lose_nothing_and_save_nothing() -> None:
    stale_tokens_lose_nothing()


def test_a_bare_refusal_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.views.stale.is_worth_keeping", lambda request: False)
    with pytest.raises(AssertionError):
        stale_tokens_lose_nothing()


@pytest.mark.parametrize("headers", [{"origin": "https://palsu.example"}, {"sec-fetch-site": "cross-site"}])
def test_forms_of_other_sites_are_refused(headers: dict[str, str]) -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page_of(draft), TYPED, headers=headers).status_code == 403
    assert CarriedForm.objects.count() == 0


def test_what_is_stored_meanwhile_stands_beside_it(client: Client) -> None:
    draft = open_draft(by=siti(), phase=open_phase())
    back = way_back(client.post(page_of(draft), TYPED))
    sign_in(client, siti()).post(page_of(draft), {"version": "0", "untuk": "diri", "telepon": "0812 0000 0099"})
    page = client.get(back)
    assert page.templates[0].name == "registration/page_conflict.html"
    assert [row.name for row in page.context["differences"]] == ["telepon"]
    assert 'name="telepon" value="0812 0000 0077"' in page.content.decode()
