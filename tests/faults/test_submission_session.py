"""B5: the session is lost at every step of the form, in a browser without scripts: everything typed is back after
signing in. C6: whatever else is posted changes nothing. Against a live server."""

from __future__ import annotations

import re
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import CarriedForm
from registration.models import Draft, DraftPage, Household
from registration.services import open_draft
from tests.live import Live, live_server, session_of
from tests.people import PASSWORD, SITI_NIK, budi, siti
from tests.registration.samples import Sample, open_phase, ready_draft

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
HIDDEN = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|version|bawa|confirmed)" value="([^"]*)"')
VALUE = re.compile(r'value="([^"]*)"')


class Browser:
    """Follows redirects and keeps cookies, and nothing more."""

    def __init__(self, server: Live) -> None:
        self.root = f"http://127.0.0.1:{server.port}"
        self.jar = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        self.address, self.text = "", ""

    def go(self, address: str, data: dict[str, Any] | None = None) -> None:
        body = None if data is None else urlencode(data, doseq=True).encode()
        with self.opener.open(self.root + address, body, timeout=30) as answer:
            parts = urlsplit(answer.url)
            self.address = f"{parts.path}?{parts.query}" if parts.query else parts.path
            self.text = answer.read().decode()

    def send(self, data: dict[str, Any]) -> None:
        self.go(self.address, {**self.hidden(), **data})

    def hidden(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in HIDDEN.findall(self.text):
            found.setdefault(name, []).append(value)
        return {**found, "csrfmiddlewaretoken": found["csrfmiddlewaretoken"][:1]} if found else {}

    def lose_session(self) -> None:
        for cookie in list(self.jar):
            if cookie.name == settings.SESSION_COOKIE_NAME:
                self.jar.clear(cookie.domain, cookie.path, cookie.name)

    def sign_in(self) -> None:
        assert self.address.startswith("/masuk/"), self.address
        self.send({"login": SITI_NIK, "password": PASSWORD})


def address_of(draft: Draft, key: str, item: str) -> str:
    kwargs = {"draft_id": draft.pk, "key": key, **({"item": item} if item else {})}
    return reverse(f"registration:{'item' if item else 'page'}_edit", kwargs=kwargs)


def nothing_typed_is_lost(server: Live) -> None:
    siti(password=PASSWORD)
    draft = open_draft(by=siti(), phase=open_phase())
    browser = Browser(server)
    browser.go("/masuk/")
    browser.sign_in()
    for key, item, typed in Sample().pages():
        address = address_of(draft, key, item)
        browser.go(address)
        browser.lose_session()
        browser.send({**typed, "confirmed": "nik.region_unknown"})
        browser.sign_in()
        assert urlsplit(browser.address).path == address, (key, browser.address)
        assert not DraftPage.objects.filter(draft=draft, page=key, item=item).exists()
        shown = {value.replace(" ", "") for value in VALUE.findall(browser.text)}  # numbers are shown in groups
        given = [one for values in typed.values() for one in (values if isinstance(values, list) else [values])]
        assert {value.replace(" ", "") for value in given} <= shown, key
        browser.send({**typed, "confirmed": "nik.region_unknown"})
        assert DraftPage.objects.get(draft=draft, page=key, item=item).complete, key
    assert CarriedForm.objects.count() == 0


@pytest.mark.long
def test_nothing_typed_is_lost_with_the_session() -> None:
    with live_server() as server:
        nothing_typed_is_lost(server)


@pytest.mark.long
def test_a_server_that_carries_nothing_is_noticed() -> None:
    with live_server(mutants=("carries_nothing",)) as server, pytest.raises(AssertionError):
        nothing_typed_is_lost(server)


def extra_fields_change_nothing(server: Live) -> None:
    """C6: a page and a submission take what they ask for and nothing else."""
    session, draft = session_of(siti()), ready_draft(by=siti(), phase=open_phase())
    more = {
        "owner": str(budi().pk),
        "account": str(budi().pk),
        "channel": "counter",
        "household": "1",
        "reference": "JKT-2222-2222",
        "opted_out": "on",
        "setuju": "on",
        "number": "7",
        "edits": "1",
        "complete": "on",
        "saved_by": str(budi().pk),
    }
    page = address_of(draft, "daya", "")
    assert server.post(page, {"version": "1", "daya": "900", **more}, session=session).status == 302
    send = reverse("registration:draft_submit", kwargs={"draft_id": draft.pk})
    assert server.post(send, more, session=session).status == 302
    household = Household.objects.get()
    assert (household.account, household.channel, household.opted_out) == (siti(), "online", False)
    assert (household.registered_by, household.consent_given_at) == (None, None)
    assert household.reference != "JKT-2222-2222"
    assert DraftPage.objects.get(draft=draft, page="daya").data["typed"] == {"daya": ["900"]}
    assert [copy.number for copy in household.submissions.all()] == [1]


def test_extra_fields_change_nothing() -> None:
    with live_server() as server:
        extra_fields_change_nothing(server)


@pytest.mark.long
def test_a_form_that_keeps_everything_is_noticed() -> None:
    with live_server(mutants=("keeps_everything",)) as server, pytest.raises(AssertionError):
        extra_fields_change_nothing(server)
