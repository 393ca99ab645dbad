"""Loading an extract: COPY into a staging table, then one sorted INSERT; visible all at once, or not at all."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import Actor, record
from matching.extracts import PROBLEMS_SHOWN, ExtractFile, ExtractRefused, Problem, Row
from matching.models import Snapshot, SnapshotState
from matching.vocabulary import Source

log = logging.getLogger(__name__)

COPY_CHUNK = 1 << 16
ADVISORY_CLASS = 71_001  # "this snapshot is being loaded by a living process"


@dataclass(frozen=True)
class Target:
    """Where the rows of a source go: columns in the order the parser gives them, less the line number."""

    table: str
    columns: tuple[tuple[str, str], ...]
    insert: str


# The temporary table vanishes with the transaction, however it ends; the order of the INSERT is the order on disk.
TARGETS = {
    Source.POPULATION: Target(
        table="matching_populationrecord",
        columns=(
            ("nik_index", "bytea"),
            ("kk_index", "bytea"),
            ("name", "text"),
            ("birth_place", "text"),
            ("birth_date", "date"),
            ("sex", "text"),
            ("kelurahan_code", "text"),
            ("rt", "text"),
            ("rw", "text"),
            ("occupation", "text"),
            ("status", "text"),
        ),
        insert="""
            INSERT INTO matching_populationrecord (snapshot_id, nik_index, kk_index, name, birth_place, birth_date,
                sex, kelurahan_code, rt, rw, occupation, status)
            SELECT DISTINCT ON (nik_index) %s, nik_index, kk_index, name, birth_place, birth_date,
                sex, kelurahan_code, rt, rw, occupation, status
            FROM staging ORDER BY nik_index, line
        """,
    ),
    Source.ASSETS: Target(
        table="matching_assetrecord",
        columns=(
            ("nik_index", "bytea"),
            ("kk_index", "bytea"),
            ("kind", "text"),
            ("number", "text"),
            ("value", "bigint"),
        ),
        insert="""
            INSERT INTO matching_assetrecord (snapshot_id, line, nik_index, kk_index, kind, number, value)
            SELECT %s, line, nik_index, kk_index, kind, number, value FROM staging ORDER BY nik_index, line
        """,
    ),
}
# A register may list a NIK twice only by saying so (status ganda); those rows become one.
REPEATED = """
    SELECT (array_agg(line ORDER BY line))[2] AS second FROM staging
    GROUP BY nik_index HAVING count(*) > 1 AND bool_or(status <> 'ganda') ORDER BY second LIMIT %s
"""


def load_extract(
    *,
    path: Path,
    source: str,
    as_of: date,
    index_key_id: str,
    by: Actor | None,
    progress: Callable[[str, ExtractFile], None] = lambda step, extract: None,
) -> Snapshot:
    """Load a file as a new extract under an index key and return it, ready.

    Raises ExtractRefused with lines and reasons, or OSError; then nothing of the file is visible. `progress` is
    called with "read" and "store" and the file as far as it is read.
    """
    clean_up_interrupted()
    extract = ExtractFile(path=path, source=source, index_key_id=index_key_id)
    snapshot = Snapshot.objects.create(source=source, as_of=as_of, index_key_id=index_key_id)
    try:
        with being_loaded(snapshot), transaction.atomic():
            _copy_and_insert(snapshot, extract, progress)
            snapshot.sha256 = extract.sha256
            snapshot.state = SnapshotState.READY
            snapshot.ready_at = Now()
            snapshot.save(update_fields=["sha256", "row_count", "state", "ready_at"])
            record(
                by=by,
                verb="matching.extract_loaded",
                subject=snapshot,
                data={"source": source, "rows": snapshot.row_count, "sha256": snapshot.sha256},
            )
    except BaseException:
        Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.LOADING).delete()
        raise
    snapshot.refresh_from_db()
    return snapshot


def _copy_and_insert(snapshot: Snapshot, extract: ExtractFile, progress: Callable[[str, ExtractFile], None]) -> None:
    target = TARGETS[Source(extract.source)]
    columns = ", ".join(f"{name} {kind}" for name, kind in (*target.columns, ("line", "bigint")))
    names = ", ".join(name for name, _kind in (*target.columns, ("line", "")))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(f"CREATE TEMPORARY TABLE staging ({columns}) ON COMMIT DROP")
        stream = CopyStream(extract.read(), lambda: progress("read", extract))
        cursor.copy_expert(f"COPY staging ({names}) FROM STDIN", stream, COPY_CHUNK)
        stream.raise_error()
        progress("store", extract)
        extract.refuse_if_bad()
        cursor.execute(target.insert, [snapshot.pk])
        if cursor.rowcount != extract.rows:
            _refuse_repeated(cursor)
        snapshot.row_count = extract.rows
        cursor.execute("DROP TABLE staging")


def _refuse_repeated(cursor: Any) -> None:
    cursor.execute(REPEATED, [PROBLEMS_SHOWN])
    reason = _("This NIK stands in an earlier line already, and the status of not all of these lines is ganda.")
    problems = [Problem(line, reason) for (line,) in cursor.fetchall()]
    if problems:
        raise ExtractRefused(problems)


@contextmanager
def being_loaded(snapshot: Snapshot) -> Iterator[None]:
    """Hold a lock that ends with this process, so that others can tell an interrupted import from a running one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [ADVISORY_CLASS, snapshot.pk])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY_CLASS, snapshot.pk])


def clean_up_interrupted() -> int:
    """Remove what imports that died have left: their entries only, since their rows were never committed."""
    removed = 0
    for snapshot in Snapshot.objects.filter(state=SnapshotState.LOADING):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [ADVISORY_CLASS, snapshot.pk])
            if not cursor.fetchone()[0]:
                continue
            snapshot.delete()
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY_CLASS, snapshot.pk])
        removed += 1
    return removed


class CopyStream:
    """Rows as the text that COPY reads. An error while reading ends the stream and is raised afterwards."""

    def __init__(self, rows: Iterator[Row], tick: Callable[[], None]) -> None:
        self._rows, self._tick = rows, tick
        self._rest = ""
        self._error: Exception | None = None

    def read(self, size: int) -> str:
        parts = [self._rest]
        length = len(self._rest)
        try:
            while length < size and (row := next(self._rows, None)) is not None:
                line = "\t".join([copy_text(value) for value in row]) + "\n"
                parts.append(line)
                length += len(line)
        except Exception as error:
            self._error = error
            return ""
        self._tick()
        text = "".join(parts)
        self._rest = text[size:]
        return text[:size]

    def raise_error(self) -> None:
        if self._error is not None:
            raise self._error


def copy_text(value: str | bytes | None) -> str:
    """A value in COPY's text format."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return value.replace("\\", "\\\\") if "\\" in value else value
