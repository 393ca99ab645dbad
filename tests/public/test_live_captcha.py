"""C3 against a live gunicorn: one solved captcha lets one of many posts through."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from captcha.models import CaptchaStore

from public.captcha import new_challenge
from tests.live import Live, live_server

pytestmark = [pytest.mark.fault, pytest.mark.long, pytest.mark.django_db(transaction=True)]
POSTS = 24
FORM = 'name="captcha_1"'  # the form is shown again to whom the captcha has stopped


def passed(server: Live) -> int:
    """How many of many posts at the same moment get through with one solved captcha."""
    key = new_challenge()
    response = CaptchaStore.objects.get(hashkey=key).response

    def post(number: int) -> bool:
        claim = {"nik": f"99010157088500{number:02}", "name": f"Siti {number}", "reference": ""}
        born = {"birth_date_day": "17", "birth_date_month": "8", "birth_date_year": "1985"}
        captcha = {"captcha_0": key, "captcha_1": str(response)}
        return FORM not in server.post("/cek-status/", {**claim, **born, **captcha}, session="").text

    with ThreadPoolExecutor(POSTS) as pool:
        return sum(pool.map(post, range(1, POSTS + 1)))


def test_a_captcha_lets_one_of_many_posts_through() -> None:
    with live_server() as server:
        assert passed(server) == 1


def test_a_server_that_reads_a_captcha_first_is_noticed() -> None:
    with live_server(mutants=("captcha_read_first",)) as server:
        assert passed(server) > 1
