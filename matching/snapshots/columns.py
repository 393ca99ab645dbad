"""Which column of a file is which: the names under which registers are known to hand out each of ours."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from matching.snapshots.problems import ExtractRefused, Problem
from matching.vocabulary import Source

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Column:
    """`aliases` as `folded_header` writes them. A column that is not `required` counts as empty where it is missing."""

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = True


COLUMNS: dict[Source, tuple[Column, ...]] = {
    Source.POPULATION: (
        Column("nik", ("no_nik", "nomor_nik", "no_ktp", "nomor_ktp", "nomor_induk_kependudukan", "nik_penduduk")),
        Column("no_kk", ("kk", "nokk", "nomor_kk", "no_kartu_keluarga", "nomor_kartu_keluarga"), required=False),
        Column("nama", ("nama_lengkap", "nama_lgkp", "nama_penduduk", "nama_ktp")),
        Column("tempat_lahir", ("tmpt_lahir", "tmpt_lhr", "tmp_lahir", "tempat_lhr"), required=False),
        Column("tanggal_lahir", ("tgl_lahir", "tgl_lhr", "tanggal_lhr", "tgllahir")),
        Column("jenis_kelamin", ("jk", "jenis_klmin", "jns_kelamin", "kelamin", "jkel", "l_p")),
        Column(
            "kode_kelurahan", ("kode_desa", "kode_wilayah", "kd_kel", "kode_kel", "kode_kemendagri"), required=False
        ),
        Column("rt", ("no_rt", "nomor_rt"), required=False),
        Column("rw", ("no_rw", "nomor_rw"), required=False),
        Column("pekerjaan", ("jenis_pekerjaan", "jenis_pkrjn", "jns_pekerjaan"), required=False),
        Column("status", ("status_penduduk", "status_nik", "status_kependudukan", "ket_status")),
    ),
    Source.ASSETS: (
        Column("nik", ("no_nik", "nik_pemilik", "no_ktp", "nomor_induk_kependudukan", "nik_wp"), required=False),
        Column("no_kk", ("kk", "nokk", "nomor_kk", "no_kartu_keluarga", "kk_pemilik"), required=False),
        Column("jenis", ("jenis_aset", "jenis_objek", "jenis_kendaraan", "kategori")),
        Column("nomor", ("no_polisi", "nopol", "nomor_polisi", "nop", "nomor_objek_pajak"), required=False),
        Column("nilai", ("njkb", "njop", "nilai_jual", "nilai_rupiah", "total_njop"), required=False),
    ),
}
POPULATION_COLUMNS = tuple(column.name for column in COLUMNS[Source.POPULATION])
ASSET_COLUMNS = tuple(column.name for column in COLUMNS[Source.ASSETS])


@dataclass(frozen=True)
class Shape:
    """How the lines of one file are read. `positions` of our columns in its rows; -1 where the file has none."""

    source: str
    delimiter: str
    width: int
    positions: tuple[int, ...]

    @property
    def absent(self) -> list[str]:
        """Our columns that the file does not have."""
        columns = COLUMNS[Source(self.source)]
        return [column.name for column, place in zip(columns, self.positions, strict=True) if place < 0]


def folded_header(text: str) -> str:
    """ "No. KK " and "NO_KK" → "no_kk"."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def shape_of(
    header: str, source: str, *, delimiter: str | None = None, mapping: Mapping[str, str] | None = None
) -> Shape:
    """Which value of a row is which, from the first line of a file.

    `mapping` is {our column: name in the file} and goes before the aliases. Unknown columns are ignored, and never
    named: the first line of a file without a header is somebody. Raises ExtractRefused.
    """
    if not header.strip():
        raise ExtractRefused([Problem(1, "", "empty")])
    candidates = [delimiter] if delimiter else DELIMITERS
    tried = [_shape(header, source, one, mapping or {}) for one in candidates]
    best = max(tried, key=lambda found: len(found[0].positions) - len(found[0].absent))
    shape, problems = best
    if problems:
        raise ExtractRefused(problems)
    return shape


def _shape(header: str, source: str, delimiter: str, mapping: Mapping[str, str]) -> tuple[Shape, list[Problem]]:
    try:
        names = [folded_header(name) for name in next(csv.reader([header], delimiter=delimiter, strict=True), [])]
    except csv.Error:
        names = []
    positions, problems, missing = [], [], []
    for column in COLUMNS[Source(source)]:
        given = mapping.get(column.name)
        wanted = {folded_header(given)} if given else {column.name, *column.aliases}
        places = [place for place, name in enumerate(names) if name in wanted]
        if not given and column.name in names:  # our own name goes before an alias
            places = [place for place in places if names[place] == column.name]
        positions.append(places[0] if places else -1)
        if len(places) > 1:
            problems.append(Problem(1, column.name, "doubled"))
        elif not places and given:
            problems.append(Problem(1, column.name, "unmapped"))
        elif not places and column.required:
            missing.append(column.name)
    if missing:
        problems.append(Problem(1, ", ".join(missing), "missing"))
    elif source == Source.ASSETS and positions[0] < 0 and positions[1] < 0:
        problems.append(Problem(1, "nik, no_kk", "missing"))
    return Shape(source, delimiter, len(names), tuple(positions)), problems
