"""A damaged extract shows nothing of itself, and the whole one after it is loaded as if nothing had been (A8)."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection

from identity.indexes import current_index_key_id
from matching import loading
from matching.loading import load_extract
from matching.models import PopulationRecord, Snapshot
from matching.snapshots.problems import ExtractRefused
from tests.matching.town import entry, write_population

pytestmark = pytest.mark.django_db
ROWS = 40
Damage = Callable[[bytes], bytes]

DAMAGES: dict[str, Damage] = {
    "truncated": lambda whole: whole[: len(whole) * 2 // 3],
    "truncated gzip": lambda whole: gzip.compress(whole)[:-20],
    "duplicated line": lambda whole: whole + whole.splitlines(keepends=True)[7],
    "duplicated whole": lambda whole: whole + whole.partition(b"\n")[2],
    "wrong encoding": lambda whole: whole.replace(b"CONTOH", b"CO\x81TOH"),
    "utf-16": lambda whole: whole.decode().encode("utf-16"),
}
# What each would need: to keep what could be read, or to take the first of two.
FLAWS: dict[str, tuple[Any, str, Any]] = {
    "truncated": (loading.CopyStream, "finish", lambda stream: None),
    "truncated gzip": (loading.CopyStream, "finish", lambda stream: None),
    "duplicated line": (loading, "_refuse_repeated", lambda cursor: None),
    "duplicated whole": (loading, "_refuse_repeated", lambda cursor: None),
}


def load(path: Path) -> None:
    load_extract(path=path, source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), by=None)


def shows_nothing_and_can_be_repeated(tmp_path: Path, damage: Damage) -> None:
    path = write_population(tmp_path / "p.csv", map(entry, range(ROWS)))
    whole, others = path.read_bytes(), tables_of_extracts()
    path.write_bytes(damage(whole))
    with suppress(ExtractRefused, OSError):
        load(path)
    assert (Snapshot.objects.ready().count(), PopulationRecord.objects.count(), tables_of_extracts()) == (0, 0, others)
    path.write_bytes(whole)
    load(path)
    assert (Snapshot.objects.ready().get().row_count, PopulationRecord.objects.count()) == (ROWS, ROWS)
    assert tables_of_extracts() == others + 1


def tables_of_extracts() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^matching_populationrecord_[0-9]+$'")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_extract_shows_nothing(tmp_path: Path, kind: str) -> None:
    shows_nothing_and_can_be_repeated(tmp_path, DAMAGES[kind])


@pytest.mark.parametrize("kind", FLAWS)
def test_an_import_that_makes_do_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    place, name, flaw = FLAWS[kind]
    monkeypatch.setattr(place, name, flaw)
    with pytest.raises((AssertionError, IntegrityError)):  # the table itself refuses an extract without its checksum
        shows_nothing_and_can_be_repeated(tmp_path, DAMAGES[kind])
