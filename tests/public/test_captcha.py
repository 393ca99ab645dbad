"""C3: a captcha works exactly once, whoever comes first, and its digits are nobody's to guess."""

import io
import re
import threading
import wave
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from captcha.models import CaptchaStore
from django import forms
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from public import captcha
from public.captcha import LONG, CaptchaField, digits_challenge, new_challenge, take_answer
from public.captcha_sound import RATE, speak

THREADS = 40


class OneCaptcha(forms.Form):
    captcha = CaptchaField()


def answer_of(key: str) -> str:
    return str(CaptchaStore.objects.get(hashkey=key).response)


def test_the_challenge_is_digits_from_the_systems_random_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("public.captcha.secrets.choice", lambda letters: letters[7])
    assert digits_challenge() == ("77777", "77777")
    assert len(digits_challenge(LONG)[0]) == LONG


@pytest.mark.django_db
def test_an_answer_is_taken_once() -> None:
    key = new_challenge()
    expected = answer_of(key)
    assert [take_answer(key), take_answer(key)] == [expected, None]


@pytest.mark.django_db
def test_an_expired_challenge_has_no_answer() -> None:
    key = new_challenge()
    CaptchaStore.objects.update(expiration=timezone.now() - timedelta(seconds=1))
    assert take_answer(key) is None


@pytest.mark.django_db
def test_a_wrong_try_uses_the_picture_up() -> None:
    key = new_challenge()
    right = answer_of(key)
    with pytest.raises(ValidationError):
        CaptchaField().clean([key, "00000" if right != "00000" else "11111"])
    with pytest.raises(ValidationError):
        CaptchaField().clean([key, right])


@pytest.mark.django_db
def test_spaces_between_the_digits_do_not_matter() -> None:
    key = new_challenge()
    assert CaptchaField().clean([key, " ".join(answer_of(key))]) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x' OR 1=1 --", "\ud800", "é" * 40, "0" * 5000])
def test_a_key_that_cannot_be_one_is_simply_wrong(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CaptchaField().clean([key, "12345"])
    assert caught.value.code == "wrong"


def tries_that_pass(key: str, response: str) -> int:
    """How many of forty posts at the same moment get through with one solved captcha."""
    start = threading.Barrier(THREADS)

    def post(_number: int) -> bool:
        try:
            start.wait(timeout=20)
            return CaptchaField().clean([key, response]) == 5
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(post, range(THREADS)))


def check_it_works_once() -> None:
    key = new_challenge()
    assert tries_that_pass(key, answer_of(key)) == 1


@pytest.mark.django_db(transaction=True)
def test_forty_posts_at_once_pass_with_one_captcha_exactly_once() -> None:
    for _trial in range(3):
        check_it_works_once()


@pytest.mark.django_db(transaction=True)
def test_reading_first_and_deleting_later_lets_many_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own way, slowed by nothing but the other requests having read as well."""
    all_have_read = threading.Barrier(THREADS)

    def read_then_delete(key: str) -> str | None:
        store = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now()).first()
        all_have_read.wait(timeout=20)
        if store is None:
            return None
        store.delete()
        return str(store.response)

    monkeypatch.setattr(captcha, "take_answer", read_then_delete)
    with pytest.raises(AssertionError):
        check_it_works_once()


@pytest.mark.django_db
def test_the_field_has_a_label_a_hidden_key_and_a_new_picture_each_time() -> None:
    form = OneCaptcha()
    html = str(form["captcha"])
    assert form["captcha"].id_for_label == "id_captcha_1"
    hidden = re.search(r'<input type="hidden"[^>]*>', html)
    assert hidden is not None
    assert "required" not in hidden[0]
    assert "aria-" not in hidden[0]
    assert re.search(r'<input type="text" name="captcha_1"[^>]*required', html)
    assert str(form["captcha"]) != html


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", ["/captcha/{}.png", "/captcha/id/{}.wav", "/captcha/en/{}.wav"])
def test_picture_and_sound_are_gone_once_the_captcha_is_used(client: Client, pattern: str) -> None:
    key = new_challenge()
    first = client.get(pattern.format(key))
    assert first.status_code == 200
    assert "no-store" in first.headers["Cache-Control"]
    take_answer(key)
    assert client.get(pattern.format(key)).status_code == 410


@pytest.mark.django_db
def test_the_picture_cannot_be_redrawn_from_its_address(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    key = new_challenge()
    drawn = Client().get(f"/captcha/{key}.png").content
    assert Client().get(f"/captcha/{key}.png").content == drawn
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert Client().get(f"/captcha/{key}.png").content != drawn


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_sound_is_a_short_file_of_speech(language: str) -> None:
    sound = speak("0123456789", language=language, seed="a")
    with wave.open(io.BytesIO(sound)) as file:
        seconds = file.getnframes() / RATE
    assert 6 < seconds < 16
    assert speak("0123456789", language=language, seed="a") == sound
    assert speak("0123456789", language=language, seed="b") != sound


@pytest.mark.parametrize(("test_mode", "found"), [(False, []), (True, ["public.E001"])])
def test_the_librarys_test_mode_is_an_error(settings: object, test_mode: bool, found: list[str]) -> None:
    settings.CAPTCHA_TEST_MODE = test_mode  # type: ignore[attr-defined]
    assert [message.id for message in run_checks(tags=["security"]) if message.id == "public.E001"] == found
