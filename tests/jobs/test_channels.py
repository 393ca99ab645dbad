"""The ways out: what is printed, what is given up, what is said of a message."""

import logging
import uuid

import pytest
from pytest_django import Settings

from jobs.channels import ConsoleChannel, LogChannel, NoGateway, OutgoingMessage, Undeliverable, can_send

PHONE = "+6281200000001"
MESSAGE = OutgoingMessage(id=uuid.UUID(int=7), channel="sms", recipient=PHONE, subject="", body="Kode Anda 123 456")


def test_a_message_shows_nothing_of_itself() -> None:
    assert repr(MESSAGE) == "<message 00000000-0000-0000-0000-000000000007 by sms>"


def test_the_log_says_that_there_is_a_message_and_nothing_of_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        LogChannel().send(MESSAGE)
    assert str(MESSAGE.id) in caplog.text
    for secret in (PHONE, PHONE[3:], "123 456"):
        assert secret not in caplog.text


def test_a_developer_reads_a_code_in_the_terminal(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    settings.DEBUG = True
    ConsoleChannel().send(MESSAGE)
    assert "123 456" in capsys.readouterr().out


def test_nothing_is_printed_where_real_people_are(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(Undeliverable):
        ConsoleChannel().send(MESSAGE)
    assert capsys.readouterr().out == ""


def test_without_a_gateway_a_message_is_given_up_and_nobody_counts_on_it(settings: Settings) -> None:
    settings.DTKS_CHANNELS = {"sms": "jobs.channels.NoGateway"}
    assert (can_send("sms"), can_send("email")) == (False, True)
    with pytest.raises(Undeliverable):
        NoGateway().send(MESSAGE)
