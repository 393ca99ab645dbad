"""Where somebody is signed in: a list of one's own, and ending any of it. C7: what else ends sessions."""

import uuid
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore as PlainStore
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import services
from accounts.models import OpenSession, Role, User
from accounts.open_sessions import device_of
from accounts.sessions import SessionStore
from accounts.tasks import forget_expired
from areas.models import Area
from audit.models import Act
from tests.accounts import test_sessions, test_signing_in
from tests.people import GAMBIR, PASSWORD, SITI_NIK, budi, dewi, sign_in, siti

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0"


def signed_in(agent: str = PHONE) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    assert alive(client)
    return client


def alive(client: Client) -> bool:
    return client.get("/akun/").status_code == 200


def test_each_sign_in_is_on_the_list_with_no_more_than_its_owner_needs() -> None:
    siti(password=PASSWORD)
    here, there = signed_in(), signed_in(LAPTOP)
    response = here.get("/akun/perangkat/")
    assert response.context["present"].device == "Chrome, Android"
    assert [row.device for row in response.context["others"]] == ["Firefox, Windows"]
    page = response.content.decode()
    for secret in (str(here.session.session_key), str(there.session.session_key), "Mozilla", "537.36"):
        assert secret not in page


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, "Chrome, Android"),
        (LAPTOP, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Linux"),
        ("Mozilla/5.0 (Linux; Android 13) SamsungBrowser/25.0 Chrome/121 Mobile Safari/537.36",
         "Samsung Internet, Android"),
        ("", ""),
        ("x" * 5000, ""),
        ("<script>", ""),
    ],
)  # fmt: skip
def test_a_browser_is_told_by_what_its_owner_calls_it(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_one_device_is_signed_out_and_the_others_stay() -> None:
    siti(password=PASSWORD)
    here, there, third = signed_in(), signed_in(LAPTOP), signed_in()
    row = OpenSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/akun/perangkat/{row.pk}/keluar/")["Location"] == "/akun/perangkat/"
    assert [alive(client) for client in (here, there, third)] == [True, False, True]
    assert here.post(f"/akun/perangkat/{row.pk}/keluar/").status_code == 404
    assert Act.objects.filter(verb="accounts.end_session", subject_id=str(siti().pk)).count() == 1


def test_the_present_device_can_be_signed_out_here_too() -> None:
    siti(password=PASSWORD)
    here = signed_in()
    row = OpenSession.objects.get()
    here.post(f"/akun/perangkat/{row.pk}/keluar/")
    assert not alive(here)


def test_nobody_signs_out_anybody_else() -> None:
    siti(password=PASSWORD)
    here = signed_in()
    row = OpenSession.objects.get(session_key=here.session.session_key)
    stranger = sign_in(Client(), budi())
    assert stranger.post(f"/akun/perangkat/{row.pk}/keluar/").status_code == 404
    assert stranger.post(f"/akun/perangkat/{uuid.uuid4()}/keluar/").status_code == 404
    stranger.post("/akun/perangkat/lainnya/keluar/")
    assert alive(here)
    assert stranger.get("/akun/perangkat/").context["others"] == []


def check_all_others_end() -> None:
    """Also a session that is on no list."""
    user = siti(password=PASSWORD)
    here, there, unlisted = signed_in(), signed_in(LAPTOP), sign_in(Client(), user)
    before = here.session.session_key
    assert here.post("/akun/perangkat/lainnya/keluar/")["Location"] == "/akun/perangkat/"
    assert [alive(client) for client in (here, there, unlisted)] == [True, False, False]
    assert here.session.session_key != before
    assert here.get("/akun/perangkat/").context["others"] == []


def test_all_other_devices_are_signed_out() -> None:
    check_all_others_end()


def test_ending_only_what_is_listed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "end_sessions", lambda *, user: None)
    with pytest.raises(AssertionError):
        check_all_others_end()


def test_the_list_follows_a_session_to_its_new_key() -> None:
    siti(password=PASSWORD)
    here = signed_in()
    row = OpenSession.objects.get()
    other = "layang-layang putus 8"
    here.post("/akun/kata-sandi/", {"present": PASSWORD, "password1": other, "password2": other})
    response = here.get("/akun/perangkat/")
    assert (response.context["present"], response.context["others"]) == (row, [])


def test_what_has_ended_is_not_shown_and_later_forgotten() -> None:
    siti(password=PASSWORD)
    here, there = signed_in(), signed_in()
    there.post("/keluar/")
    Session.objects.filter(session_key=there.session.session_key).delete()
    assert here.get("/akun/perangkat/").context["others"] == []
    assert OpenSession.objects.count() == 2
    forget_expired()
    assert OpenSession.objects.count() == 1


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_costs_the_same_however_long(number: int, django_assert_num_queries: Any) -> None:
    user = siti(password=PASSWORD)
    here = signed_in()
    for index in range(number):
        OpenSession.objects.create(user=user, session_key=sign_in(Client(), user).session.session_key or str(index))
    with django_assert_num_queries(4):  # session, user, roles, list
        assert len(here.get("/akun/perangkat/").context["others"]) == number


# --- C7: planted flaws ---------------------------------------------------------------------------------------------


def test_a_session_that_keeps_its_id_at_sign_in_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionStore, "cycle_key", lambda self: None)
    monkeypatch.setattr(PlainStore, "cycle_key", lambda self: None)
    with pytest.raises(AssertionError):
        test_signing_in.test_the_session_id_changes_at_sign_in(client)


def test_a_hash_without_the_password_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "_get_session_auth_hash", lambda self, secret=None: "always the same")
    with pytest.raises(AssertionError):
        test_sessions.test_a_changed_password_ends_the_other_sessions(client)


def test_a_hash_without_the_roles_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "_get_session_auth_hash", lambda self, secret=None: self.password)
    with pytest.raises(AssertionError):
        test_sessions.test_a_role_given_or_ended_ends_sessions()


def test_a_role_ends_the_sessions_on_the_list_too() -> None:
    user = siti(password=PASSWORD)
    here = signed_in()
    services.grant_role(user=user, role=Role.OFFICER, area=Area.objects.get(pk=GAMBIR), by=dewi())
    assert not alive(here)
