"""A register over real HTTP: asked at an allowed place, in bounded time, following nobody, and silent about people."""

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jobs import outbound
from jobs.outbound import Bounds, Place
from matching.simulator.faults import Faults
from matching.sources import configured, sending
from matching.sources.configured import NotConfigured, service_for
from matching.sources.protocol import Answer, NoAnswer
from matching.sources.web_service import WebService
from matching.vocabulary import SourceKind
from tests.jobs.gateway_server import gateway_server, self_signed
from tests.matching.sources.registers import PASSWORD, TOKEN, USER, person, point_at, simulated
from tests.matching.town import entry


@pytest.fixture
def register(settings: Settings, tmp_path: Path) -> Iterator[Faults]:
    with simulated(settings, tmp_path, [entry(n) for n in range(3)]) as faults:
        yield faults


def compare(n: int = 1) -> Answer:
    return WebService(service_for(SourceKind.WEB_SERVICE), threshold=90).compare(person(n))


def test_a_person_is_compared_over_http(register: Faults) -> None:
    assert compare().value == "padan"
    assert compare(9).value == "nik_tidak_ditemukan"
    assert register.calls == {person(1).nik: 1, person(9).nik: 1}


def check_failure(register: Faults, fault: str, *, may_try_again: bool) -> None:
    register.plan = [fault]
    with pytest.raises(NoAnswer) as caught:
        compare()
    assert caught.value.may_try_again is may_try_again
    assert register.calls.total() == 1


FAILURES = [
    ("error", True),
    ("hang", True),
    ("cut", True),
    ("huge", True),
    ("garbage", False),
    ("malformed", False),
    ("redirect", False),
    ("refused", False),
]


@pytest.mark.parametrize(("fault", "may_try_again"), FAILURES)
def test_what_goes_wrong_is_no_answer(
    register: Faults, fault: str, may_try_again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "hang":
        monkeypatch.setattr(configured, "WAIT", 0.3)
    check_failure(register, fault, may_try_again=may_try_again)


def test_a_client_that_follows_is_noticed(register: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = outbound.post

    def follows(place: Place, body: bytes, headers: Any, *, bounds: Bounds) -> tuple[int, bytes]:
        told = honest(place, body, headers, bounds=bounds)
        return honest(place, body, headers, bounds=bounds) if 300 <= told[0] < 400 else told

    monkeypatch.setattr(sending, "post", follows)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check_failure(register, "redirect", may_try_again=False)


def test_a_client_that_reads_any_length_is_noticed(register: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured, "LONGEST_ANSWER", 10**9)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check_failure(register, "huge", may_try_again=True)


def test_a_client_that_waits_for_ever_is_noticed(register: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: no bound on waiting. The register hangs for a second, and then answers."""
    monkeypatch.setattr("matching.simulator.app.HANG_SECONDS", 1.0)
    monkeypatch.setattr(configured, "WAIT", 20.0)
    monkeypatch.setattr(configured, "DEADLINE", 20.0)
    with pytest.raises(AssertionError):
        check_failure(register, "hang", may_try_again=True)


def test_a_slow_drip_ends_at_the_deadline(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured, "DEADLINE", 0.5)
    with gateway_server(manner="dripping") as server:
        point_at(settings, server.port)
        with pytest.raises(NoAnswer, match="transport"):
            compare()


# --- Only to allowed places, and sealed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://dukcapil.example/x",  # DEBUG is off
        "https://elsewhere.example/x",
        "https://dukcapil.example.evil.example/x",
        "https://dukcapil.example@evil.example/x",
        "https://user:secret@dukcapil.example/x",
        "https://dukcapil.example:port/",
        "ftp://dukcapil.example/",
        "",
    ],
)
def test_a_place_that_is_not_allowed_gets_nothing(settings: Settings, url: str) -> None:
    point_at(settings, 9, scheme="https")
    settings.DTKS_REGISTER_HOSTS = ["dukcapil.example"]
    settings.DTKS_REGISTERS["web_service"]["url"] = url
    with pytest.raises(NotConfigured):
        service_for(SourceKind.WEB_SERVICE)


def check_the_clear_is_refused(settings: Any, register: Faults) -> None:
    settings.DEBUG = False
    with pytest.raises(NotConfigured):
        compare()
    assert register.calls.total() == 0


def test_nothing_leaves_in_the_clear(settings: Settings, register: Faults) -> None:
    check_the_clear_is_refused(settings, register)


def test_a_register_in_the_clear_is_noticed(
    settings: Settings, register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = service_for(SourceKind.WEB_SERVICE).place
    monkeypatch.setattr(configured, "allowed_place", lambda url, **about: place)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check_the_clear_is_refused(settings, register)


def test_a_register_that_cannot_prove_itself_gets_nothing(settings: Settings, tmp_path: Path) -> None:
    with gateway_server(certificate=self_signed(tmp_path)) as impostor:
        point_at(settings, impostor.port, scheme="https")
        with pytest.raises(NoAnswer):
            compare()
        assert impostor.seen == []


# --- Silent --------------------------------------------------------------------------------------------------------


def check_silence(register: Faults, caplog: pytest.LogCaptureFixture) -> None:
    """No log line, error or representation holds a number, a name or a secret."""
    told = []
    with caplog.at_level(logging.DEBUG):
        for fault, _again in FAILURES:
            if fault == "hang":
                continue
            register.plan = [fault]
            try:
                compare()
            except NoAnswer as error:
                told.append("".join(traceback.format_exception(error)))
    service = service_for(SourceKind.WEB_SERVICE)
    told += [repr(service), repr(WebService(service, threshold=90)), repr(person()), repr(service.place), caplog.text]
    assert len(told) == 12
    assert "Register" in caplog.text
    for secret in (PASSWORD, TOKEN, USER, person().nik, person().kk, "Orang b", "1960"):
        assert [text for text in told if secret in text] == []


def test_nothing_written_holds_a_number_or_a_secret(register: Faults, caplog: pytest.LogCaptureFixture) -> None:
    check_silence(register, caplog)


def test_a_log_line_with_the_question_is_noticed(
    register: Faults, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = outbound.post

    def talks(place: Place, body: bytes, headers: Any, *, bounds: Bounds) -> tuple[int, bytes]:
        logging.getLogger("matching").debug("asking %s", body)
        return honest(place, body, headers, bounds=bounds)

    monkeypatch.setattr(sending, "post", talks)
    with pytest.raises(AssertionError):
        check_silence(register, caplog)


def test_an_error_that_quotes_what_was_sent_is_noticed(
    register: Faults, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quotes(content: bytes) -> dict[str, Any]:
        raise NoAnswer(f"{person().nik} is not in {content!r}")

    monkeypatch.setattr(sending, "read_object", quotes)
    with pytest.raises(AssertionError):
        check_silence(register, caplog)


def test_an_announced_answer_that_stops_is_lost(settings: Settings, register: Faults) -> None:
    """Half of a JSON text may be JSON too: the bytes that were announced have to come."""
    register.plan = ["cut"]
    service = service_for(SourceKind.WEB_SERVICE)
    with pytest.raises(outbound.Lost, match="cut off"):
        outbound.post(service.place, b'{"NIK": "9900000000000001"}', {}, bounds=configured.bounds())
