"""No test reaches a database that people work with."""

import os
import subprocess
import sys
from pathlib import Path

import environ
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

from tests.guard import SETTINGS, ForeignDatabase, complaint_about, refuse_foreign_database

OWN = {"default": {"NAME": "dtks", "TEST": {"NAME": "test_dtks_gw0"}}}
ROOT = Path(__file__).resolve().parent.parent


def test_the_suites_own_settings_are_fine() -> None:
    assert complaint_about(SETTINGS, OWN) == ""


@pytest.mark.parametrize("module", ["dtks_portal.settings.production", "dtks_portal.settings.local"])
def test_other_settings_are_refused(module: str) -> None:
    assert module in complaint_about(module, OWN)


@pytest.mark.parametrize("database", [{}, {"TEST": {}}, {"TEST": {"NAME": None}}, {"TEST": {"NAME": "dtks"}}])
def test_a_name_that_is_not_the_suites_is_refused(database: dict[str, object]) -> None:
    assert "test_" in complaint_about(SETTINGS, {"default": database})


def a_foreign_database_is_refused() -> None:
    """That of the same services in which nothing but the suite's own databases should be touched."""
    stray = connection.copy()
    stray.settings_dict["NAME"] = name = environ.Env.db_url_config(settings.SERVICES.owner_url)["NAME"]
    try:
        with pytest.raises(ForeignDatabase, match=name):
            stray.connect()
    finally:
        stray.close()


@pytest.mark.django_db
def test_a_foreign_database_is_refused() -> None:
    a_foreign_database_is_refused()


@pytest.mark.django_db
def test_without_the_guard_it_would_be_opened() -> None:
    connection_created.disconnect(dispatch_uid="tests.guard")
    try:
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            a_foreign_database_is_refused()
    finally:
        connection_created.connect(refuse_foreign_database, dispatch_uid="tests.guard")


def test_pytest_does_not_begin_with_other_settings() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.check"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/identity/test_kk.py"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "unset it" in done.stdout + done.stderr
