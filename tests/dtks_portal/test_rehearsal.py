"""A whole phase, rehearsed with real workers in a database of its own: it adds up, and a lost row is noticed."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from dtks_portal.rehearsal.reconciling import Check
from dtks_portal.rehearsal.walking import Result

pytestmark = pytest.mark.fault

LOSES_A_VERDICT = """
import django
django.setup()
from dtks_portal.rehearsal import walking
honest = walking.reconcile
def after_a_loss(phase, **kwargs):
    from matching.models import PersonVerdict
    PersonVerdict.objects.filter(pk=PersonVerdict.objects.first().pk).delete()
    return honest(phase, **kwargs)
walking.reconcile = after_a_loss
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "rehearse", "--households", "12", "--no-kill", "--json"])
"""


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own, with the suite's services but a developer's settings."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.local",
        "DATABASE_URL": settings.SERVICES.database_url,
        "DATABASE_OWNER_URL": settings.SERVICES.owner_url,
        "REDIS_URL": settings.SERVICES.redis_url,
        "DTKS_DEMO": "true",
        "DTKS_DATABASE_ROLE": "app",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )


def test_a_phase_reconciles_though_workers_are_killed() -> None:
    done = run("manage.py", "rehearse", "--households", "40", "--seed", "5", "--json")
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout)
    assert result["reconciles"] is True
    assert result["workers_killed"] == 2
    assert [check["name"] for check in result["checks"] if not check["holds"]] == []
    assert result["funnel"]["households_tried"] == 40


def test_a_lost_verdict_ends_the_rehearsal_with_an_error() -> None:
    done = run("-c", LOSES_A_VERDICT)
    assert done.returncode == 1
    assert "does not reconcile" in done.stderr
    broken = [check["name"] for check in json.loads(done.stdout)["checks"] if not check["holds"]]
    assert broken == ["population: one verdict for every person"]


def test_a_result_without_checks_does_not_reconcile() -> None:
    assert Result().reconciles is False
    assert Result(checks=[Check("people", 2, 2)]).reconciles is True
    assert Result(checks=[Check("people", 2, 2), Check("families", 1, 0)]).reconciles is False


def test_production_settings_refuse_a_rehearsal() -> None:
    environment = {**os.environ, "DTKS_DEMO": "false"}
    done = subprocess.run(
        [sys.executable, "manage.py", "rehearse"],
        cwd=settings.BASE_DIR,
        env={**environment, "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "never beside a production database" in done.stderr
