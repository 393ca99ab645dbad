"""What is detected in a file, and what a row becomes: without a database."""

import gzip
import hashlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest

from identity.indexes import index_key, keyed_index
from matching.snapshots import pool
from matching.snapshots.columns import COLUMNS, POPULATION_COLUMNS, folded_header, shape_of
from matching.snapshots.parsing import Parsed
from matching.snapshots.problems import CHOICES, REASONS, ExtractRefused, Problem
from matching.snapshots.reading import ExtractFile, FileOptions
from matching.vocabulary import Source
from tests.matching.town import kk_of, nik_of

HEADER = ",".join(POPULATION_COLUMNS)


def line(n: int, name: str = "SITI", **changes: str) -> str:
    values = dict.fromkeys(POPULATION_COLUMNS, "") | {"nik": nik_of(n), "no_kk": kk_of(n), "nama": name}
    values |= {"jenis_kelamin": "P", "status": "aktif"} | changes
    return ",".join(values.values())


def write(tmp_path: Path, *lines: str, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path = tmp_path / "berkas"
    text = "".join(f"{one}\n" for one in lines).replace(",", delimiter)
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path, options: FileOptions | None = None, *, processes: int = 0) -> tuple[ExtractFile, Parsed]:
    """All of a file as one `Parsed`."""
    extract = ExtractFile(path, "population", options)
    chunks = extract.chunks()
    first = next(chunks)
    assert extract.shape is not None
    return extract, together(pool.parsed(chain([first], chunks), extract.shape, index_key(), processes=processes))


def together(parts: Iterable[Parsed]) -> Parsed:
    whole = Parsed()
    for part in parts:
        whole.text += part.text
        whole.rows += part.rows
        whole.problem_count += part.problem_count
        whole.problems += part.problems
    return whole


def names(parsed: Parsed) -> list[str]:
    return [row.split("\t")[2] for row in parsed.text.decode().splitlines()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encoding_and_delimiter_are_detected(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = write(tmp_path, HEADER, line(1), line(2, "André"), encoding=encoding, delimiter=delimiter)
    extract, parsed = read(path)
    assert (names(parsed), parsed.problem_count) == (["SITI", "André"], 0)
    assert extract.found["encoding"] == ("Windows-1252" if encoding == "cp1252" else "UTF-8")
    assert extract.found["delimiter"] == {",": "comma", ";": "semicolon", "\t": "tab"}[delimiter]


def test_gzip_is_known_by_its_content_and_hashed_as_it_came(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, line(1), line(2))
    plain = path.read_bytes()
    path.write_bytes(gzip.compress(plain[:200]) + gzip.compress(plain[200:]))
    extract, parsed = read(path)
    assert (extract.is_compressed, parsed.rows) == (True, 2)
    assert extract.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert extract.bytes_read == extract.size


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, damage: str) -> None:
    path = write(tmp_path, HEADER, *(line(n) for n in range(500)))
    packed = bytearray(gzip.compress(path.read_bytes()))
    if damage == "cut":
        packed = packed[:-20]
    else:
        packed[-6] ^= 255
    path.write_bytes(packed)
    with pytest.raises(ExtractRefused) as refused:
        read(path)
    assert [one.code for one in refused.value.problems] == ["gzip"]


def test_windows_line_ends_and_quotation_marks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "berkas"
    path.write_bytes(f"{HEADER}\r\n{line(1)}\r\n{line(2, chr(34) + 'WATI, SITI' + chr(34))}\r\n".encode())
    _extract, parsed = read(path)
    assert names(parsed) == ["SITI", "WATI, SITI"]
    assert parsed.text.endswith(b"\taktif\t3\n")


def test_a_line_in_another_encoding_is_told_with_its_number(tmp_path: Path) -> None:
    lines = [HEADER, line(1, "André"), line(2), line(3, "René")]
    path = write(tmp_path, *lines)
    path.write_bytes(path.read_bytes().replace("René".encode(), b"Ren\xe9"))
    _extract, parsed = read(path, FileOptions(encoding="utf-8"))
    assert parsed.problems == [Problem(4, "", "encoding")]
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xe9", 1) + f"{line(4, 'Zoë')}\n".encode())
    _extract, parsed = read(path)
    assert (parsed.problems, names(parsed)) == ([Problem(5, "", "mixed")], ["André", "SITI", "René"])
    _extract, parsed = read(path, FileOptions(encoding="cp1252"))
    assert (parsed.problem_count, names(parsed)[-1]) == (0, "ZoÃ«")


def test_known_names_of_columns_are_understood_in_any_order(tmp_path: Path) -> None:
    path = write(tmp_path, "STATUS;Nama Lengkap;JK;No. KK;TGL_LAHIR;NIK;catatan", "aktif;Siti;L;;;9900000000000001;x")
    extract, parsed = read(path)
    assert (names(parsed), parsed.rows) == (["Siti"], 1)
    assert extract.found["ignored"] == 1
    assert extract.found["absent"] == ["tempat_lahir", "kode_kelurahan", "rt", "rw", "pekerjaan"]


def test_a_mapping_goes_before_known_names(tmp_path: Path) -> None:
    header = HEADER.replace("nama", "nama,Nama Baru").replace("status", "kondisi")
    path = write(tmp_path, header, line(1, "LAMA,BARU"))
    _extract, parsed = read(path, FileOptions(mapping={"nama": "nama baru", "status": "Kondisi"}))
    assert names(parsed) == ["BARU"]


@pytest.mark.parametrize(
    ("header", "mapping", "problem"),
    [
        ("", {}, Problem(1, "", "empty")),
        (HEADER.replace(",status", ""), {}, Problem(1, "status", "missing")),
        (HEADER.replace("nama", "nama_lengkap,nama_ktp"), {}, Problem(1, "nama", "doubled")),
        (HEADER + ",nik", {}, Problem(1, "nik", "doubled")),
        (HEADER, {"nama": "9900000000000001"}, Problem(1, "nama", "unmapped")),
    ],
)
def test_a_header_that_does_not_fit_is_refused(header: str, mapping: dict[str, str], problem: Problem) -> None:
    with pytest.raises(ExtractRefused) as refused:
        shape_of(header, "population", mapping=mapping)
    assert refused.value.problems == [problem]
    assert "9900000000000001" not in problem.reason


def test_a_file_without_a_header_does_not_name_its_first_person() -> None:
    with pytest.raises(ExtractRefused) as refused:
        shape_of(line(1), "population")
    assert nik_of(1) not in " ".join(one.reason for one in refused.value.problems)


def test_a_number_marked_as_text_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    _extract, parsed = read(write(tmp_path, HEADER, line(1, nik=f"'{nik_of(1)}", no_kk=f" {kk_of(1)} ")))
    nik, kk = parsed.text.decode().split("\t")[:2]
    assert nik == "\\\\x" + keyed_index("nik", nik_of(1)).hex()
    assert kk == "\\\\x" + keyed_index("kk", kk_of(1)).hex()


def test_children_parse_as_this_process_does(tmp_path: Path) -> None:
    lines = [line(n, "?" * 101 if n % 4_001 == 0 else f"ORANG {n}") for n in range(1, 12_000)]
    path = write(tmp_path, HEADER, *lines, line(1, "André"), encoding="cp1252")
    here, there = read(path)[1], read(path, processes=2)[1]
    assert here == there
    assert [one.line for one in there.problems] == [4_002, 8_003]
    assert there.rows == 11_998


def test_a_child_that_dies_ends_the_import(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pool, "CHILD", ("true",))
    with pytest.raises(pool.ChildDied):
        read(write(tmp_path, HEADER, line(1)), processes=1)


def test_every_reason_can_be_said() -> None:
    for code in REASONS:
        for column in ("", *CHOICES, *POPULATION_COLUMNS):
            assert Problem(1, column, code).reason


def test_the_aliases_of_a_source_are_folded_and_meet_nothing_else() -> None:
    for source in Source:
        known = [name for column in COLUMNS[source] for name in (column.name, *column.aliases)]
        assert len(known) == len(set(known))
        assert known == [folded_header(name) for name in known]
