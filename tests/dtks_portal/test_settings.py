"""A start in production either has all it needs or says what it lacks."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.production",
    "SECRET_KEY": "made-up-for-the-test-and-long-enough-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "dtks.example, www.dtks.example",
    "CSRF_TRUSTED_ORIGINS": "https://dtks.example",
    "DTKS_SEAL_KEYS": "s1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "DTKS_INDEX_KEYS": "i1:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
    "DATABASE_URL": "postgres://dtks_app:secret@127.0.0.1:9/dtks",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "DEFAULT_FROM_EMAIL": "dtks@example.org",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
}
REQUIRED = [name for name in COMPLETE if name != "DJANGO_SETTINGS_MODULE"]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, *command], cwd=PROJECT, env=kept | environment, capture_output=True, text=True, check=False
    )


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in COMPLETE.items() if key != name}


SHOW = "from django.conf import settings as s; print({})"


def test_a_complete_environment_passes_the_deployment_check() -> None:
    found = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **COMPLETE)
    assert (found.returncode, found.stdout) == (0, "System check identified no issues (0 silenced).\n"), found.stderr


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_setting_is_named_with_an_example(name: str) -> None:
    found = run("-c", SHOW.format("s.DEBUG"), **without(name))
    assert found.returncode == 1
    assert f"\n  {name}   for example  " in found.stderr
    assert "Traceback" not in found.stderr
    assert found.stderr.count("for example") == 1


def test_all_that_is_missing_is_named_at_once() -> None:
    found = run("manage.py", "check", DJANGO_SETTINGS_MODULE=COMPLETE["DJANGO_SETTINGS_MODULE"])
    assert found.returncode == 1
    assert [line.split()[0] for line in found.stderr.splitlines() if "for example" in line] == [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "DTKS_SEAL_KEYS",
        "DTKS_INDEX_KEYS",
        "DATABASE_URL",
        "REDIS_URL",
        "DEFAULT_FROM_EMAIL",
        "EMAIL_URL",
    ]


def test_migrating_needs_the_owner() -> None:
    found = run("manage.py", "migrate", **COMPLETE)
    assert found.returncode == 1
    assert "  DATABASE_OWNER_URL   for example  postgres://dtks_owner" in found.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(COMPLETE["SECRET_KEY"] + "\n")
    found = run("-c", SHOW.format("s.SECRET_KEY"), **without("SECRET_KEY"), SECRET_KEY_FILE=str(tmp_path / "key"))
    assert found.stdout == COMPLETE["SECRET_KEY"] + "\n"
    gone = run("-c", SHOW.format("s.SECRET_KEY"), **without("SECRET_KEY"), SECRET_KEY_FILE=str(tmp_path / "gone"))
    assert gone.stderr == f"SECRET_KEY_FILE cannot be read: No such file or directory: {tmp_path / 'gone'}\n"


def test_a_number_that_is_none_is_named() -> None:
    found = run("-c", SHOW.format("s.DEBUG"), **COMPLETE, TRUSTED_PROXIES="two")
    assert found.stderr == "TRUSTED_PROXIES must be a whole number, for example 1; it is 'two'.\n"


def test_pages_have_a_time_limit_and_batches_have_none() -> None:
    options = SHOW.format("s.DATABASES['default']['OPTIONS']['options']")
    web = run("-c", "import dtks_portal.wsgi\n" + options, **COMPLETE)
    assert "statement_timeout=4500" in web.stdout
    assert "statement_timeout=0" in run("-c", options, **COMPLETE).stdout


def test_uploaded_extracts_wait_where_everything_else_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two checkouts, or a demo beside a measurement, do not see each other's files."""
    base = str(PROJECT / "dtks_portal" / "settings" / "base.py")
    monkeypatch.delenv("DTKS_EXTRACT_FOLDER", raising=False)
    monkeypatch.setenv("DTKS_VAR", "/srv/coba")
    assert runpy.run_path(base)["DTKS_EXTRACT_FOLDER"] == "/srv/coba/extracts"
    monkeypatch.setenv("DTKS_EXTRACT_FOLDER", "/srv/kutipan")
    assert runpy.run_path(base)["DTKS_EXTRACT_FOLDER"] == "/srv/kutipan"


def test_a_given_socket_folder_becomes_the_host() -> None:
    found = run(
        "-c",
        SHOW.format("s.DATABASES['default']['HOST'], s.DATABASES['default']['USER']"),
        **(COMPLETE | {"DATABASE_URL": "postgres://dtks_app@/dtks?host=%2Frun%2Fa%20b"}),
    )
    assert found.stdout == "/run/a b dtks_app\n"
