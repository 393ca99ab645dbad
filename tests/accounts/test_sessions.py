"""Sessions are sealed, end with a change of password or role, and are as long as the role allows."""

import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from accounts import services, session_length
from accounts.models import Role, RoleGrant, User
from accounts.sessions import SessionStore
from areas.models import Area
from tests.people import GAMBIR, PASSWORD, SITI_NIK, SITI_PHONE, TEBET, dewi, rina, sign_in, siti

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "layang-layang putus 8"


def everything_in(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608
        return "\n".join(row[0] for row in cursor.fetchall())


def test_nothing_personal_stands_in_the_session_table(client: Client) -> None:
    client.post("/masuk/", {"login": SITI_NIK, "password": "wrong"})
    siti(password=PASSWORD)
    client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    session = client.session
    session["typed"] = {"nik": SITI_NIK, "phone": SITI_PHONE}
    session.save()
    held = everything_in("django_session")
    assert held
    for canary in (SITI_NIK, SITI_PHONE, "81200000001", str(siti().pk), "typed"):
        assert canary not in held
    assert client.session["typed"] == {"nik": SITI_NIK, "phone": SITI_PHONE}


def test_a_mutant_with_plain_sessions_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionStore, "encode", lambda self, contents: self.serializer().dumps(contents).decode())
    monkeypatch.setattr(SessionStore, "decode", lambda self, data: self.serializer().loads(data.encode()))
    with pytest.raises(AssertionError):
        test_nothing_personal_stands_in_the_session_table(client)


def test_contents_of_another_session_do_not_open() -> None:
    first, second = SessionStore(), SessionStore()
    first["mine"] = 1
    first.save()
    second.save()
    stolen = Session.objects.get(pk=first.session_key).session_data
    Session.objects.filter(pk=second.session_key).update(session_data=stolen)
    assert dict(SessionStore(first.session_key).items()) == {"mine": 1}
    assert dict(SessionStore(second.session_key).items()) == {}


@pytest.mark.parametrize("data", ["", "x", "!!", "AAAA", "é"])
def test_spoilt_contents_are_an_ended_session(client: Client, data: str) -> None:
    sign_in(client, siti())
    Session.objects.update(session_data=data)
    assert client.get("/akun/")["Location"].startswith("/masuk/")


def open_sessions(user: User, number: int) -> list[Client]:
    return [sign_in(Client(), user) for _number in range(number)]


def alive(client: Client) -> bool:
    return client.get("/akun/").status_code == 200


def test_a_changed_password_ends_the_other_sessions(client: Client) -> None:
    user = siti(password=PASSWORD)
    mine, other = open_sessions(user, 2)
    before = mine.session.session_key
    data = {"present": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert mine.post("/akun/kata-sandi/", data)["Location"] == "/akun/"
    assert mine.session.session_key != before
    assert (alive(mine), alive(other)) == (True, False)


def test_a_role_given_or_ended_ends_sessions() -> None:
    user, admin = siti(), dewi()
    (citizen,) = open_sessions(user, 1)
    grant = services.grant_role(user=user, role=Role.OFFICER, area=Area.objects.get(pk=GAMBIR), by=admin)
    assert not alive(citizen)
    services.enrol_totp(user=user)
    (officer,) = open_sessions(user, 1)
    assert alive(officer)
    services.end_role(grant=grant, by=admin)
    assert not alive(officer)


def test_a_grant_that_runs_out_ends_sessions() -> None:
    user = rina()
    (client,) = open_sessions(user, 1)
    assert alive(client)
    grant = RoleGrant.objects.get(user=user)
    RoleGrant.objects.filter(pk=grant.pk).update(ended_at=grant.granted_at)
    assert not alive(client)


def test_a_closed_account_loses_its_sessions() -> None:
    user = siti()
    (client,) = open_sessions(user, 1)
    services.set_active(user=user, is_active=False, by=dewi())
    assert not alive(client)


def test_citizens_stay_signed_in_for_two_weeks_and_staff_for_a_working_day(client: Client) -> None:
    sign_in(client, siti())
    assert client.session.get_expiry_age() == 14 * 24 * 3600
    staff = sign_in(Client(), rina())
    assert staff.session.get_expiry_age() == 8 * 3600


@pytest.mark.parametrize(
    ("began", "active", "is_alive"),
    [(0, 0, True), (7 * 3600, 600, True), (9 * 3600, 60, False), (2 * 3600, 3601, False), (None, None, False)],
)
def test_a_staff_session_ends_by_age_or_rest(client: Client, began: Any, active: Any, is_alive: bool) -> None:
    sign_in(client, rina())
    session = client.session
    now = int(time.time())
    session[session_length.BEGAN] = None if began is None else now - began
    session[session_length.ACTIVE] = None if active is None else now - active
    session.save()
    assert alive(client) == is_alive
    if is_alive and active > 300:
        assert client.session[session_length.ACTIVE] >= now


def test_kelurahan_of_an_officer() -> None:
    user = rina()
    assert user.kelurahan_codes == frozenset({GAMBIR})
    assert (user.is_officer, user.is_admin, user.role_name) == (True, False, "petugas")
    kecamatan = Area.objects.get(pk="31.74.01")
    services.grant_role(user=user, role=Role.OFFICER, area=kecamatan, by=dewi())
    assert TEBET in user.kelurahan_codes
    assert len(user.kelurahan_codes) == 1 + Area.objects.kelurahan().filter(parent=kecamatan).count()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert User.objects.get(pk=user.pk).kelurahan_codes == frozenset()
