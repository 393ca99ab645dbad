"""Django silently prefers psycopg 3 wherever some dependency brings it along, and COPY then changes its name."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db import connection

LOCKS = sorted((Path(__file__).parents[2] / "requirements").glob("*.txt"))


@pytest.mark.django_db
def test_the_driver_is_psycopg2() -> None:
    with connection.cursor() as cursor:
        assert cursor.copy_expert is not None
    assert type(connection.connection).__module__ == "psycopg2.extensions"
    assert find_spec("psycopg") is None


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_lock_file_holds_psycopg_3(lock: Path) -> None:
    names = re.findall(r"^([A-Za-z0-9_.-]+)==", lock.read_text(), re.MULTILINE)
    assert "psycopg2-binary" in names
    assert [name for name in names if name.lower().startswith("psycopg") and name != "psycopg2-binary"] == []


def test_there_are_lock_files_and_they_name_no_index() -> None:
    assert [lock.name for lock in LOCKS] == ["bench.txt", "demo.txt", "develop.txt", "linkage.txt", "production.txt"]
    assert [lock.name for lock in LOCKS if "://" in lock.read_text()] == []
