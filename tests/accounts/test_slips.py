"""At the counter: activating an account, and a slip that lets its owner in again. Seen, recorded, once, for a day."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import services, slips
from accounts.identifiers import read_identifier
from accounts.models import RecoverySlip, Role, User
from accounts.tries import BUDGETS
from accounts.views import helping
from areas.models import Area
from audit.models import Act
from jobs.models import OutboxMessage
from tests.accounts.test_contacts import verified
from tests.accounts.test_sessions import everything_in
from tests.people import BUDI_NIK, GAMBIR, PASSWORD, SITI_NIK, SITI_PHONE, budi, dewi, joko, rina, sign_in, siti

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "layang-layang putus 8"


def at_the_counter(nik: str = SITI_NIK) -> tuple[Client, Any]:
    """Rina's browser after she has typed the NIK of a KTP, and the answer."""
    client = sign_in(Client(), rina())
    return client, client.post("/petugas/akun/", {"nik": nik})


def activate(client: Client, user: User, **more: str) -> Any:
    return client.post(f"/petugas/akun/{user.pk}/ktp/", more or {"ktp_dilihat": "on"})


def issue(client: Client, user: User, **more: str) -> Any:
    return client.post(f"/petugas/akun/{user.pk}/lembar/", more or {"slip-ktp_dilihat": "on"})


def use(client: Client, code: str, nik: str = SITI_NIK, password: str = NEW_PASSWORD) -> Any:
    data = {"nik": nik, "code": code, "password1": password, "password2": password}
    return client.post("/lupa-kata-sandi/lembar/", data)


# --- Finding and activating ----------------------------------------------------------------------------------------


def test_an_officer_finds_an_account_by_the_nik_of_a_ktp_and_every_look_is_recorded() -> None:
    user = siti()
    client, answer = at_the_counter("9901 0157 0885 0001")
    assert [account for account, _phone in answer.context["found"]] == [user]
    page = client.get(f"/petugas/akun/{user.pk}/").content.decode()
    for secret in (SITI_NIK, SITI_PHONE, SITI_PHONE[3:], "siti@contoh.id"):
        assert secret not in page + answer.content.decode().replace("9901 0157 0885 0001", "")
    verbs = list(Act.objects.by_actor(rina().pk).values_list("verb", flat=True))
    assert verbs[:2] == ["accounts.view_account", "accounts.look_for_account"]
    assert SITI_NIK not in everything_in("audit_act")


@pytest.mark.parametrize("nik", ["9901010101010009", "123", "", "x" * 900, "\x00"])
def test_a_nik_nobody_typed_is_said_to_be_unknown(nik: str) -> None:
    _client, answer = at_the_counter(nik)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert not answer.context.get("found")


def check_only_what_was_found_is_open() -> None:
    user = siti()
    for client in (sign_in(Client(), rina()), at_the_counter(BUDI_NIK)[0], sign_in(at_the_counter()[0], joko())):
        assert client.get(f"/petugas/akun/{user.pk}/").status_code == 404
        assert activate(client, user).status_code == 404
        assert issue(client, user).status_code == 404
    assert siti().nik_claimed_at is None
    assert not RecoverySlip.objects.exists()


def test_an_account_is_open_only_to_the_officer_who_typed_its_nik() -> None:
    budi()
    check_only_what_was_found_is_open()


def test_a_desk_that_opens_any_account_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helping, "_found_or_404", lambda request, account: User.objects.get(pk=account))
    with pytest.raises(AssertionError):
        check_only_what_was_found_is_open()


def test_what_was_found_is_open_for_half_an_hour() -> None:
    user = siti()
    client, _answer = at_the_counter()
    assert client.get(f"/petugas/akun/{user.pk}/").status_code == 200
    session = client.session
    session[helping.FOUND_KEY] = dict.fromkeys(session[helping.FOUND_KEY], 1)
    session.save()
    assert client.get(f"/petugas/akun/{user.pk}/").status_code == 404


def test_looking_for_accounts_is_limited_per_officer() -> None:
    client = sign_in(Client(), rina())
    limit = BUDGETS["help.officer"].limit
    statuses = [client.post("/petugas/akun/", {"nik": BUDI_NIK}).status_code for _number in range(limit + 1)]
    assert statuses == [200] * limit + [429]


def test_accounts_of_staff_are_not_helped_here() -> None:
    user = siti()
    client, _answer = at_the_counter()
    services.grant_role(user=user, role=Role.OFFICER, area=Area.objects.get(pk=GAMBIR), by=dewi())
    assert client.get(f"/petugas/akun/{user.pk}/").status_code == 404
    assert not at_the_counter()[1].context["found"]
    with pytest.raises(slips.NotForStaff):
        slips.issue_slip(user=user, by=rina())
    with pytest.raises(services.OwnRole):
        slips.issue_slip(user=user, by=user)


def test_an_account_is_activated_without_a_code_once_the_ktp_was_seen() -> None:
    user = siti()
    client, _answer = at_the_counter()
    assert activate(client, user, other="x").status_code == 400
    assert not siti().is_verified
    assert activate(client, user)["Location"] == f"/petugas/akun/{user.pk}/"
    assert siti().is_verified
    act = Act.objects.get(verb="accounts.claim_nik")
    assert (act.actor_id, act.subject_id) == (rina().pk, str(user.pk))


def test_the_second_account_with_a_nik_is_not_activated() -> None:
    mine = siti()
    other = services.create_citizen(nik=SITI_NIK, name="Orang Lain", phone="+6281299990000", password=None)
    client, answer = at_the_counter()
    assert len(answer.context["found"]) == 2
    activate(client, mine)
    activate(client, other)
    assert issue(client, other)["Location"] == f"/petugas/akun/{other.pk}/"
    other.refresh_from_db()
    assert (other.nik_claimed_at, RecoverySlip.objects.count()) == (None, 0)


# --- Slips ---------------------------------------------------------------------------------------------------------


def slip_code(answer: Any) -> str:
    """The code on the page that is shown once."""
    found = re.search(r'<p class="reference"[^>]*>([^<]+)</p>', answer.content.decode())
    assert found is not None
    return found[1]


def test_a_slip_lets_its_owner_in_again_without_phone_or_email(client: Client) -> None:
    user = siti(password=PASSWORD)
    other = sign_in(Client(), user)
    desk, _answer = at_the_counter()
    answer = issue(desk, user)
    code = slip_code(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert re.fullmatch(r"[2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4}", code)
    assert slips.BITS > 56
    assert use(client, code.lower().replace(" ", "-"))["Location"] == "/masuk/"
    assert other.get("/akun/").status_code == 302, "sessions that were open have ended"
    client.post("/masuk/", {"login": SITI_NIK, "password": NEW_PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    verbs = set(Act.objects.about(user).values_list("verb", flat=True))
    assert {"accounts.issue_recovery_slip", "accounts.use_recovery_slip", "accounts.change_password"} <= verbs


def test_the_old_contacts_are_told_when_a_slip_is_issued_and_when_it_is_used(client: Client) -> None:
    user = siti(password=PASSWORD)
    desk, _answer = at_the_counter()
    code = slip_code(issue(desk, user))
    both = {SITI_PHONE, "siti@contoh.id"}
    assert {message.recipient for message in OutboxMessage.objects.all()} == both
    assert all(len(message.body or "") <= 160 for message in OutboxMessage.objects.all())
    assert not any(code in (message.body or "") for message in OutboxMessage.objects.all())
    OutboxMessage.objects.all().delete()
    use(client, code)
    assert {message.recipient for message in OutboxMessage.objects.all()} == both


def test_a_slip_ends_the_code_at_sign_in_whose_phone_is_lost(client: Client) -> None:
    user = verified(siti(password=PASSWORD), "phone")
    services.put_sign_in_code(user=user, kind="phone", by=user)
    desk, _answer = at_the_counter()
    use(client, slip_code(issue(desk, user)))
    client.post("/masuk/", {"login": SITI_NIK, "password": NEW_PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_slip_serves_once(client: Client) -> None:
    desk, _answer = at_the_counter() if siti() else (None, None)
    assert desk is not None
    code = slip_code(issue(desk, siti()))
    assert use(client, code).status_code == 302
    assert use(client, code, password="another sentence 99").context["form"].errors["code"]


def test_a_later_slip_ends_the_earlier_one(client: Client) -> None:
    user = siti()
    desk, _answer = at_the_counter()
    first, second = slip_code(issue(desk, user)), slip_code(issue(desk, user))
    assert use(client, first).context["form"].errors["code"]
    assert use(client, second).status_code == 302


def test_a_slip_expires_and_is_forgotten(client: Client) -> None:
    user = siti()
    desk, _answer = at_the_counter()
    code = slip_code(issue(desk, user))
    early = timezone.now() - timedelta(days=40)
    RecoverySlip.objects.update(issued_at=early, expires_at=early + slips.LASTS)
    assert use(client, code).context["form"].errors["code"]
    assert slips.forget_expired() == 1


def test_every_slip_that_does_not_serve_gets_the_same_answer(client: Client) -> None:
    user, other = siti(), budi()
    desk, _answer = at_the_counter()
    code = slip_code(issue(desk, user))
    pages = set()
    for nik, typed in [(BUDI_NIK, code), (SITI_NIK, "ABCD EFGH JKMN"), ("9901010101010009", code), (SITI_NIK, "??2")]:
        answer = use(Client(), typed, nik)
        page = re.sub(r'value="[^"]*"', "", answer.content.decode())
        pages.add((answer.status_code, page))
    assert len(pages) == 1
    assert use(client, code).status_code == 302
    assert other.nik_claimed_at is None


def test_a_password_about_oneself_is_refused_and_the_slip_still_serves(client: Client) -> None:
    user = siti()
    desk, _answer = at_the_counter()
    code = slip_code(issue(desk, user))
    assert use(client, code, password="aminah cantik 9").context["form"].errors["password1"]
    assert use(client, code).status_code == 302


def test_whoever_did_not_ask_cancels_it(client: Client) -> None:
    user = siti(password=PASSWORD)
    desk, _answer = at_the_counter()
    code = slip_code(issue(desk, user))
    mine = sign_in(Client(), user)
    assert "/akun/lembar-pemulihan/batal/" in mine.get("/akun/").content.decode()
    assert mine.post("/akun/lembar-pemulihan/batal/")["Location"] == "/akun/"
    assert "/akun/lembar-pemulihan/batal/" not in mine.get("/akun/").content.decode()
    assert use(client, code).context["form"].errors["code"]
    assert siti().check_password(PASSWORD)


def test_the_code_of_a_slip_stands_nowhere(client: Client) -> None:
    user = siti()
    desk, _answer = at_the_counter()
    code = slip_code(issue(desk, user))
    for table in ("accounts_recoveryslip", "audit_act", "django_session", "jobs_outboxmessage"):
        held = everything_in(table)
        assert code not in held
        assert code.replace(" ", "") not in held


def check_a_slip_is_used_once() -> None:
    """Two people with copies of one slip press at the same moment."""
    user = siti()
    slip = slips.find_slip(identifier=read_identifier(SITI_NIK), code=slips.issue_slip(user=user, by=rina()))

    def attempt(number: int) -> bool:
        try:
            slips.use_slip(slip=slip, password=f"{NEW_PASSWORD} {number}")
        except slips.SlipRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1


@pytest.mark.django_db(transaction=True)
def test_a_slip_in_many_hands_serves_the_first() -> None:
    check_a_slip_is_used_once()


@pytest.mark.django_db(transaction=True)
def test_a_slip_that_is_not_used_up_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.models.slip.RecoverySlipQuerySet.update", lambda self, **values: 1)
    with pytest.raises(AssertionError):
        check_a_slip_is_used_once()


def test_the_pages_answer_in_both_languages(client: Client) -> None:
    user = siti()
    desk, _answer = at_the_counter()
    assert client.get("/en/lupa-kata-sandi/lembar/").status_code == 200
    assert desk.get(f"/en/petugas/akun/{user.pk}/").status_code == 200
    assert 'autocomplete="one-time-code"' in client.get("/lupa-kata-sandi/lembar/").content.decode()


@pytest.mark.parametrize("number", [1, 8])
def test_the_list_of_accounts_costs_the_same_however_long(number: int, django_assert_num_queries: Any) -> None:
    for index in range(number):
        services.create_citizen(nik=SITI_NIK, name=f"Siti {index}", phone=SITI_PHONE, password=None)
    client = sign_in(Client(), rina())
    with django_assert_num_queries(11):  # session, user, roles, second factor, limit 1 + 2, list, act, session 3
        assert len(client.post("/petugas/akun/", {"nik": SITI_NIK}).context["found"]) == number
