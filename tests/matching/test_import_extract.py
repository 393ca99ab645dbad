import hashlib
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from identity.indexes import current_index_key_id, keyed_index
from matching.loading import ADVISORY_CLASS, clean_up_interrupted
from matching.models import AssetRecord, PopulationRecord, Snapshot, SnapshotState
from registration.models import Phase
from tests.matching.town import entry, kk_of, nik_of, write_assets, write_population

pytestmark = pytest.mark.django_db


def load(source: str, path: Path, **options: str) -> tuple[str, str]:
    """Run the command and return what it said on stdout and stderr."""
    out, err = StringIO(), StringIO()
    call_command("import_extract", source, str(path), as_of=date(2026, 11, 1), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def refused(source: str, path: Path) -> str:
    """Load a file that must be refused; nothing of it may be visible. Returns what was said."""
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("import_extract", source, str(path), as_of=date(2026, 11, 1), stderr=err)
    assert (Snapshot.objects.ready().count(), PopulationRecord.objects.count(), AssetRecord.objects.count()) == (
        0,
        0,
        0,
    )
    return err.getvalue()


def population(tmp_path: Path) -> Path:
    return write_population(tmp_path / "penduduk.csv", map(entry, range(5)))


def test_a_population_extract_is_loaded_with_indexes_in_place_of_numbers(tmp_path: Path) -> None:
    path = population(tmp_path)
    out, _err = load("population", path)
    snapshot = Snapshot.objects.get()
    assert (snapshot.source, snapshot.state, snapshot.row_count) == ("population", SnapshotState.READY, 5)
    assert snapshot.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert snapshot.sha256 in out
    assert snapshot.as_of == date(2026, 11, 1)
    record = PopulationRecord.objects.get(nik_index=keyed_index("nik", nik_of(3)))
    assert record.kk_index == keyed_index("kk", kk_of(3))
    assert (record.name, record.sex, record.kelurahan_code) == ("ORANG D CONTOH", "P", "31.71.01.1001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, ' ') FROM matching_populationrecord r")
        stored = cursor.fetchone()[0]
    assert nik_of(3) not in stored
    assert kk_of(3) not in stored


def test_rows_are_stored_in_the_order_of_their_index(tmp_path: Path) -> None:
    load("population", write_population(tmp_path / "p.csv", map(entry, range(50))))
    with connection.cursor() as cursor:
        cursor.execute("SELECT nik_index FROM matching_populationrecord ORDER BY ctid")
        stored = [bytes(index) for (index,) in cursor.fetchall()]
    assert stored == sorted(stored)


def test_an_asset_extract_is_loaded(tmp_path: Path) -> None:
    rows = [(nik_of(1), kk_of(1), "mobil", "B 1234 XYZ", 150_000_000), ("", kk_of(2), "tanah_bangunan", "31.71", "")]
    load("assets", write_assets(tmp_path / "aset.csv", rows))
    car, land = AssetRecord.objects.order_by("line")
    assert (car.line, car.kind, car.number, car.value) == (2, "mobil", "B 1234 XYZ", 150_000_000)
    assert (land.nik_index, land.kk_index, land.value) == (None, keyed_index("kk", kk_of(2)), None)


def test_a_byte_order_mark_and_other_date_forms_are_read(tmp_path: Path) -> None:
    path = write_population(
        tmp_path / "p.csv",
        [entry(1).but(tanggal_lahir="31-12-1990", kode_kelurahan="3171011001", rt="1", no_kk="", pekerjaan="a\\b")],
    )
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    load("population", path)
    record = PopulationRecord.objects.get()
    assert (record.birth_date, record.kelurahan_code, record.rt) == (date(1990, 12, 31), "31.71.01.1001", "001")
    assert (record.kk_index, record.occupation) == (None, "a\\b")


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"nik": "99"}, "nik"),
        ({"nik": "９９00000000000001"}, "nik"),
        ({"no_kk": "x"}, "no_kk"),
        ({"nama": " "}, "nama"),
        ({"nama": "a" * 101}, "nama"),
        ({"nama": "a\x07b"}, "nama"),
        ({"tanggal_lahir": "1990-02-30"}, "tanggal_lahir"),
        ({"jenis_kelamin": "X"}, "jenis_kelamin"),
        ({"kode_kelurahan": "Gambir"}, "kode_kelurahan"),
        ({"rt": "1a"}, "rt"),
        ({"status": "hidup"}, "status"),
    ],
)
def test_a_bad_row_is_told_by_line_and_column_and_nothing_is_loaded(
    tmp_path: Path, changes: dict[str, str], column: str
) -> None:
    path = write_population(tmp_path / "p.csv", [entry(1), entry(2).but(**changes), entry(3)])
    said = refused("population", path)
    assert "3" in said
    assert column in said
    assert nik_of(2) not in said
    load("population", population(tmp_path))
    assert Snapshot.objects.ready().count() == 1


@pytest.mark.parametrize(
    "row",
    [
        ("", "", "mobil", "B 1", "1"),
        ("99", "", "mobil", "B 1", "1"),
        (nik_of(1), "", "kapal", "B 1", "1"),
        (nik_of(1), "", "mobil", "B 1", "1.000"),
        (nik_of(1), "", "mobil", "B 1", "-1"),
    ],
)
def test_a_bad_asset_row_is_refused(tmp_path: Path, row: tuple[str, ...]) -> None:
    assert "2" in refused("assets", write_assets(tmp_path / "a.csv", [row]))


def test_every_bad_row_is_counted_and_the_first_hundred_are_told(tmp_path: Path) -> None:
    said = refused("population", write_population(tmp_path / "p.csv", [entry(1).but(status="?")] * 130))
    assert len(said.splitlines()) == 101
    assert "30" in said.splitlines()[-1]


HEADER = "nik,no_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,kode_kelurahan,rt,rw,pekerjaan,status\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HEADER.encode(),
        HEADER.replace("no_kk", "nik").encode(),
        HEADER.replace(",status", "").encode(),
        HEADER.replace(",", ";").encode(),
        HEADER.encode() + b"9900000000000001,,Siti \x81,,,P,,,,,aktif\n",
        HEADER.encode("utf-16"),
        HEADER.encode() + b"9900000000000001,,Siti,,,P,,,,,aktif",
        HEADER.encode() + b"9900000000000001,,Siti,,,P,,,\n",
        HEADER.encode() + b'9900000000000001,,"Siti,,,P,,,,,aktif\n',
        HEADER.encode() + b"9900000000000001,,Siti\x00,,,P,,,,,aktif\n",
        HEADER.encode() + b"9900000000000001,,Siti,,,P,,,,,aktif\n" + HEADER.encode(),
    ],
    ids=[
        "empty",
        "no_rows",
        "doubled",
        "missing",
        "semicolons",
        "no_encoding",
        "utf16",
        "cut",
        "short",
        "quote",
        "nul",
        "repeated",
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    said = refused("population", path)
    assert "9900000000000001" not in said
    assert said


def test_a_nik_twice_is_refused_unless_the_register_says_ganda(tmp_path: Path) -> None:
    twice = [entry(1), entry(2), entry(1).but(status="ganda")]
    assert "4" in refused("population", write_population(tmp_path / "p.csv", twice))
    load("population", write_population(tmp_path / "p.csv", [one.but(status="ganda") for one in twice]))
    assert (Snapshot.objects.ready().get().row_count, PopulationRecord.objects.count()) == (3, 2)


def test_the_index_key_is_the_phases(tmp_path: Path, phase: Phase) -> None:
    load("population", population(tmp_path), phase=phase.slug)
    assert Snapshot.objects.get().index_key_id == phase.index_key_id == current_index_key_id()
    with pytest.raises(CommandError):
        load("population", population(tmp_path), phase="tidak-ada")


def test_a_missing_file_is_named_as_such(tmp_path: Path) -> None:
    refused("population", tmp_path / "tidak-ada.csv")


def test_what_an_interrupted_import_left_is_removed_and_a_running_one_stays(tmp_path: Path) -> None:
    dead, alive = (
        Snapshot.objects.create(source="population", as_of=date(2026, 1, 1), index_key_id="t1") for _number in range(2)
    )
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [ADVISORY_CLASS, alive.pk])
        assert clean_up_interrupted() == 1
    finally:
        other.close()
    assert list(Snapshot.objects.values_list("pk", flat=True)) == [alive.pk]
    assert dead.pk != alive.pk
    assert Snapshot.objects.newest_for("population", "t1") is None
