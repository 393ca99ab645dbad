"""Limits hold under parallel tries, count before they look, and are no weapon against a victim."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts import backends, limits, services, tries
from accounts.models import LimitCounter
from tests.people import BUDI_NIK, PASSWORD, SITI_NIK, SITI_PHONE, siti

OTHER_PASSWORD = "layang-layang putus 8"
TRIES = 60
WORKERS = 12
WINDOW = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _cheap_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted here is tries, and there are many: a plain hash does."""

    def prove(password: str, index: bytes) -> bytes:
        return hashlib.sha256(index + password.encode()).digest()

    monkeypatch.setattr(backends, "prove", prove)
    monkeypatch.setattr("accounts.models.user.prove", prove)


def wrong_passwords_at_once(monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """60 wrong passwords from one network at once: how many were looked at, and how many were turned away."""
    looked_at: list[int] = []
    honest: Callable[..., Any] = backends.find_user

    def noted(**asked: Any) -> Any:
        looked_at.append(1)
        return honest(**asked)

    monkeypatch.setattr(backends, "find_user", noted)

    def attempt(number: int) -> int:
        try:
            return Client().post("/masuk/", {"login": SITI_NIK, "password": f"wrong password {number}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        statuses = list(pool.map(attempt, range(TRIES)))
    return len(looked_at), statuses.count(429)


def check_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    siti(password=PASSWORD)
    limit = tries.BUDGETS["sign_in.place"].limit
    assert wrong_passwords_at_once(monkeypatch) == (limit, TRIES - limit)


@pytest.mark.django_db(transaction=True)
def test_sixty_wrong_passwords_at_once_are_looked_at_ten_times(monkeypatch: pytest.MonkeyPatch) -> None:
    check_limit(monkeypatch)


@pytest.mark.django_db(transaction=True)
def test_a_mutant_that_looks_before_it_counts_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: read the counter, and count after the work. The first twelve requests read it side by side."""
    side_by_side = Barrier(WORKERS, timeout=60)
    readers = count()

    def has_left(bucket: str, key: str | bytes, *, limit: int, window: timedelta) -> bool:
        row = LimitCounter.objects.filter(bucket=bucket, key=limits._digest(key)).first()
        if bucket == "sign_in.place" and next(readers) < WORKERS:
            side_by_side.wait()
        count_later(bucket, key, limit=limit, window=window)
        return row is None or row.count < limit

    count_later = limits.spend
    monkeypatch.setattr(limits, "spend", has_left)
    with pytest.raises(AssertionError):
        check_limit(monkeypatch)


@pytest.mark.django_db
def test_the_right_password_is_refused_too_while_the_limit_is_reached(client: Client) -> None:
    siti(password=PASSWORD)
    for _number in range(tries.BUDGETS["sign_in.place"].limit):
        client.post("/masuk/", {"login": SITI_NIK, "password": "wrong password"})
    response = client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    assert response.status_code == 429
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_too_many_tries_says_nothing_about_who_exists(client: Client) -> None:
    siti(password=PASSWORD)
    statuses = {}
    for login in (SITI_NIK, "9901010101010009"):
        answers = [Client().post("/masuk/", {"login": login, "password": "wrong password"}) for _number in range(12)]
        statuses[login] = [answer.status_code for answer in answers]
    assert statuses[SITI_NIK] == statuses["9901010101010009"] == [200] * 10 + [429] * 2


@pytest.mark.django_db
def test_lockout_is_no_weapon(client: Client) -> None:
    """Whatever strangers in many networks do, the owner gets in on a device used before, and from another network."""
    user = siti(password=PASSWORD)
    client.post("/masuk/", {"login": SITI_PHONE, "password": PASSWORD})
    client.post("/keluar/")
    stranger = Client()
    for number in range(20):
        stranger.post("/masuk/", {"login": SITI_NIK, "password": "wrong"}, REMOTE_ADDR="192.0.2.1")
        stranger.post("/masuk/", {"login": SITI_NIK, "password": "wrong"}, REMOTE_ADDR=f"198.51.100.{number}")
    elsewhere = Client()
    response = elsewhere.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD}, REMOTE_ADDR="203.0.113.5")
    assert response.status_code == 302
    for number in range(80):
        stranger.post("/masuk/", {"login": SITI_NIK, "password": "wrong"}, REMOTE_ADDR=f"198.51.101.{number}")
    assert stranger.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD}).status_code == 429
    client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def check_bought_tries(*, keeps_device: bool) -> None:
    """A stranger who typed Siti's NIK signs in rightly between guesses: it buys no guesses against Siti."""
    siti(password=PASSWORD)
    services.create_citizen(nik=SITI_NIK, name="Orang Lain", phone="+6281299990000", password=OTHER_PASSWORD)
    stranger, statuses = Client(), []
    for number in range(30):
        password = OTHER_PASSWORD if number % 3 == 0 else f"wrong {number}"
        statuses.append(stranger.post("/masuk/", {"login": SITI_NIK, "password": password}).status_code)
        stranger = Client() if not keeps_device else stranger
        stranger.post("/keluar/")
    assert statuses[-2:] == [429, 429]
    assert stranger.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD}).status_code == 429


@pytest.mark.django_db
@pytest.mark.parametrize("keeps_device", [True, False])
def test_an_account_with_the_same_nik_buys_no_tries_against_another(keeps_device: bool) -> None:
    check_bought_tries(keeps_device=keeps_device)


def _forgive_all(tried: tries.Tries) -> None:
    for bucket, key in (("device", tried.device.encode()), ("place", tried.network), ("identifier", b"")):
        tries.forgive(f"sign_in.{bucket}", key + tried._key)


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "keeps_device"), [("forgive_device", True), ("forgive_place", False)])
def test_a_mutant_that_forgives_too_much_is_noticed(
    monkeypatch: pytest.MonkeyPatch, method: str, keeps_device: bool
) -> None:
    monkeypatch.setattr(tries.Tries, method, _forgive_all)
    with pytest.raises(AssertionError):
        check_bought_tries(keeps_device=keeps_device)


@pytest.mark.django_db
def test_a_mutant_that_matches_anybody_at_a_devices_expense_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = backends.find_user
    monkeypatch.setattr(backends, "find_user", lambda *, among, **asked: honest(**asked))
    with pytest.raises(AssertionError):
        check_a_device_pays_for_its_own_accounts_only()


@pytest.mark.django_db
def test_a_device_pays_for_its_own_accounts_only() -> None:
    check_a_device_pays_for_its_own_accounts_only()


def check_a_device_pays_for_its_own_accounts_only() -> None:
    """The stranger's device has tries left when the network has none; they do not open Siti's account."""
    siti(password=PASSWORD)
    services.create_citizen(nik=SITI_NIK, name="Orang Lain", phone="+6281299990000", password=OTHER_PASSWORD)
    stranger = Client()
    stranger.post("/masuk/", {"login": "081299990000", "password": OTHER_PASSWORD})
    stranger.post("/keluar/")
    for number in range(tries.BUDGETS["sign_in.place"].limit):
        Client().post("/masuk/", {"login": SITI_NIK, "password": f"wrong {number}"})
    assert stranger.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD}).status_code == 429


@pytest.mark.django_db
def test_signing_in_rightly_is_not_limited(client: Client) -> None:
    siti(password=PASSWORD)
    for _number in range(12):
        assert Client().post("/masuk/", {"login": SITI_NIK, "password": PASSWORD}).status_code == 302


@pytest.mark.django_db
def test_a_second_person_with_the_same_phone_signs_in_on_the_same_device(client: Client) -> None:
    siti(password=PASSWORD)
    client.post("/masuk/", {"login": SITI_PHONE, "password": PASSWORD})
    client.post("/keluar/")
    other = services.create_citizen(nik=BUDI_NIK, name="Budi", phone=SITI_PHONE, password=OTHER_PASSWORD)
    client.post("/masuk/", {"login": SITI_PHONE, "password": OTHER_PASSWORD})
    assert client.session["_auth_user_id"] == str(other.pk)


@pytest.mark.django_db
def test_a_device_cookie_opens_nothing_by_itself_and_cannot_be_made_up(client: Client) -> None:
    siti(password=PASSWORD)
    client.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    cookie = client.cookies["perangkat"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert SITI_NIK not in cookie.value
    for value in (cookie.value[:-1] + "x", "", "{}", "eyJuIjoxfQ:x:y"):
        other = Client()
        other.cookies["perangkat"] = value
        answers = [other.post("/masuk/", {"login": SITI_NIK, "password": "wrong"}).status_code for _number in range(11)]
        assert answers[-1] == 429
        LimitCounter.objects.all().delete()


@pytest.mark.django_db
def test_counters_hold_no_personal_data_and_are_forgotten() -> None:
    assert limits.spend("test", "203.0.113.5", limit=1, window=timedelta(hours=1))
    assert not limits.spend("test", "203.0.113.5", limit=1, window=timedelta(hours=1))
    row = LimitCounter.objects.get()
    assert (len(bytes(row.key)), b"203" in bytes(row.key)) == (16, False)
    early = row.window_start - timedelta(days=1)
    LimitCounter.objects.update(window_start=early, window_end=early + timedelta(seconds=1))
    assert limits.forget_expired() == 1


@pytest.mark.django_db
def test_a_window_ends_and_is_not_prolonged() -> None:
    assert limits.spend("test", "k", limit=1, window=WINDOW)
    end = LimitCounter.objects.get().window_end
    assert not limits.spend("test", "k", limit=1, window=WINDOW)
    assert LimitCounter.objects.get().window_end == end
    LimitCounter.objects.update(window_start=end - 3 * WINDOW, window_end=end - 2 * WINDOW)
    assert limits.spend("test", "k", limit=1, window=WINDOW)


@pytest.mark.django_db(transaction=True)
def test_a_count_is_not_undone_with_the_work() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        limits.spend("test", "k", limit=1, window=WINDOW)
