"""Phone and e-mail: proved by a code that comes by message, changed at will, needed by nobody, and told to nobody."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import codes, services
from accounts.contacts import change_contact, confirm_contact
from accounts.models import LimitCounter, MessageCode, Purpose, User
from accounts.tasks import forget_expired
from accounts.tries import BUDGETS
from audit.models import Act
from jobs.models import OutboxMessage
from tests.accounts.test_sessions import everything_in
from tests.people import BUDI_NIK, PASSWORD, SITI_NIK, SITI_PHONE, budi, rina, sign_in, siti

pytestmark = pytest.mark.django_db
NEW = "0813 7777 6666"


def code_in(message: OutboxMessage) -> str:
    found = re.search(r"\b([0-9]{3}) ([0-9]{3})\b", message.body or "")
    assert found is not None
    return found[1] + found[2]


def last_code() -> str:
    return code_in(OutboxMessage.objects.latest("created_at"))


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def verified(user: User, *kinds: str) -> User:
    """The user with proved contacts."""
    User.objects.filter(pk=user.pk).update(**{f"{kind}_verified_at": timezone.now() for kind in kinds})
    user.refresh_from_db()
    return user


def send(client: Client, kind: str = "nomor-hp", way: str = "sms") -> Any:
    return client.post(f"/akun/{kind}/kode/", {"kirim": way})


def check(client: Client, code: str, kind: str = "nomor-hp") -> Any:
    return client.post(f"/akun/{kind}/kode/", {"code": code})


@pytest.mark.parametrize(
    ("kind", "field", "way", "recipient"),
    [("nomor-hp", "phone", "sms", SITI_PHONE), ("nomor-hp", "phone", "whatsapp", SITI_PHONE),
     ("email", "email", "email", "siti@contoh.id")],
)  # fmt: skip
def test_a_code_by_message_verifies_a_contact(client: Client, kind: str, field: str, way: str, recipient: str) -> None:
    sign_in(client, siti())
    assert send(client, kind, way)["Location"] == f"/akun/{kind}/kode/"
    message = OutboxMessage.objects.get()
    assert (message.channel, message.recipient, message.about_id) == (way, recipient, siti().pk)
    assert len(message.body or "") <= 160
    assert check(client, code_in(message), kind)["Location"] == "/akun/"
    assert getattr(siti(), f"{field}_verified_at") is not None
    assert siti().is_verified
    assert Act.objects.filter(verb="accounts.verify_contact", subject_id=str(siti().pk)).count() == 1
    assert client.get(f"/akun/{kind}/kode/")["Location"] == "/akun/"


def test_an_account_that_is_not_verified_can_do_everything(client: Client) -> None:
    sign_in(client, siti())
    for path in ("/akun/", "/usulan/", "/pemberitahuan/", "/akun/perangkat/"):
        assert (path, client.get(path).status_code) == (path, 200)
    page = client.get("/akun/nomor-hp/kode/").content.decode()
    assert 'href="/akun/ke-beranda/"' in page


def test_sending_again_sends_the_same_code(client: Client) -> None:
    sign_in(client, siti())
    send(client)
    send(client, way="whatsapp")
    messages = [code_in(message) for message in OutboxMessage.objects.all()]
    assert len(messages) == 2
    assert len(set(messages)) == 1
    assert MessageCode.objects.count() == 1


def test_shortly_before_its_end_a_code_is_replaced(client: Client) -> None:
    sign_in(client, siti())
    send(client)
    MessageCode.objects.update(expires_at=timezone.now() + timedelta(minutes=5))
    send(client)
    assert MessageCode.objects.count() == 2
    assert check(client, last_code())["Location"] == "/akun/"


def test_sending_is_limited_per_account(client: Client) -> None:
    sign_in(client, siti())
    limit = BUDGETS["send.user"].limit
    assert [send(client).status_code for _number in range(limit + 2)] == [302] * limit + [429] * 2
    assert OutboxMessage.objects.count() == limit
    assert check(client, last_code())["Location"] == "/akun/", "what was sent still serves"


def test_sending_to_one_number_is_limited_whoever_has_given_it() -> None:
    """So that nobody has a stranger's phone ring through many accounts."""
    sent = 0
    for number in range(4):
        user = services.create_citizen(nik=SITI_NIK, name=f"Orang {number}", phone=SITI_PHONE, password=None)
        sent += sum(send(sign_in(Client(), user)).status_code == 302 for _again in range(5))
    assert sent == BUDGETS["send.contact"].limit == OutboxMessage.objects.count()


def test_without_a_gateway_nobody_is_stuck(client: Client, settings: Settings) -> None:
    settings.DTKS_CHANNELS = dict.fromkeys(("sms", "whatsapp"), "jobs.channels.NoGateway")
    sign_in(client, siti())
    page = client.get("/akun/nomor-hp/kode/").content.decode()
    assert 'name="kirim"' not in page
    assert "kelurahan" in page
    assert send(client).status_code == 200
    assert not OutboxMessage.objects.exists()
    assert client.get("/akun/ke-beranda/").status_code == 302


# --- Codes ---------------------------------------------------------------------------------------------------------


def test_a_code_serves_once_and_only_its_owner(client: Client) -> None:
    sign_in(client, siti())
    send(client)
    code = last_code()
    stranger = sign_in(Client(), budi())
    send(stranger)
    mine = last_code()
    if mine != code:
        assert check(stranger, code).context["form"].errors["code"]
    assert check(client, code).status_code == 302
    with pytest.raises(codes.CodeRefused):
        confirm_contact(user=siti(), kind="phone", typed=code)


def test_a_code_ends_with_five_wrong_tries(client: Client) -> None:
    sign_in(client, siti())
    send(client)
    code = last_code()
    for _number in range(codes.MAX_TRIES):
        assert check(client, wrong(code)).context["form"].errors["code"]
    assert check(client, code).context["form"].errors["code"]
    send(client)
    assert check(client, last_code()).status_code == 302, "a new one can be asked for"


def test_a_code_ends_with_its_time_and_is_forgotten(client: Client) -> None:
    sign_in(client, siti())
    send(client)
    code = last_code()
    early = timezone.now() - timedelta(days=2)
    MessageCode.objects.update(created_at=early, expires_at=early + codes.LASTS)
    assert check(client, code).context["form"].errors["code"]
    forget_expired()
    assert not MessageCode.objects.exists()


def test_a_code_ends_with_the_number_it_was_sent_to(client: Client) -> None:
    sign_in(client, siti(password=PASSWORD))
    send(client)
    code = last_code()
    client.post("/akun/nomor-hp/", {"value": NEW, "present": PASSWORD})
    assert check(client, code).context["form"].errors["code"]
    assert siti().phone_verified_at is None


@pytest.mark.parametrize("typed", ["", "１２３４５６", "x" * 500, "\x00", "12 34 56", "-1"])
def test_malformed_codes_are_form_errors(client: Client, typed: str) -> None:
    sign_in(client, siti())
    send(client)
    assert check(client, typed).status_code in (200, 400)


def check_tries_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty wrong codes at once: as many are compared as a code has tries."""
    user = siti()
    codes.send_code(user=user, purpose=Purpose.VERIFY, kind="phone")
    compared: list[str] = []

    def noted(code: MessageCode, typed: str) -> bool:
        compared.append(typed)
        return False

    monkeypatch.setattr(codes, "is_right", noted)

    def attempt(number: int) -> None:
        try:
            with pytest.raises(codes.CodeRefused):
                confirm_contact(user=user, kind="phone", typed=f"{number:06}")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=12) as pool:
        list(pool.map(attempt, range(40)))
    assert len(compared) == codes.MAX_TRIES


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_at_once_do_not_exceed_the_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    check_tries_are_bounded(monkeypatch)


@pytest.mark.django_db(transaction=True)
def test_codes_that_are_not_counted_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "COUNT_TRY", codes.COUNT_TRY.replace("tries = tries + 1", "tries = tries"))
    with pytest.raises(AssertionError):
        check_tries_are_bounded(monkeypatch)


def check_a_code_is_used_up_once() -> None:
    user = siti()
    code = codes.send_code(user=user, purpose=Purpose.SIGN_IN, kind="phone")

    def attempt(_number: int) -> bool:
        try:
            codes.accept(user=user, purpose=Purpose.SIGN_IN, kind="phone", typed=codes.digits_of(code))
        except codes.CodeRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=5) as pool:
        assert sum(pool.map(attempt, range(5))) == 1


@pytest.mark.django_db(transaction=True)
def test_the_right_code_at_once_in_many_tabs_is_accepted_once() -> None:
    check_a_code_is_used_up_once()


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_not_used_up_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "use_up", lambda code: None)
    with pytest.raises(AssertionError):
        check_a_code_is_used_up_once()


def test_no_code_and_no_number_stands_in_a_table_in_the_clear(client: Client) -> None:
    sign_in(client, siti())
    send(client)
    code = last_code()
    for table in ("accounts_messagecode", "jobs_outboxmessage", "accounts_limitcounter", "django_session", "audit_act"):
        held = everything_in(table)
        for canary in (SITI_PHONE, SITI_PHONE[3:], f"{code[:3]} {code[3:]}"):
            assert canary not in held, table


def test_codes_follow_from_a_secret(settings: Settings) -> None:
    code = MessageCode()
    before = codes.digits_of(code)
    assert re.fullmatch(r"[0-9]{6}", before)
    settings.SECRET_KEY = "another"
    assert (codes.digits_of(code), codes.digits_of(MessageCode())) != (before, before)


# --- Changing ------------------------------------------------------------------------------------------------------


def test_a_number_is_changed_with_the_password_and_signs_in_at_once(client: Client) -> None:
    user = verified(siti(password=PASSWORD), "phone")
    sign_in(client, user)
    response = client.post("/akun/nomor-hp/", {"value": NEW, "present": PASSWORD})
    assert response["Location"] == "/akun/nomor-hp/kode/"
    after = siti()
    assert (after.phone, after.phone_verified_at) == ("+6281377776666", None)
    other = Client()
    other.post("/masuk/", {"login": NEW, "password": PASSWORD})
    assert other.session["_auth_user_id"] == str(user.pk)
    told = OutboxMessage.objects.get()
    assert told.recipient == SITI_PHONE, "nobody changes a number unseen"
    assert Act.objects.get(verb="accounts.change_contact").data == {"kind": "phone"}


def test_a_typing_mistake_is_put_right_while_it_is_not_verified(client: Client) -> None:
    user = sign_in(client, siti(password=PASSWORD))
    for value in (NEW, "0813 7777 6667", "0813 7777 6668"):
        assert client.post("/akun/nomor-hp/", {"value": value, "present": PASSWORD}).status_code == 302
    assert siti().phone == "+6281377776668"
    assert user is client
    assert not OutboxMessage.objects.exists(), "a number nobody has proved is told nothing"


def test_a_contact_can_be_given_up(client: Client) -> None:
    sign_in(client, siti(password=PASSWORD))
    for kind in ("nomor-hp", "email"):
        assert client.post(f"/akun/{kind}/", {"value": "", "present": PASSWORD})["Location"] == "/akun/"
    after = siti()
    assert (after.phone, after.phone_index, after.email, after.email_index) == (None, None, None, None)
    assert client.get("/akun/nomor-hp/kode/")["Location"] == "/akun/nomor-hp/"
    assert client.get("/akun/").status_code == 200


@pytest.mark.parametrize(
    ("kind", "value", "present", "field"),
    [
        ("nomor-hp", NEW, "wrong", "present"),
        ("nomor-hp", NEW, "", "present"),
        ("nomor-hp", "021 5550123", PASSWORD, "value"),
        ("email", "siti@", PASSWORD, "value"),
    ],
)
def test_a_mistake_changes_nothing(client: Client, kind: str, value: str, present: str, field: str) -> None:
    sign_in(client, siti(password=PASSWORD))
    response = client.post(f"/akun/{kind}/", {"value": value, "present": present})
    assert field in response.context["form"].errors
    assert (siti().phone, siti().email) == (SITI_PHONE, "siti@contoh.id")


def test_the_present_number_stays_verified(client: Client) -> None:
    user = verified(siti(password=PASSWORD), "phone")
    sign_in(client, user)
    assert client.post("/akun/nomor-hp/", {"value": "0812 0000 0001", "present": PASSWORD})["Location"] == "/akun/"
    assert siti().phone_verified_at is not None


def told_to(client: Client, number: str) -> list[tuple[int, str, str]]:
    """What the pages say on the way to another number and its code."""
    answers = [
        client.post("/akun/nomor-hp/", {"value": number, "present": PASSWORD}),
        client.get("/akun/nomor-hp/kode/"),
        send(client),
        client.get("/akun/"),
    ]
    said = []
    for answer in answers:
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        said.append((answer.status_code, answer.get("Location", ""), page.replace(number[-3:], "NNN")))
    return said


def check_nothing_is_told() -> None:
    verified(budi(password=PASSWORD), "phone")
    sign_in(mine := Client(), siti(password=PASSWORD))
    of_somebody = told_to(mine, "081200000002")
    LimitCounter.objects.all().delete()
    MessageCode.objects.all().delete()
    assert told_to(mine, "081255550009") == of_somebody


def test_nobody_is_told_that_a_number_belongs_to_another_account() -> None:
    check_nothing_is_told()


def test_a_form_that_refuses_a_taken_number_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*, user: User, kind: str, value: str, password: str, by: User) -> bool:
        if any(other.phone == value for other in User.objects.exclude(pk=user.pk)):
            return False
        return change_contact(user=user, kind=kind, value=value, password=password, by=by)

    monkeypatch.setattr("accounts.views.contacts.change_contact", refuses)
    with pytest.raises(AssertionError):
        check_nothing_is_told()


def test_two_accounts_verify_the_same_number(client: Client) -> None:
    """A family shares a phone."""
    for user in (siti(), services.create_citizen(nik=BUDI_NIK, name="Budi", phone=SITI_PHONE, password=None)):
        sign_in(client, user)
        send(client)
        assert check(client, last_code())["Location"] == "/akun/"
    assert User.objects.filter(phone_verified_at__isnull=False).count() == 2


def test_staff_have_their_contacts_too(client: Client) -> None:
    sign_in(client, rina())
    assert send(client, "email", "email").status_code == 302
    assert check(client, last_code(), "email")["Location"] == "/akun/"


@pytest.mark.parametrize("path", ["/akun/nomor-hp/", "/akun/email/", "/akun/nomor-hp/kode/", "/akun/email/kode/"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_pages_name_their_boxes(client: Client, path: str, language: str) -> None:
    sign_in(client, siti())
    send(client)
    send(client, "email", "email")
    page = client.get(f"{language}{path}").content.decode()
    expected = 'autocomplete="one-time-code"' if "kode" in path else 'autocomplete="current-password"'
    assert expected in page
    if path == "/akun/nomor-hp/":
        assert 'autocomplete="tel"' in page
        assert 'type="tel"' in page
