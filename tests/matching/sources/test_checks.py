"""A register that could not be asked, or to which people's data would leak, stops the start."""

import re
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from dtks_portal.settings.environment import Environment
from dtks_portal.settings.registers import register_hosts, registers
from tests.dtks_portal.test_settings import COMPLETE, run
from tests.matching.sources.registers import PASSWORD, TOKEN, point_at


def found() -> list[str]:
    return [str(one.msg) for one in run_checks(tags=["security"]) if str(one.id).startswith("matching.")]


def test_registers_that_are_whole_or_not_there_pass(settings: Settings) -> None:
    point_at(settings, 443, scheme="https")
    assert found() == []
    settings.DTKS_REGISTERS = {}
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"url": "http://127.0.0.1/x"}, "HTTPS"),
        ({"url": "https://elsewhere.example/x"}, "DTKS_REGISTER_HOSTS"),
        ({"budget": 0}, "daily budget"),
        ({"budget": None}, "daily budget"),
        ({"password": ""}, "password"),
        ({"ip": ""}, "ip"),
    ],
)
def test_what_is_wrong_is_said_without_what_stands_there(
    settings: Settings, changes: dict[str, Any], word: str
) -> None:
    point_at(settings, 443, scheme="https")
    settings.DTKS_REGISTERS["web_service"].update(changes)
    (complaint,) = found()
    assert word in complaint
    assert not re.search(f"{PASSWORD}|{TOKEN}|127.0.0.1|elsewhere", complaint)


def test_a_lease_shorter_than_a_call_is_said(settings: Settings) -> None:
    point_at(settings, 443, scheme="https")
    settings.DTKS_LEASE_SECONDS = 0.5
    assert ["DTKS_LEASE_SECONDS" in complaint for complaint in found()] == [True, True]


def test_registers_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    secret = tmp_path / "password"
    secret.write_text("dari-berkas\n")
    for name, value in {
        "DTKS_DUKCAPIL_URL": "https://dukcapil.example/x",
        "DTKS_DUKCAPIL_USER": "dinsos",
        "DTKS_DUKCAPIL_PASSWORD_FILE": str(secret),
        "DTKS_DUKCAPIL_IP": "10.0.0.9",
        "DTKS_DUKCAPIL_BUDGET": "5000",
        "DTKS_REGISTER_HOSTS": "dukcapil.example, crvs.example",
    }.items():
        monkeypatch.setenv(name, value)
    assert registers(Environment()) == {
        "web_service": {
            "url": "https://dukcapil.example/x",
            "user": "dinsos",
            "password": "dari-berkas",
            "ip": "10.0.0.9",
            "budget": 5000,
        }
    }
    assert register_hosts(Environment()) == ["dukcapil.example", "crvs.example"]


def test_a_start_in_production_is_refused_in_the_clear_and_without_a_budget() -> None:
    wrong = {"DTKS_DUKCAPIL_URL": "http://dukcapil.example/x", "DTKS_REGISTER_HOSTS": "dukcapil.example"}
    refused = run("manage.py", "check", "--deploy", **COMPLETE, **wrong)
    assert (refused.returncode, "matching.E001" in refused.stderr) == (1, True)
