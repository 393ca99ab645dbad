"""A whole phase, rehearsed with real workers in a database of its own: it adds up, and a lost row is noticed."""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from dtks_portal.management.commands import rehearse
from dtks_portal.rehearsal.reconciling import Check
from dtks_portal.rehearsal.walking import Result

pytestmark = pytest.mark.fault

LOSES_A_VERDICT_AND_A_NOTICE_AT_THE_END = """
import json, os, sys
import django
django.setup()
from dtks_portal.rehearsal import walking
honest = walking.reconcile
def before_and_after_a_loss(phase, **kwargs):
    broken = [check.name for check in honest(phase, **kwargs) if not check.holds]
    print("broken before the loss:", json.dumps(broken), file=sys.stderr)
    from matching.models import PersonVerdict
    PersonVerdict.objects.filter(pk=PersonVerdict.objects.first().pk).delete()
    from notices.models import Notice
    Notice.objects.filter(kind="in_dst").first().delete()
    return honest(phase, **kwargs)
walking.reconcile = before_and_after_a_loss
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "rehearse", "--households", "40", "--seed", "5", "--json"])
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


@pytest.mark.long
def test_a_phase_reconciles_though_workers_are_killed_and_a_lost_verdict_or_notice_is_noticed() -> None:
    done = run("-c", LOSES_A_VERDICT_AND_A_NOTICE_AT_THE_END)
    assert "broken before the loss: []" in done.stderr, done.stderr[-3000:]
    result = json.loads(done.stdout)
    assert result["workers_killed"] == 2
    assert result["funnel"]["households_tried"] == 40
    assert [check["name"] for check in result["checks"] if not check["holds"]] == [
        "population: one verdict for every person",
        "every decision was told to its family",
    ]
    assert done.returncode == 1
    assert "does not reconcile" in done.stderr


@pytest.mark.parametrize(("found", "reconciles"), [(2, True), (1, False)])
def test_the_command_ends_as_its_result_says(monkeypatch: pytest.MonkeyPatch, found: int, reconciles: bool) -> None:
    monkeypatch.setattr(rehearse, "temporary_world", nullcontext)
    monkeypatch.setattr(rehearse, "walk", lambda *args, **kwargs: Result(checks=[Check("people", 2, found)]))
    written = StringIO()
    with nullcontext() if reconciles else pytest.raises(CommandError, match="does not reconcile"):
        call_command("rehearse", json=True, stdout=written, stderr=StringIO())
    assert json.loads(written.getvalue())["reconciles"] is reconciles


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
