"""A code at each sign-in: a citizen's wish, with recovery codes and the kelurahan behind it. Staff have their app."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from accounts import services, stages
from accounts.models import LimitCounter, MessageCode, User
from accounts.totp import current_code
from accounts.tries import BUDGETS
from audit.models import Act
from jobs.models import OutboxMessage
from tests.access.seen import keep_page
from tests.accounts.test_contacts import last_code, verified, wrong
from tests.people import PASSWORD, SITI_NIK, SITI_PHONE, TOTP_SECRET, budi, rina, sign_in, siti

pytestmark = pytest.mark.django_db


def with_code(kind: str = "phone") -> User:
    """Siti, who gets a code at each sign-in."""
    user = verified(siti(password=PASSWORD), "phone", "email")
    services.put_sign_in_code(user=user, kind=kind, by=user)
    return user


def begin(client: Client) -> Any:
    return client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})


def finish(client: Client, code: str) -> Any:
    return client.post("/masuk/kode-pesan/", {"code": code})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(("kind", "recipient"), [("phone", SITI_PHONE), ("email", "siti@contoh.id")])
def test_the_password_alone_does_not_sign_in(client: Client, kind: str, recipient: str) -> None:
    with_code(kind)
    assert begin(client)["Location"] == "/masuk/kode-pesan/"
    assert not is_in(client)
    assert client.get("/akun/")["Location"].startswith("/masuk/")
    assert OutboxMessage.objects.get().recipient == recipient
    assert finish(client, last_code())["Location"] == "/akun/ke-beranda/"
    assert is_in(client)
    assert client.get("/akun/").status_code == 200


def test_a_stage_that_asks_nobody_is_noticed(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(stages.MessageCodeStage, "handle", lambda self: (None, True))
    with pytest.raises((AssertionError, KeyError)):
        test_the_password_alone_does_not_sign_in(client, "phone", SITI_PHONE)


def test_where_one_wanted_to_go_is_remembered(client: Client) -> None:
    with_code()
    client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD, "next": "/akun/perangkat/"})
    assert finish(client, last_code())["Location"] == "/akun/perangkat/"


def test_a_code_signs_in_once(client: Client) -> None:
    with_code()
    begin(client)
    code = last_code()
    finish(client, code)
    other = Client()
    begin(other)
    if last_code() != code:
        assert finish(other, code).context["form"].errors["code"]
    assert not is_in(other)


def test_a_code_to_verify_a_number_does_not_sign_in(client: Client) -> None:
    user = with_code()
    User.objects.filter(pk=user.pk).update(sign_in_code="email", phone_verified_at=None)
    here = sign_in(Client(), siti())
    here.post("/akun/nomor-hp/kode/", {"kirim": "sms"})
    code = last_code()
    begin(client)
    if last_code() != code:
        finish(client, code)
        assert not is_in(client)


def test_the_message_can_be_sent_again(client: Client) -> None:
    with_code()
    begin(client)
    assert client.post("/masuk/kode-pesan/", {"kirim": "1"})["Location"] == "/masuk/kode-pesan/"
    assert OutboxMessage.objects.count() == 2
    assert MessageCode.objects.count() == 1
    finish(client, last_code())
    assert is_in(client)


def test_tries_are_limited_and_the_owner_is_not_locked_out_by_strangers(client: Client) -> None:
    """Only who knows the password spends them; others who typed the number cannot use up the owner's messages."""
    with_code()
    for number in range(3):
        other = services.create_citizen(nik=SITI_NIK, name=f"Orang {number}", phone=SITI_PHONE, password=None)
        for _again in range(5):
            sign_in(Client(), other).post("/akun/nomor-hp/kode/", {"kirim": "sms"})
    OutboxMessage.objects.all().delete()
    begin(client)
    code = last_code()
    limit = BUDGETS["code"].limit
    for _number in range(limit):
        finish(client, wrong(code))
    assert finish(client, code).context["form"].errors.as_data()["code"][0].code is None
    assert not is_in(client)


def test_a_recovery_code_stands_in_for_the_message(client: Client) -> None:
    verified(siti(password=PASSWORD), "phone")
    mine = sign_in(Client(), siti())
    response = mine.post("/akun/kode-masuk/", {"sign_in_code": "phone", "present": PASSWORD})
    assert response["Location"] == "/akun/kode-cadangan/"
    shown = mine.get("/akun/kode-cadangan/").context["codes"]
    assert (len(shown), mine.get("/akun/kode-cadangan/").context["codes"]) == (10, [])
    begin(client)
    finish(client, shown[0])
    assert is_in(client)
    again = Client()
    begin(again)
    assert finish(again, shown[0]).context["form"].errors["code"]
    mine.post("/akun/kode-cadangan/", {"present": PASSWORD})
    assert len(mine.get("/akun/kode-cadangan/").context["codes"]) == 10
    assert finish(again, shown[1]).context["form"].errors["code"], "new codes replace the old ones"


def test_without_a_gateway_recovery_codes_still_let_in(client: Client, settings: Settings) -> None:
    with_code()
    settings.DTKS_CHANNELS = dict.fromkeys(("sms", "whatsapp"), "jobs.channels.NoGateway")
    assert begin(client)["Location"] == "/masuk/kode-pesan/"
    page = client.get("/masuk/kode-pesan/").content.decode()
    keep_page("accounts:sign_in_code_check", page)
    assert "/lupa-kata-sandi/lembar/" in page
    assert 'name="kirim"' not in page


def test_switching_it_on_and_off_takes_the_password_and_a_verified_contact(client: Client) -> None:
    sign_in(client, siti(password=PASSWORD))
    assert client.get("/akun/kode-masuk/").status_code == 200
    unverified = client.post("/akun/kode-masuk/", {"sign_in_code": "phone", "present": PASSWORD})
    assert unverified.context["form"].errors["sign_in_code"]
    verified(siti(), "phone")
    assert client.post("/akun/kode-masuk/", {"sign_in_code": "phone", "present": "x"}).context["form"].errors["present"]
    assert client.post("/akun/kode-masuk/", {"sign_in_code": "email", "present": PASSWORD}).status_code == 200
    assert siti().sign_in_code == ""
    client.post("/akun/kode-masuk/", {"sign_in_code": "phone", "present": PASSWORD})
    assert siti().sign_in_code == "phone"
    assert client.post("/akun/kode-masuk/", {"sign_in_code": "tidak", "present": PASSWORD})["Location"] == "/akun/"
    assert siti().sign_in_code == ""
    assert not Authenticator.objects.filter(user=siti()).exists()
    assert client.get("/akun/kode-cadangan/").status_code == 403
    assert Act.objects.filter(verb="accounts.put_sign_in_code").count() == 2


def test_a_code_never_goes_to_a_number_nobody_has_proved() -> None:
    user = siti()
    assert not services.put_sign_in_code(user=user, kind="phone", by=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(sign_in_code="phone")


def test_another_number_ends_the_codes_to_the_old_one(client: Client) -> None:
    sign_in(client, with_code())
    client.post("/akun/nomor-hp/", {"value": "0813 7777 6666", "present": PASSWORD})
    assert siti().sign_in_code == ""
    other = Client()
    begin(other)
    assert is_in(other)


def test_switched_off_meanwhile_lets_in(client: Client) -> None:
    user = with_code()
    begin(client)
    services.put_sign_in_code(user=user, kind="", by=user)
    assert client.get("/masuk/kode-pesan/")["Location"] == "/akun/ke-beranda/"
    assert is_in(client)


def test_staff_type_the_code_of_their_app_whatever_was_chosen_before(client: Client) -> None:
    user = verified(rina(password=PASSWORD), "email")
    User.objects.filter(pk=user.pk).update(sign_in_code="email")
    assert client.post("/masuk/", {"login": "rina", "password": PASSWORD})["Location"] == "/masuk/kode/"
    client.post("/masuk/kode/", {"code": current_code(TOTP_SECRET)})
    assert is_in(client)
    assert client.get("/akun/kode-masuk/").status_code == 403


def test_the_page_is_nothing_without_a_password(client: Client) -> None:
    assert client.get("/masuk/kode-pesan/")["Location"] == "/masuk/"
    assert client.post("/masuk/kode-pesan/", {"code": "123456"})["Location"] == "/masuk/"
    sign_in(client, budi())
    assert client.get("/masuk/kode-pesan/")["Location"] == "/akun/ke-beranda/"


@pytest.mark.parametrize("typed", ["", "１２３４５６", "\x00", "x" * 400, "00000000", "9" * 30])
def test_malformed_codes_are_form_errors(client: Client, typed: str) -> None:
    with_code()
    begin(client)
    assert finish(client, typed).status_code in (200, 400)
    assert not is_in(client)
    LimitCounter.objects.all().delete()
