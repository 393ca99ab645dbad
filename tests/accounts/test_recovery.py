import hmac
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import recovery, services
from accounts.identifiers import read_identifier
from accounts.models import RecoveryRequest, User
from accounts.tasks import forget_expired
from jobs import outbox
from jobs.models import OutboxMessage
from tests.access.seen import keep_page
from tests.accounts.test_sessions import everything_in
from tests.people import BUDI_NIK, BUDI_PHONE, PASSWORD, SITI_NIK, SITI_PHONE, budi, rina, sign_in, siti

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "layang-layang putus 8"


def ask(client: Client, identifier: str = SITI_NIK, contact: str = SITI_PHONE) -> Any:
    return client.post("/lupa-kata-sandi/", {"identifier": identifier, "contact": contact})


def last_code() -> str:
    found = re.search(r"([0-9]{4}) ([0-9]{4})", OutboxMessage.objects.latest("created_at").body)
    assert found is not None
    return found[1] + found[2]


def set_new(client: Client, code: str, password: str = NEW_PASSWORD) -> Any:
    data = {"code": code, "password1": password, "password2": password}
    return client.post("/lupa-kata-sandi/kode/", data)


@pytest.mark.parametrize(("contact", "channel"), [("0812 0000 0001", "sms"), ("Siti@contoh.id", "email")])
def test_a_code_by_phone_or_email_sets_a_new_password(client: Client, contact: str, channel: str) -> None:
    user = siti(password=PASSWORD)
    other = sign_in(Client(), user)
    assert ask(client, contact=contact)["Location"] == "/lupa-kata-sandi/kode/"
    keep_page("accounts:password_recover_code", client.get("/lupa-kata-sandi/kode/").content.decode())
    message = OutboxMessage.objects.get()
    assert message.channel == channel
    assert set_new(client, last_code())["Location"] == "/masuk/"
    assert other.get("/akun/").status_code == 302
    told = {str(other.recipient) for other in OutboxMessage.objects.exclude(pk=message.pk)}
    assert told == {SITI_PHONE, "siti@contoh.id"}
    client.post("/masuk/", {"login": SITI_NIK, "password": NEW_PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_staff_recover_by_username_and_still_need_their_app(client: Client) -> None:
    rina(password=PASSWORD)
    ask(client, identifier="rina", contact="rina@contoh.id")
    set_new(client, last_code())
    response = client.post("/masuk/", {"login": "rina", "password": NEW_PASSWORD})
    assert response["Location"] == "/masuk/kode/"


def test_the_answer_is_the_same_for_everybody(client: Client) -> None:
    siti()
    closed = budi()
    User.objects.filter(pk=closed.pk).update(is_active=False)
    pages, counts = set(), []
    for identifier, contact in [
        (SITI_NIK, SITI_PHONE),
        (SITI_NIK, "081299998888"),
        ("9901010101010009", SITI_PHONE),
        (BUDI_NIK, BUDI_PHONE),
        ("nobody", "nobody@contoh.id"),
    ]:
        asking = Client()
        response = ask(asking, identifier, contact)
        page = asking.get(response["Location"]).content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
        pages.add((response.status_code, response["Location"], page))
        counts.append((RecoveryRequest.objects.count(), OutboxMessage.objects.count()))
    assert len(pages) == 1
    assert counts == [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]


def test_a_miss_does_the_work_of_a_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    siti()
    work: list[str] = []
    honest = outbox.enqueue

    def noted(**message: Any) -> Any:
        work.append(message["recipient"])
        return honest(**message)

    monkeypatch.setattr(recovery, "enqueue", noted)
    contact = read_identifier(SITI_PHONE)
    recovery.request_recovery(identifier=read_identifier(SITI_NIK), contact=contact)
    recovery.request_recovery(identifier=read_identifier("9901010101010009"), contact=contact)
    assert (work, OutboxMessage.objects.count()) == ([SITI_PHONE, SITI_PHONE], 1)


def test_codes_and_addresses_are_in_no_table_in_the_clear(client: Client) -> None:
    siti()
    ask(client)
    code = last_code()
    for table in ("jobs_outboxmessage", "accounts_recoveryrequest", "django_session", "accounts_user", "audit_act"):
        held = everything_in(table)
        for canary in (SITI_NIK, SITI_PHONE, SITI_PHONE.removeprefix("+62"), "siti@contoh.id", code):
            assert canary not in held, table


def test_a_code_serves_once(client: Client) -> None:
    siti(password=PASSWORD)
    ask(client)
    code = last_code()
    held = client.session["recovery_request"]
    assert set_new(client, code).status_code == 302
    replay = Client()
    ask(replay, "nobody", "nobody@contoh.id")
    session = replay.session
    session["recovery_request"] = held
    session.save()
    assert set_new(replay, code, "another sentence 99").context["form"].errors["code"]


def test_a_code_belongs_to_its_own_request(client: Client) -> None:
    siti(password=PASSWORD)
    ask(client)
    stranger = Client()
    ask(stranger, "nobody", "nobody@contoh.id")
    assert set_new(stranger, last_code()).context["form"].errors["code"]


def test_five_wrong_codes_end_a_request(client: Client) -> None:
    siti(password=PASSWORD)
    ask(client)
    right = last_code()
    wrong = "00000000" if right != "00000000" else "11111111"
    for _number in range(recovery.MAX_TRIES):
        assert set_new(client, wrong).context["form"].errors["code"]
    assert set_new(client, right).context["form"].errors["code"]


def test_a_code_expires(client: Client) -> None:
    siti(password=PASSWORD)
    ask(client)
    code = last_code()
    now = timezone.now()
    RecoveryRequest.objects.update(created_at=now - timedelta(minutes=20), expires_at=now - timedelta(minutes=5))
    assert set_new(client, code).context["form"].errors["code"]


def test_a_password_about_oneself_is_refused_and_the_code_still_serves(client: Client) -> None:
    siti(password=PASSWORD)
    ask(client)
    code = last_code()
    assert set_new(client, code, "aminah cantik 9").context["form"].errors["password1"]
    assert set_new(client, code).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_at_once_do_not_exceed_the_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    check_parallel_codes(monkeypatch)


def check_parallel_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    siti()
    request_id = recovery.request_recovery(identifier=read_identifier(SITI_NIK), contact=read_identifier(SITI_PHONE))
    compared: list[int] = []
    honest = hmac.compare_digest

    def noted(expected: bytes, typed: bytes) -> bool:
        if expected:
            compared.append(1)
        return bool(honest(expected, typed))

    monkeypatch.setattr("accounts.recovery.hmac.compare_digest", noted)

    def attempt(number: int) -> None:
        try:
            with pytest.raises(recovery.CodeRefused):
                recovery.owner_of(request_id=request_id, code=f"x{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=12) as pool:
        list(pool.map(attempt, range(40)))
    assert len(compared) == recovery.MAX_TRIES


@pytest.mark.django_db(transaction=True)
def test_a_mutant_that_does_not_count_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "COUNT_TRY", recovery.COUNT_TRY.replace("tries = tries + 1", "tries = tries"))
    with pytest.raises(AssertionError):
        check_parallel_codes(monkeypatch)


def test_asking_is_limited_per_identifier_and_network(client: Client) -> None:
    siti()
    assert [ask(Client()).status_code for _number in range(7)] == [302] * 5 + [429] * 2
    assert (
        client.post(
            "/lupa-kata-sandi/", {"identifier": SITI_NIK, "contact": SITI_PHONE}, REMOTE_ADDR="192.0.2.9"
        ).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("identifier", "contact", "wrong"),
    [
        ("", "", "identifier"),
        ("081200000001", SITI_PHONE, "identifier"),
        (SITI_NIK, "siti", "contact"),
        (SITI_NIK, "", "contact"),
    ],
)
def test_what_cannot_be_looked_up_is_named(client: Client, identifier: str, contact: str, wrong: str) -> None:
    response = ask(client, identifier, contact)
    assert (response.status_code, wrong in response.context["form"].errors) == (200, True)


def test_the_code_page_needs_a_request(client: Client) -> None:
    assert client.get("/lupa-kata-sandi/kode/")["Location"] == "/lupa-kata-sandi/"


def test_the_claimant_is_recovered_before_others_with_the_same_numbers(client: Client) -> None:
    services.create_citizen(nik=SITI_NIK, name="Orang Lain", phone=SITI_PHONE, password=None)
    mine = services.create_citizen(nik=SITI_NIK, name="Siti Aminah", phone=SITI_PHONE, password=None)
    services.claim_nik(user=mine, by=None)
    ask(client)
    assert RecoveryRequest.objects.get().user == mine


def test_old_requests_and_sessions_are_forgotten(client: Client) -> None:
    ask(client)
    early = timezone.now() - timedelta(days=3)
    RecoveryRequest.objects.update(created_at=early, expires_at=early + timedelta(minutes=15))
    forget_expired()
    assert RecoveryRequest.objects.count() == 0
