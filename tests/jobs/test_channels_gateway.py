"""The HTTP gateway against a real server: once, sealed, to an allowed place, in bounded time, and silent about people.

Each promise that protects somebody is also broken on purpose, and the check must notice.
"""

import logging
import ssl
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import transaction
from pytest_django import Settings

from jobs import gateways
from jobs.channels import OutgoingMessage, Undeliverable
from jobs.gateways import GatewayError, HttpGateway, NotAllowed, gateway_for
from jobs.models import Channel, MessageState, OutboxMessage
from jobs.outbox import dispatch, enqueue
from tests.jobs.gateway_server import Gateway, gateway_server, self_signed

PHONE, TEXT, TOKEN = "+6281200000001", "Kode Anda 123 456 – é", "rahasia-sekali"
MESSAGE = OutgoingMessage(id=uuid.UUID(int=7), channel="sms", recipient=PHONE, subject="", body=TEXT)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "WAIT", 0.3)
    monkeypatch.setattr(gateways, "DEADLINE", 0.6)


@pytest.fixture
def server(settings: Settings) -> Iterator[Gateway]:
    with gateway_server() as gateway:
        point_at(settings, gateway)
        yield gateway


def point_at(settings: Any, gateway: Gateway, scheme: str = "http") -> None:
    settings.DEBUG = scheme == "http"
    settings.DTKS_GATEWAYS = {
        "sms": {"url": f"{scheme}://127.0.0.1:{gateway.port}/kirim?a=1", "token": TOKEN},
    }
    settings.DTKS_GATEWAY_HOSTS = ["127.0.0.1"]
    settings.DTKS_CHANNELS = {"sms": "jobs.gateways.HttpGateway"}


def test_a_message_is_posted_with_its_id_as_the_key_of_its_tries(server: Gateway) -> None:
    HttpGateway().send(MESSAGE)
    ((path, headers, body),) = server.seen
    assert path == "/kirim?a=1"
    assert body == {"id": str(MESSAGE.id), "channel": "sms", "to": PHONE, "text": TEXT}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == (f"Bearer {TOKEN}", str(MESSAGE.id))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (202, None),
        (400, Undeliverable),
        (422, Undeliverable),
        (401, GatewayError),
        (404, GatewayError),
        (429, GatewayError),
        (500, GatewayError),
        (503, GatewayError),
    ],
)
def test_what_a_status_means(server: Gateway, status: int, outcome: type[Exception] | None) -> None:
    server.replies = [status]
    if outcome is None:
        HttpGateway().send(MESSAGE)
        return
    with pytest.raises(outcome) as caught:
        HttpGateway().send(MESSAGE)
    assert (str(status) in str(caught.value), PHONE in str(caught.value)) == (True, False)


def check_no_redirect(server: Gateway) -> None:
    server.replies = [307]
    with pytest.raises(GatewayError):
        HttpGateway().send(MESSAGE)
    assert [path for path, _headers, _body in server.seen] == ["/kirim?a=1"]


def test_a_message_goes_nowhere_it_was_not_sent(server: Gateway) -> None:
    check_no_redirect(server)


def test_a_gateway_that_follows_is_noticed(server: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = gateways._post

    def follows(gateway: gateways.Gateway, message: OutgoingMessage) -> int:
        status = honest(gateway, message)
        if 300 <= status < 400:
            server.replies = [200]
            elsewhere = gateways.Gateway(gateway.scheme, gateway.host, gateway.port, "/elsewhere", gateway.token)
            return honest(elsewhere, message)
        return status

    monkeypatch.setattr(gateways, "_post", follows)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check_no_redirect(server)


def check_time_is_bounded(server: Gateway, manner: str) -> None:
    server.manner = manner
    with pytest.raises(GatewayError):
        HttpGateway().send(MESSAGE)


@pytest.mark.parametrize("manner", ["late", "dripping", "nothing"])
def test_a_gateway_that_is_slow_or_hangs_up_ends_the_try(server: Gateway, manner: str) -> None:
    check_time_is_bounded(server, manner)


@pytest.mark.parametrize("manner", ["late", "dripping"])
def test_a_try_without_an_end_is_noticed(server: Gateway, monkeypatch: pytest.MonkeyPatch, manner: str) -> None:
    monkeypatch.setattr(gateways, "DEADLINE", 30.0)
    if manner == "late":
        monkeypatch.setattr(gateways, "WAIT", 30.0)
    with pytest.raises(pytest.fail.Exception):
        check_time_is_bounded(server, manner)


def check_cap(server: Gateway) -> None:
    server.manner = "huge"
    with pytest.raises(GatewayError):
        HttpGateway().send(MESSAGE)


def test_an_answer_without_measure_is_not_read(server: Gateway) -> None:
    check_cap(server)


def test_an_answer_read_to_its_end_is_noticed(server: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "LONGEST_ANSWER", 10**9)
    with pytest.raises(pytest.fail.Exception):
        check_cap(server)


# --- Only to allowed places, and sealed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://127.0.0.1:9/kirim", ["127.0.0.1"]),  # DEBUG is off
        ("https://elsewhere.example/kirim", ["gateway.example"]),
        ("https://gateway.example.evil.example/", ["gateway.example"]),
        ("https://gateway.example@evil.example/", ["gateway.example"]),
        ("https://user:secret@gateway.example/", ["gateway.example"]),
        ("https://gateway.example:port/", ["gateway.example"]),
        ("ftp://gateway.example/", ["gateway.example"]),
        ("file:///etc/passwd", [""]),
        ("https://[::1/", ["gateway.example"]),
        ("", []),
        ("https://gateway.example/", []),
    ],
)
def test_a_place_that_is_not_allowed_gets_nothing(settings: Settings, url: str, hosts: list[str]) -> None:
    settings.DTKS_GATEWAYS, settings.DTKS_GATEWAY_HOSTS = {"sms": {"url": url, "token": TOKEN}}, hosts
    with pytest.raises(NotAllowed):
        gateway_for("sms")
    assert [found.id for found in run_checks(tags=["security"]) if str(found.id).startswith("jobs.")] == ["jobs.E001"]


def test_a_right_gateway_passes_the_check_and_needs_a_token(settings: Settings) -> None:
    settings.DTKS_GATEWAY_HOSTS = ["gateway.example"]
    for token, found in (("t", []), ("", ["jobs.E002"])):
        settings.DTKS_GATEWAYS = {"sms": {"url": "https://gateway.example/kirim", "token": token}}
        assert [one.id for one in run_checks(tags=["security"]) if str(one.id).startswith("jobs.")] == found


def check_plain_http_is_refused(settings: Any, server: Gateway) -> None:
    settings.DEBUG = False
    with pytest.raises(NotAllowed):
        HttpGateway().send(MESSAGE)
    assert server.seen == []


def test_no_message_leaves_in_the_clear(settings: Settings, server: Gateway) -> None:
    check_plain_http_is_refused(settings, server)


def test_a_gateway_in_the_clear_is_noticed(
    settings: Settings, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = gateway_for("sms")
    monkeypatch.setattr(gateways, "gateway_for", lambda channel: plain)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check_plain_http_is_refused(settings, server)


def check_a_stranger_gets_nothing(settings: Any, certificate: Path) -> None:
    with gateway_server(certificate=certificate) as impostor:
        point_at(settings, impostor, "https")
        with pytest.raises(GatewayError):
            HttpGateway().send(MESSAGE)
        assert impostor.seen == []


def test_a_gateway_that_cannot_prove_itself_gets_nothing(settings: Settings, tmp_path: Path) -> None:
    check_a_stranger_gets_nothing(settings, self_signed(tmp_path))


def test_a_line_that_trusts_anybody_is_noticed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "tls_context", ssl._create_unverified_context)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check_a_stranger_gets_nothing(settings, self_signed(tmp_path))


def test_a_gateway_that_proves_itself_gets_the_message(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setattr(gateways, "tls_context", partial(ssl.create_default_context, cafile=str(certificate)))
    with gateway_server(certificate=certificate) as known:
        point_at(settings, known, "https")
        HttpGateway().send(MESSAGE)
        assert len(known.seen) == 1


# --- Through the outbox --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_outbox_tries_again_later_with_the_same_key(server: Gateway) -> None:
    server.replies = [500, 503, 200]
    with transaction.atomic():
        message = enqueue(channel=Channel.SMS, recipient=PHONE, body=TEXT)
    for expected in (0, 0, 1):
        OutboxMessage.objects.update(available_at="2026-01-01T00:00Z")
        assert dispatch() == expected
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.SENT, 3)
    assert {headers["Idempotency-Key"] for _path, headers, _body in server.seen} == {str(message.pk)}
    assert dispatch() == 0


@pytest.mark.django_db
def test_a_message_that_can_never_arrive_is_given_up_at_once(server: Gateway) -> None:
    server.replies = [422]
    with transaction.atomic():
        message = enqueue(channel=Channel.SMS, recipient=PHONE, body=TEXT)
    dispatch()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (MessageState.FAILED, 1, "Undeliverable")


def check_silence(server: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), transaction.atomic():
        enqueue(channel=Channel.SMS, recipient=PHONE, body=TEXT)
        for status in (500, 422):
            server.replies = [status]
            OutboxMessage.objects.update(available_at="2026-01-01T00:00Z", state=MessageState.WAITING, lease_until=None)
            dispatch()
    assert "+628" in caplog.text
    for secret in (PHONE, PHONE[3:], "0000001", TEXT, "123 456", TOKEN):
        assert secret not in caplog.text


@pytest.mark.django_db
def test_no_log_line_holds_a_number_a_text_or_the_token(server: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    check_silence(server, caplog)


@pytest.mark.django_db
def test_a_log_line_with_the_number_is_noticed(
    server: Gateway, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "mask_phone", lambda number: number)
    with pytest.raises(AssertionError):
        check_silence(server, caplog)
