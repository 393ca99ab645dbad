"""C2 and C4 against a live gunicorn, with no broker anywhere: sixty at once are counted like sixty in a row."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts import limits, tries
from tests.live import Live, live_server
from tests.people import PASSWORD, SITI_NIK, siti

pytestmark = [pytest.mark.fault, pytest.mark.long, pytest.mark.django_db(transaction=True)]
TRIES = 60
NOBODY = "9901010101010009"


def wrong_passwords_at_once(server: Live, login: str) -> Counter[int]:
    """Statuses of sixty sign-ins at the same moment: 200 is a password that was looked at, 429 one that was not."""

    def attempt(number: int) -> int:
        data = {"login": login, "password": f"wrong password {number}"}
        return server.post("/masuk/", data, session="").status

    with ThreadPoolExecutor(max_workers=TRIES) as pool:
        return Counter(pool.map(attempt, range(TRIES)))


def check_limit(server: Live, login: str) -> None:
    limit = tries.BUDGETS["sign_in.place"].limit
    assert wrong_passwords_at_once(server, login) == {200: limit, 429: TRIES - limit}


def test_sixty_wrong_passwords_at_once_are_looked_at_ten_times_without_a_broker() -> None:
    """For somebody who exists and somebody who does not alike; and nobody is locked out of another network."""
    siti(password=PASSWORD)
    with live_server() as server:
        check_limit(server, SITI_NIK)
        check_limit(server, NOBODY)
        assert server.get("/masuk/").status == 200
    assert limits.used("sign_in.network", "127.0.0.1") == 2 * tries.BUDGETS["sign_in.place"].limit


def test_a_server_that_looks_before_it_counts_is_noticed() -> None:
    siti(password=PASSWORD)
    with live_server(mutants=("looks_before_counting",)) as server, pytest.raises(AssertionError):
        check_limit(server, SITI_NIK)
