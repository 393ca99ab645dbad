"""Lines of a file into lines of COPY, with keyed indexes in place of NIK and KK: the part that costs time.

What repeats in a register (areas, dates, occupations) is checked once and remembered. Nothing here needs Django's
settings, so that it runs in processes of its own (pool.py).
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter

from django.core.exceptions import ValidationError

from identity.indexes import index_maker
from identity.names import clean_name
from matching.snapshots.columns import Shape
from matching.snapshots.problems import CHOICES, PROBLEMS_KEPT, TEXT_LIMIT, TEXT_LIMITS, BadValue, Problem
from matching.vocabulary import Source

KELURAHAN = re.compile(r"\A([0-9]{2})\.?([0-9]{2})\.?([0-9]{2})\.?([0-9]{4})\Z")
UP_TO_THREE_DIGITS = re.compile(r"\A[0-9]{0,3}\Z")
MONEY = re.compile(r"\A[0-9]{1,18}\Z")
OTHER_DATE_FORMS = ("%d-%m-%Y", "%d/%m/%Y")
REMEMBERED = 1 << 16  # values of a column
NULL = "\\N"

Lines = Iterable[tuple[int, list[str]]]
Build = Callable[[Sequence[str], int, bool], str]


@dataclass(frozen=True)
class Chunk:
    """Whole lines of a file; `first_line` is the number of the first one. `is_sure`: a person named the encoding."""

    first_line: int
    data: bytes
    encoding: str
    is_sure: bool = False


@dataclass
class Parsed:
    """What became of a chunk: text for COPY, how many rows, and what is wrong (the first ones of `problem_count`)."""

    text: bytes = b""
    rows: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, line: int, column: str, code: str) -> None:
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(Problem(line, column, code))


class Remembered(dict[str, str]):
    """What a function made of a text, for texts that come again and again; holds so many and no more."""

    def __init__(self, read: Callable[[str], str], most: int = REMEMBERED) -> None:
        super().__init__()
        self._read, self._most = read, most

    def __missing__(self, text: str) -> str:
        value = self._read(text)
        if len(self) < self._most:
            self[text] = value
        return value


class Parser:
    """Reads chunks of one file. `key` is the index key of the phase."""

    def __init__(self, shape: Shape, key: bytes) -> None:
        self.shape = shape
        self.build = BUILDERS[Source(shape.source)](key)
        self.is_in_order = shape.positions == tuple(range(shape.width))
        self.pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*shape.positions)

    def parse(self, chunk: Chunk) -> Parsed:
        """Each good row as a line of COPY that ends with its line number."""
        parsed = Parsed()
        width, pick, build, in_order = self.shape.width, self.pick, self.build, self.is_in_order
        made: list[str] = []
        lines, is_tidy = self._lines(chunk, parsed)
        for line, values in lines:
            if len(values) != width:
                if any(values):
                    parsed.add(line, "", "width")
                continue
            try:
                made.append(
                    build(values if in_order else pick([*values, ""]), line, is_tidy)
                )  # -1: a column that is not there
            except BadValue as bad:
                parsed.add(line, bad.column, bad.code)
        parsed.rows = len(made)
        parsed.text = "".join(made).encode()
        return parsed

    def _lines(self, chunk: Chunk, parsed: Parsed) -> tuple[Lines, bool]:
        """The rows of a chunk, and whether it is tidy: every value in it is printable, trimmed ASCII without `\\`."""
        text = _decoded(chunk, parsed)
        if '"' in text or "\0" in text:
            return self._quoted_lines(text, chunk.first_line, parsed), False
        delimiter = self.shape.delimiter
        lines = text.replace("\r\n", "\n").split("\n") if "\r" in text else text.split("\n")
        loose = ("  ", "\\", f" {delimiter}", f"{delimiter} ", " \n", "\n ")  # a space at an edge, two in a row
        is_tidy = (
            text.isascii()
            and text[:1] != " "
            and not any(one in text for one in loose)
            and "".join(lines).isprintable()
        )
        return enumerate([line.split(delimiter) for line in lines], chunk.first_line), is_tidy

    def _quoted_lines(self, text: str, first: int, parsed: Parsed) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.shape.delimiter, strict=True)
        while True:
            began = first + reader.line_num
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error:
                parsed.add(began, "", "csv")
                continue
            yield began, values


def _decoded(chunk: Chunk, parsed: Parsed) -> str:
    """The text of a chunk. A line in another encoding than the file's is told and left out."""
    data = chunk.data
    if data.isascii():
        return data.decode("ascii")
    suspicious = chunk.encoding == "cp1252" and not chunk.is_sure
    if not suspicious:
        try:
            return data.decode(chunk.encoding)
        except UnicodeDecodeError:
            pass
    lines = data.split(b"\n")
    for place, line in enumerate(lines):
        if line.isascii():
            continue
        if suspicious and _reads_as(line, "utf-8"):
            parsed.add(chunk.first_line + place, "", "mixed")
        elif not _reads_as(line, chunk.encoding):
            parsed.add(chunk.first_line + place, "", "encoding")
        else:
            continue
        lines[place] = b""
    return b"\n".join(lines).decode(chunk.encoding)


def _reads_as(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def population_builder(key: bytes) -> Build:
    """nik_index, kk_index, name, birth place and date, sex, kelurahan, RT, RW, occupation, status."""
    nik_index, kk_index = _index("nik", "nik", key), lru_cache(1000)(_index("no_kk", "kk", key))
    places, works, days = Remembered(_text("tempat_lahir")), Remembered(_text("pekerjaan")), Remembered(_date)
    sexes, statuses, areas = Remembered(_choice("jenis_kelamin")), Remembered(_choice("status")), Remembered(_kelurahan)
    rts, rws = Remembered(_three_digits("rt")), Remembered(_three_digits("rw"))

    def build(values: Sequence[str], line: int, is_tidy: bool) -> str:
        nik, kk, name, place, born, sex, kelurahan, rt, rw, occupation, status = values
        if nik == "nik":
            raise BadValue("", "repeated_header")
        if not is_tidy or not 0 < len(name) <= 100:
            name = _name(name)
        return (
            f"{nik_index(nik)}\t{kk_index(kk) if kk else NULL}\t{name}\t{places[place]}\t{days[born]}"
            f"\t{sexes[sex]}\t{areas[kelurahan]}\t{rts[rt]}\t{rws[rw]}\t{works[occupation]}"
            f"\t{statuses[status]}\t{line}\n"
        )

    return build


def asset_builder(key: bytes) -> Build:
    """nik_index, kk_index, kind, number, value in rupiah."""
    nik_index, kk_index = _index("nik", "nik", key), _index("no_kk", "kk", key)
    kinds, number_of = Remembered(_choice("jenis")), _text("nomor")

    def build(values: Sequence[str], line: int, is_tidy: bool) -> str:
        nik, kk, kind, number, value = (value.strip() for value in values)
        if nik == "nik":
            raise BadValue("", "repeated_header")
        if not nik and not kk:
            raise BadValue("nik", "no_owner")
        if value and not MONEY.match(value):
            raise BadValue("nilai", "money")
        indexes = f"{nik_index(nik) if nik else NULL}\t{kk_index(kk) if kk else NULL}"
        return f"{indexes}\t{kinds[kind]}\t{number_of(number)}\t{value or NULL}\t{line}\n"

    return build


BUILDERS: dict[Source, Callable[[bytes], Build]] = {
    Source.POPULATION: population_builder,
    Source.ASSETS: asset_builder,
}


def _index(column: str, kind: str, key: bytes) -> Callable[[str], str]:
    make = index_maker(kind, key)
    optional = column == "no_kk"

    def index(text: str) -> str:
        if len(text) != 16 or not (text.isascii() and text.isdecimal()):
            text = text.strip().lstrip("'")  # spreadsheets write '99… to keep a number a text
            if not text and optional:
                return NULL
            if len(text) != 16 or not (text.isascii() and text.isdecimal()):
                raise BadValue(column, "digits")
        return "\\\\x" + make(text)

    return index


def _name(text: str) -> str:
    if text.isascii() and text.isprintable():
        name = " ".join(text.split())
        if 0 < len(name) <= 100:
            return name.replace("\\", "\\\\") if "\\" in name else name
    try:
        return clean_name(text).replace("\\", "\\\\")
    except ValidationError:
        raise BadValue("nama", "name") from None


def _text(column: str) -> Callable[[str], str]:
    limit = TEXT_LIMITS.get(column, TEXT_LIMIT)

    def read(text: str) -> str:
        value = " ".join(text.split())
        if len(value) > limit or not value.isprintable():
            raise BadValue(column, "text")
        return value.replace("\\", "\\\\")

    return read


def _date(text: str) -> str:
    value = text.strip()
    if not value:
        return NULL
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        for form in OTHER_DATE_FORMS:
            try:
                return datetime.strptime(value, form).date().isoformat()
            except ValueError:
                continue
    raise BadValue("tanggal_lahir", "date")


def _choice(column: str) -> Callable[[str], str]:
    choices = CHOICES[column]

    def read(text: str) -> str:
        value = choices.get(text.strip().lower())
        if value is None:
            raise BadValue(column, "choice")
        return value

    return read


def _kelurahan(text: str) -> str:
    value = text.strip()
    if not value:
        return ""
    parts = KELURAHAN.match(value)
    if parts is None:
        raise BadValue("kode_kelurahan", "area")
    return ".".join(parts.groups())


def _three_digits(column: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        value = text.strip()
        if not UP_TO_THREE_DIGITS.match(value):
            raise BadValue(column, "three_digits")
        return value.zfill(3) if value else ""

    return read
