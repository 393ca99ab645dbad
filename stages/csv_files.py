"""Reading a CSV file from outside: every complaint names its line, and a file with complaints counts as unread."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from django.utils.translation import gettext_lazy as _

from stages.errors import BadFile, RowError

MAX_ERRORS = 50  # of a file, then reading stops
MAX_CELL = 2_000  # characters


def sha256_of(stream: IO[bytes]) -> str:
    """Checksum of the whole stream, which is left at its beginning."""
    digest = hashlib.sha256()
    stream.seek(0)
    while block := stream.read(1 << 20):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def read_rows(
    stream: IO[bytes], *, required: Sequence[str], aliases: Mapping[str, str] | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, {column: text}) of a UTF-8 CSV with a header, comma or semicolon between cells; spaces trimmed.

    Column names are compared without regard to case; `aliases` gives other names for columns. Raises BadFile for a
    wrong encoding, a missing or doubled column, NUL bytes, or a row of another length.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="strict", newline="")
    line = 1
    try:
        head = text.readline(100_000)
        if not head.strip():
            raise BadFile([RowError(1, _("The file is empty."))])
        delimiter = ";" if head.count(";") > head.count(",") else ","
        columns = _columns(next(csv.reader([head], delimiter=delimiter)), required, aliases or {})
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        for cells in reader:
            line = 1 + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                raise BadFile([RowError(line, _("This line has another number of cells than the header."))])
            if any("\0" in cell or len(cell) > MAX_CELL for cell in cells):
                raise BadFile([RowError(line, _("This line holds characters that do not belong into a list."))])
            yield line, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    except UnicodeDecodeError:
        raise BadFile([RowError(line, _("The file is not UTF-8 text. Save it as CSV UTF-8."))]) from None
    except csv.Error:
        raise BadFile([RowError(line + 1, _("This line cannot be read as CSV. Is a quotation mark open?"))]) from None
    finally:
        text.detach()


def _columns(head: list[str], required: Sequence[str], aliases: Mapping[str, str]) -> list[str]:
    names = [name.strip().lower() for name in head]
    columns = [aliases.get(name, name) for name in names]
    missing = [name for name in required if name not in columns]
    if missing:
        text = _("The header lacks: %(columns)s.") % {"columns": ", ".join(missing)}
        raise BadFile([RowError(1, text)])
    if len(set(columns)) != len(columns):
        raise BadFile([RowError(1, _("The header names a column twice."))])
    return columns
