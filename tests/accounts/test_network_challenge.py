"""Many names from one network: a captcha with each try, exactly once each, and never a closed door (C2, C3, C4)."""

import hashlib
import re
from typing import Any

import pytest
from captcha.models import CaptchaStore
from django.test import Client

from accounts import backends, limits, services, tries
from accounts.models import LimitCounter, User
from accounts.tries import BUDGETS
from identity.nik import parse_nik
from public import captcha
from tests.people import PASSWORD, SITI_NIK, siti

pytestmark = pytest.mark.django_db
PAGES = {
    "/masuk/": ("sign_in.network", {"login": SITI_NIK, "password": "wrong password"}),
    "/daftar/": (
        "sign_up.network",
        {"nik": "9901015708850011", "name": "Siti", "phone": "081200000009", "email": "", "password1": PASSWORD,
         "password2": PASSWORD, "privasi": "on", "consent": "on"},
    ),
    "/lupa-kata-sandi/": ("recover.network", {"identifier": SITI_NIK, "contact": "081200000001"}),
    "/lupa-kata-sandi/lembar/": (
        "recover.network",
        {"nik": SITI_NIK, "code": "ABCD EFGH JKMN", "password1": PASSWORD, "password2": PASSWORD},
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _cheap_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    def prove(password: str, index: bytes) -> bytes:
        return hashlib.sha256(index + password.encode()).digest()

    monkeypatch.setattr(backends, "prove", prove)
    monkeypatch.setattr("accounts.models.user.prove", prove)


def use_up(bucket: str, network: str = "127.0.0.1") -> None:
    """As many tries as the network has."""
    budget = BUDGETS[bucket]
    for _number in range(budget.limit):
        limits.spend(bucket, network, limit=budget.limit, window=budget.window)


def key_on(answer: Any) -> str:
    found = re.search(r'name="captcha_0" value="([0-9a-f]{40})"', answer.content.decode())
    assert found is not None
    return found[1]


def solved(answer: Any) -> dict[str, str]:
    key = key_on(answer)
    return {"captcha_0": key, "captcha_1": str(CaptchaStore.objects.get(hashkey=key).response)}


def asks(answer: Any) -> bool:
    return b'name="captcha_1"' in answer.content


def niks(number: int) -> list[str]:
    """Possible NIKs of people who do not exist."""
    return [parse_nik(f"99010101019{index // 1000:01}{index % 1000:04}").digits for index in range(1, number + 1)]


def spray(number: int) -> list[bool]:
    """One wrong password for each of many NIKs from one network: which of them were looked at."""
    answers = [
        Client().post("/masuk/", {"login": nik, "password": "gerobak biru 48"}) for nik in niks(number)
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200}
    return [answer.context["form"].errors.get("captcha") is None for answer in answers]


def check_spraying_meets_the_challenge() -> None:
    limit = BUDGETS["sign_in.network"].limit
    assert spray(limit + 5) == [True] * limit + [False] * 5


def test_one_password_for_many_names_meets_the_challenge() -> None:
    check_spraying_meets_the_challenge()


def test_a_network_that_is_not_counted_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "spend_for_network", lambda bucket, request: True)
    with pytest.raises(AssertionError):
        check_spraying_meets_the_challenge()


def test_the_door_of_a_busy_network_is_never_closed() -> None:
    """The office whose address an attacker shares signs in with one captcha more; another network with none."""
    siti(password=PASSWORD)
    use_up("sign_in.network")
    page = Client().get("/masuk/")
    assert asks(page)
    office = Client()
    answer = office.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD, **solved(page)})
    assert answer["Location"] == "/akun/ke-beranda/"
    elsewhere = Client().post("/masuk/", {"login": SITI_NIK, "password": PASSWORD}, REMOTE_ADDR="203.0.113.5")
    assert elsewhere["Location"] == "/akun/ke-beranda/"


def test_a_device_known_to_the_account_goes_without() -> None:
    siti(password=PASSWORD)
    mine = Client()
    mine.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    mine.post("/keluar/")
    use_up("sign_in.network")
    assert mine.post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})["Location"] == "/akun/ke-beranda/"


def test_signing_in_rightly_does_not_count_against_the_network() -> None:
    siti(password=PASSWORD)
    for _number in range(4):
        Client().post("/masuk/", {"login": SITI_NIK, "password": PASSWORD})
    assert limits.used("sign_in.network", "127.0.0.1") == 0
    Client().post("/masuk/", {"login": SITI_NIK, "password": "wrong"})
    assert limits.used("sign_in.network", "127.0.0.1") == 1


def test_an_account_of_ones_own_buys_no_tries() -> None:
    """Signing in rightly between guesses gives back that try, not the others."""
    services.create_citizen(nik="9901015708850019", name="Orang", phone="+6281299990000", password=PASSWORD)
    limit = BUDGETS["sign_in.network"].limit
    seen = []
    for index, nik in enumerate(niks(limit + 3)):
        if index % 4 == 0:
            Client().post("/masuk/", {"login": "081299990000", "password": PASSWORD})
        seen.append(Client().post("/masuk/", {"login": nik, "password": "wrong one 1"}))
    assert [asks(answer) for answer in seen[-2:]] == [True, True]


def test_a_giving_back_that_forgives_all_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "give_back_for_network", lambda bucket, request: LimitCounter.objects.all().delete())
    with pytest.raises(AssertionError):
        test_an_account_of_ones_own_buys_no_tries()


def post(path: str, **more: str) -> Any:
    return Client().post(path, {**PAGES[path][1], **more})


def is_refused(answer: Any) -> bool:
    return answer.status_code == 200 and "captcha" in answer.context["form"].errors


@pytest.mark.parametrize("path", PAGES)
def test_every_door_has_the_challenge_and_shows_it_before_it_is_needed(path: str) -> None:
    assert not asks(Client().get(path))
    use_up(PAGES[path][0])
    page = Client().get(path)
    assert asks(page)
    refused = post(path)
    assert (refused.status_code, list(refused.context["form"].errors)) == (200, ["captcha"])
    assert key_on(refused) != key_on(page)
    assert not is_refused(post(path, **solved(page)))


def check_once(path: str) -> None:
    """A solved captcha passes one try, not two; a wrong answer uses it up, too."""
    siti(password=PASSWORD)
    use_up(PAGES[path][0])
    answer = solved(Client().get(path))
    assert [is_refused(post(path, **answer)) for _number in range(2)] == [False, True]
    answer = solved(Client().get(path))
    assert is_refused(post(path, **{**answer, "captcha_1": "00"}))
    assert is_refused(post(path, **answer))


@pytest.mark.parametrize("path", PAGES)
def test_a_captcha_opens_each_door_once(path: str) -> None:
    check_once(path)


@pytest.mark.parametrize("path", PAGES)
def test_a_captcha_that_opens_a_door_twice_is_noticed(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def keeps(key: str) -> str | None:
        store = CaptchaStore.objects.filter(hashkey=key).first()
        return str(store.response) if store else None

    monkeypatch.setattr(captcha, "take_answer", keeps)
    with pytest.raises(AssertionError):
        check_once(path)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("typed", ["", "12345", "\x00", "x" * 300, "１２３４５"])
def test_a_wrong_captcha_looks_at_nothing(path: str, typed: str) -> None:
    siti(password=PASSWORD)
    use_up(PAGES[path][0])
    before = User.objects.count()
    answer = post(path, captcha_0="0" * 40, captcha_1=typed)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert list(answer.context["form"].errors) == ["captcha"]
    assert User.objects.count() == before


def test_the_challenge_says_nothing_about_who_exists() -> None:
    siti(password=PASSWORD)
    use_up("sign_in.network")
    pages = set()
    for login in (SITI_NIK, "9901010101010009"):
        answer = Client().post("/masuk/", {"login": login, "password": "wrong password"})
        text = re.sub(r'(value|src|href)="[^"]*"', "", answer.content.decode()).replace(login, "LOGIN")
        pages.add((answer.status_code, text))
    assert len(pages) == 1
