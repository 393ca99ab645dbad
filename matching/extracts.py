"""Reading an extract of a register: a CSV file, row by row, in constant memory.

A row leaves this module with keyed indexes in place of NIK and KK. What is wrong with a row is told by its line number
and column; the value itself, which may be somebody's NIK, is never repeated.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from identity.indexes import keyed_index
from identity.names import clean_name
from matching.vocabulary import AssetKind, RegisterStatus, Source

POPULATION_COLUMNS = (
    "nik",
    "no_kk",
    "nama",
    "tempat_lahir",
    "tanggal_lahir",
    "jenis_kelamin",
    "kode_kelurahan",
    "rt",
    "rw",
    "pekerjaan",
    "status",
)
ASSET_COLUMNS = ("nik", "no_kk", "jenis", "nomor", "nilai")
PROBLEMS_SHOWN = 100

SIXTEEN_DIGITS = re.compile(r"\A[0-9]{16}\Z")
KELURAHAN = re.compile(r"\A([0-9]{2})\.?([0-9]{2})\.?([0-9]{2})\.?([0-9]{4})\Z")
UP_TO_THREE_DIGITS = re.compile(r"\A[0-9]{0,3}\Z")
MONEY = re.compile(r"\A[0-9]{1,18}\Z")
DATE_FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
STATUSES: dict[str, str] = {value: value for value in RegisterStatus.values}
KINDS: dict[str, str] = {value: value for value in AssetKind.values}
SEXES = {"l": "L", "laki-laki": "L", "p": "P", "perempuan": "P"}

if TYPE_CHECKING:
    from _csv import Reader

Row = tuple[str | bytes | None, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong in one line of a file (line 1 is the header)."""

    line: int
    reason: str


class ExtractRefused(Exception):
    """The file cannot be loaded; nothing of it is visible. `problems` are the first ones of `total`."""

    def __init__(self, problems: list[Problem], total: int | None = None) -> None:
        super().__init__(f"{total or len(problems)} problems")
        self.problems = problems
        self.total = total or len(problems)


class BadValue(Exception):
    """A value of a row cannot be read; the reason names the column, never the value."""


@dataclass
class ExtractFile:
    """A file while it is read: its hash, its good rows, and the problems found so far."""

    path: Path
    source: str
    index_key_id: str
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    rows: int = 0
    bytes_read: int = 0
    sha256: str = ""

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def read(self) -> Iterator[Row]:
        """Good rows, each ending with its line number. Raises ExtractRefused where reading on makes no sense."""
        parse = ROW_PARSERS[Source(self.source)]
        columns = COLUMNS[Source(self.source)]
        with self.path.open("rb") as raw:
            hashing = HashingReader(raw, self)
            text = io.TextIOWrapper(io.BufferedReader(hashing, 1 << 18), encoding="utf-8-sig", newline="")
            reader = csv.reader(text, strict=True)
            lines = _lines(reader)
            _check_header(next(lines, (1, []))[1], columns)
            for line, values in lines:
                if not values:
                    continue
                try:
                    if len(values) != len(columns):
                        raise BadValue(_wrong_width(values, columns))
                    row = parse(values, self.index_key_id)
                except BadValue as bad:
                    self.add_problem(line, str(bad))
                    continue
                self.rows += 1
                yield (*row, str(line))
            if hashing.last_byte != b"\n":
                self.add_problem(reader.line_num, _("The file ends in the middle of a line: it seems to be cut off."))
        self.sha256 = hashing.digest.hexdigest()
        if self.rows == 0 and not self.problem_count:
            self.add_problem(1, _("The file has no rows."))

    def add_problem(self, line: int, reason: str) -> None:
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_SHOWN:
            self.problems.append(Problem(line, reason))

    def refuse_if_bad(self) -> None:
        if self.problem_count:
            raise ExtractRefused(self.problems, self.problem_count)


class HashingReader(io.RawIOBase):
    """Hashes and counts what is read from a file."""

    def __init__(self, raw: BinaryIO, extract: ExtractFile) -> None:
        self.raw, self.extract = raw, extract
        self.digest = hashlib.sha256()
        self.last_byte = b"\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        count = self.raw.readinto(buffer)  # type: ignore[attr-defined]
        if count:
            chunk = memoryview(buffer)[:count]
            self.digest.update(chunk)
            self.last_byte = bytes(chunk[-1:])
            self.extract.bytes_read += count
        return int(count or 0)


def _lines(reader: "Reader") -> Iterator[tuple[int, list[str]]]:
    """(line number, values) of each line; a file that is no UTF-8 or no CSV is refused."""
    try:
        for values in reader:
            yield reader.line_num, values
    except UnicodeDecodeError:
        raise ExtractRefused(
            [Problem(reader.line_num + 1, _("The file is not UTF-8 text. Save it again with the encoding UTF-8."))]
        ) from None
    except csv.Error:
        raise ExtractRefused(
            [
                Problem(
                    reader.line_num,
                    _("This line is no valid CSV: a quotation mark is missing, or the file is cut off."),
                )
            ]
        ) from None


def _check_header(header: list[str], columns: tuple[str, ...]) -> None:
    if tuple(header) == columns:
        return
    names = ",".join(columns)
    if not header:
        reason = _("The file is empty. Its first line must be: %(columns)s") % {"columns": names}
    elif doubled := sorted({name for name in header if header.count(name) > 1 and name in columns}):
        reason = _("The header names a column twice: %(columns)s") % {"columns": ", ".join(doubled)}
    elif missing := [name for name in columns if name not in header]:
        reason = _("The header lacks: %(missing)s. It must be: %(columns)s") % {
            "missing": ", ".join(missing),
            "columns": names,
        }
    else:
        reason = _("The header must be exactly: %(columns)s") % {"columns": names}
    raise ExtractRefused([Problem(1, reason)])


def _wrong_width(values: list[str], columns: tuple[str, ...]) -> str:
    return _("The line has %(found)d values instead of %(wanted)d.") % {"found": len(values), "wanted": len(columns)}


def parse_population(values: list[str], key_id: str) -> Row:
    """nik_index, kk_index, name, birth place and date, sex, kelurahan, RT, RW, occupation, status."""
    nik, kk, name, place, born, sex, kelurahan, rt, rw, occupation, status = values
    if nik == "nik":
        raise BadValue(_("The header is repeated in the middle of the file."))
    return (
        _index("nik", "nik", nik, key_id, required=True),
        _index("no_kk", "kk", kk, key_id),
        _name(name),
        _text("tempat_lahir", place),
        _date(born),
        _choice("jenis_kelamin", SEXES, sex),
        _kelurahan(kelurahan),
        _three_digits("rt", rt),
        _three_digits("rw", rw),
        _text("pekerjaan", occupation),
        _choice("status", STATUSES, status),
    )


def parse_asset(values: list[str], key_id: str) -> Row:
    """nik_index, kk_index, kind, number, value in rupiah."""
    nik, kk, kind, number, value = values
    if nik == "nik":
        raise BadValue(_("The header is repeated in the middle of the file."))
    if not nik.strip() and not kk.strip():
        raise BadValue(_("Neither nik nor no_kk is given: nobody could be found by this line."))
    value = value.strip()
    if value and not MONEY.match(value):
        raise BadValue(_("nilai must be a whole number of rupiah, digits only, or empty."))
    return (
        _index("nik", "nik", nik, key_id),
        _index("no_kk", "kk", kk, key_id),
        _choice("jenis", KINDS, kind),
        _text("nomor", number, limit=40),
        value or None,
    )


COLUMNS = {Source.POPULATION: POPULATION_COLUMNS, Source.ASSETS: ASSET_COLUMNS}
ROW_PARSERS: dict[Source, Callable[[list[str], str], Row]] = {
    Source.POPULATION: parse_population,
    Source.ASSETS: parse_asset,
}


def _index(column: str, kind: str, text: str, key_id: str, *, required: bool = False) -> bytes | None:
    digits = text.strip()
    if not digits and not required:
        return None
    if not SIXTEEN_DIGITS.match(digits):
        raise BadValue(_("%(column)s must have exactly 16 digits.") % {"column": column})
    return keyed_index(kind, digits, key_id=key_id)


def _name(text: str) -> str:
    if text.isascii() and text.isprintable():
        name = " ".join(text.split())
        if 0 < len(name) <= 100:
            return name
    try:
        return clean_name(text)
    except ValidationError:
        raise BadValue(_("nama is empty, longer than 100 letters, or holds characters that cannot be shown.")) from None


def _text(column: str, text: str, *, limit: int = 100) -> str:
    value = " ".join(text.split())
    if len(value) > limit or not value.isprintable():
        raise BadValue(
            _("%(column)s is longer than %(limit)d characters or holds characters that cannot be shown.")
            % {"column": column, "limit": limit}
        )
    return value


def _date(text: str) -> str | None:
    value = text.strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        for form in DATE_FORMS[1:]:
            try:
                return datetime.strptime(value, form).date().isoformat()
            except ValueError:
                continue
    raise BadValue(_("tanggal_lahir is not a date. Write it as 1990-12-31 or 31-12-1990."))


def _choice(column: str, choices: dict[str, str], text: str) -> str:
    value = choices.get(text.strip().lower())
    if value is None:
        raise BadValue(_("%(column)s must be one of: %(choices)s") % {"column": column, "choices": ", ".join(choices)})
    return value


def _kelurahan(text: str) -> str:
    value = text.strip()
    if not value:
        return ""
    parts = KELURAHAN.match(value)
    if parts is None:
        raise BadValue(_("kode_kelurahan must be a code of the Ministry of Home Affairs, such as 31.71.01.1001."))
    return ".".join(parts.groups())


def _three_digits(column: str, text: str) -> str:
    value = text.strip()
    if not UP_TO_THREE_DIGITS.match(value):
        raise BadValue(_("%(column)s must have up to three digits.") % {"column": column})
    return value.zfill(3) if value else ""
