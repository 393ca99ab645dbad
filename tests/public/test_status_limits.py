"""C2: limits are spent before the look-up, hold under parallel requests, and say nothing about the match."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from accounts import limits
from accounts.models import LimitCounter
from public import status_limits, status_views
from public.captcha import LONG
from public.status import Claim
from public.status_limits import PER_PERSON, spend_for_person
from tests.public.registry import KEY, NIK, TYPED, answered, check_status, open_phase, register

THREADS = 20
BORN = date(1985, 8, 17)


def claim(number: int = 1, *, name: str = "Siti Aminah", born: date = BORN) -> Claim:
    return Claim(nik=f"990101570885{number:04d}", name=name, birth_date=born)


def allowed_at_once() -> int:
    """How many of twenty checks of one person at the same moment go on to the look-up."""
    start = threading.Barrier(THREADS)

    def spend(_number: int) -> bool:
        try:
            start.wait(timeout=20)
            return spend_for_person(claim())
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(spend, range(THREADS)))


def check_nobody_slips_through() -> None:
    """Two counters are spent by each check, so those that are in time for one may be late for the other."""
    assert 0 < allowed_at_once() <= PER_PERSON


@pytest.mark.django_db(transaction=True)
def test_twenty_checks_at_once_are_counted_like_twenty_in_a_row() -> None:
    check_nobody_slips_through()
    counts = LimitCounter.objects.filter(bucket__startswith="public.status.n").values_list("count", flat=True)
    assert list(counts) == [THREADS, THREADS]


@pytest.mark.django_db(transaction=True)
def test_counting_by_reading_first_lets_too_many_through(monkeypatch: pytest.MonkeyPatch) -> None:
    all_have_read = threading.Barrier(THREADS)

    def read_then_write(bucket: str, key: bytes, *, limit: int, window: object) -> bool:
        count = LimitCounter.objects.filter(bucket=bucket).count()
        all_have_read.wait(timeout=20)
        return count < limit

    monkeypatch.setattr(status_limits, "spend", read_then_write)
    with pytest.raises(AssertionError):
        check_nobody_slips_through()


@pytest.mark.django_db
def test_dates_cannot_be_tried_for_one_nik() -> None:
    tries = [spend_for_person(claim(born=date(1985, 8, day))) for day in range(1, PER_PERSON + 3)]
    assert tries == [True] * PER_PERSON + [False] * 2


@pytest.mark.django_db
def test_niks_cannot_be_tried_for_one_name_and_date() -> None:
    tries = [spend_for_person(claim(number, name=f"SITI  aminah{'.' * number}")) for number in range(PER_PERSON + 2)]
    assert tries == [True] * PER_PERSON + [False] * 2


@pytest.mark.django_db
def test_too_many_tries_look_alike_for_who_is_registered_and_who_is_not(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(open_phase())
    pages = {}
    for nik, name in ((NIK, "Siti Aminah"), ("9901015708850077", "Budi Setia")):
        for _try in range(PER_PERSON):
            assert check_status(client, nik=nik, name=name).status_code == 200
        monkeypatch.setattr(status_views, "look_up", _must_not_look)
        response = check_status(client, nik=nik, name=name)
        pages[nik] = response.status_code, response.content
        monkeypatch.undo()
    assert len(set(pages.values())) == 1
    assert pages[NIK][0] == 429


def _must_not_look(claim: Claim) -> None:
    raise AssertionError("looked up although the limit is used up")


@pytest.mark.django_db
def test_the_counter_is_spent_before_the_look_up_and_stays_spent_when_it_fails(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr(status_views, "look_up", _must_not_look)
    check_status(client)
    assert LimitCounter.objects.filter(bucket="public.status.nik", count=1).count() == 1


@pytest.mark.django_db
def test_a_wrong_captcha_does_not_use_up_a_persons_tries(client: Client) -> None:
    check_status(client, captcha_1="0")
    assert (
        LimitCounter.objects.filter(bucket__startswith="public.status.n", count__gt=0)
        .exclude(bucket="public.status.network")
        .count()
        == 0
    )


@pytest.mark.django_db
def test_a_busy_network_gets_a_longer_captcha_and_is_never_shut_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(open_phase())
    monkeypatch.setattr(status_limits, "PER_NETWORK", 1)
    assert "Tahap II 2026" in check_status(client).content.decode()
    asked = check_status(client).content.decode()
    assert "Tahap II 2026" not in asked
    key = KEY.search(asked)
    assert key is not None
    longer = answered(key[1])
    assert len(longer["captcha_1"]) == LONG
    assert "Tahap II 2026" in client.post("/cek-status/", {**TYPED, **longer}).content.decode()


@pytest.mark.django_db
def test_no_counter_holds_what_was_typed(client: Client) -> None:
    check_status(client)
    kept = [bytes(key) for key in LimitCounter.objects.values_list("key", flat=True)]
    assert len(kept) == 3
    assert [key for key in kept if len(key) != 16] == []
    assert limits._digest(NIK) not in kept
