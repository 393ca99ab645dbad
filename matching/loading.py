"""Loading an extract: COPY into a staging table, one sorted INSERT into a partition of its own, indexes; then it is
visible all at once. It is one transaction: whatever dies, however, leaves no row and no table.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from audit.services import Actor, record
from identity.indexes import index_key
from matching.models import Snapshot, SnapshotState, Step
from matching.snapshots import pool, tables
from matching.snapshots.parsing import Parsed
from matching.snapshots.problems import PROBLEMS_KEPT, ExtractRefused, Problem
from matching.snapshots.progress import DatabaseProgress, Progress, Reporter
from matching.snapshots.reading import ExtractFile, FileOptions
from matching.vocabulary import Source

COPY_CHUNK = 1 << 20
ADVISORY_CLASS = 71_001  # "this snapshot is being loaded by a living process"
WORTH_CHILDREN = 4_000_000  # bytes of a file; below, starting processes takes longer than parsing
MEMORY = "128MB"
STAGING = "CREATE TEMPORARY TABLE staging ({columns}) ON COMMIT DROP"


@dataclass(frozen=True)
class Target:
    """Where the rows of a source go: columns in the order the parser gives them, less the line number."""

    columns: tuple[tuple[str, str], ...]
    insert: str


# The temporary table vanishes with the transaction, however it ends; the order of the INSERT is the order on disk.
TARGETS = {
    Source.POPULATION: Target(
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
            INSERT INTO {partition} (nik_index, kk_index, name, birth_place, birth_date,
                sex, kelurahan_code, rt, rw, occupation, status)
            SELECT DISTINCT ON (nik_index) nik_index, kk_index, name, birth_place, birth_date,
                sex, kelurahan_code, rt, rw, occupation, status
            FROM staging ORDER BY nik_index, line
        """,
    ),
    Source.ASSETS: Target(
        columns=(
            ("nik_index", "bytea"),
            ("kk_index", "bytea"),
            ("kind", "text"),
            ("number", "text"),
            ("value", "bigint"),
        ),
        insert="""
            INSERT INTO {partition} (line, nik_index, kk_index, kind, number, value)
            SELECT line, nik_index, kk_index, kind, number, value FROM staging ORDER BY nik_index, line
        """,
    ),
}
# A register may list a NIK twice only by saying so (status ganda); those rows become one.
REPEATED = """
    SELECT second, count(*) OVER () FROM (
        SELECT (array_agg(line ORDER BY line))[2] AS second FROM staging
        GROUP BY nik_index HAVING count(*) > 1 AND bool_or(status <> 'ganda')) AS repeated
    ORDER BY second LIMIT %s
"""


def load_extract(
    *,
    path: Path,
    source: str,
    as_of: date,
    index_key_id: str,
    by: Actor | None,
    options: FileOptions | None = None,
    progress: Reporter | None = None,
) -> Snapshot:
    """Load a file as a new extract under an index key and return it, ready.

    Raises ExtractRefused with lines and reasons (an entry with the report stays), or OSError; then nothing of the file
    is visible. `progress` is told once in a while how far it is.
    """
    clean_up_interrupted()
    path.stat()
    index_key(index_key_id)
    snapshot = Snapshot.objects.create(source=source, as_of=as_of, index_key_id=index_key_id, began_at=Now())
    try:
        with being_loaded(snapshot):
            load_into(snapshot, path, by=by, options=options, progress=progress)
    except ExtractRefused as refused:
        refuse(snapshot, refused)
        raise
    except BaseException:
        forget(snapshot)
        raise
    return snapshot


def load_into(
    snapshot: Snapshot,
    path: Path,
    *,
    by: Actor | None,
    options: FileOptions | None = None,
    progress: Reporter | None = None,
) -> None:
    """Fill an extract that this process holds (`being_loaded`) and make it visible. Raises ExtractRefused, OSError."""
    extract = ExtractFile(path, snapshot.source, options)
    kept = DatabaseProgress(snapshot)

    def tell(current: Progress) -> None:
        kept(current)
        if progress is not None:
            progress(current)

    try:
        with transaction.atomic():
            report = Progress(extract, tell)
            _copy_and_insert(snapshot, extract, report)
            _make_visible(snapshot, extract, report.rows, by)
    finally:
        kept.end()
    snapshot.refresh_from_db()


def _make_visible(snapshot: Snapshot, extract: ExtractFile, rows: int, by: Actor | None) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).update(
        row_count=rows,
        rows_read=rows,
        sha256=extract.sha256,
        found=extract.found,
        bytes_total=extract.size,
        bytes_read=extract.size,
        state=SnapshotState.READY,
        step="",
        upload="",
        ready_at=Now(),
    )
    data = {"source": snapshot.source, "rows": rows, "sha256": extract.sha256}
    record(by=by, verb="matching.extract_loaded", subject=snapshot, data=data)


def refuse(snapshot: Snapshot, refused: ExtractRefused) -> None:
    """Keep what is wrong with the file, for the report."""
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state=SnapshotState.REFUSED,
        step="",
        upload="",
        problems=[[one.line, one.column, one.code] for one in refused.problems],
        problem_count=refused.total,
    )


def forget(snapshot: Snapshot) -> None:
    """Take out the entry of an import that failed; a line that is cut leaves that to the next import."""
    if connection.is_usable():
        Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.LOADING).delete()


def _copy_and_insert(snapshot: Snapshot, extract: ExtractFile, report: Progress) -> None:
    target = TARGETS[Source(extract.source)]
    columns = ", ".join(f"{name} {kind}" for name, kind in (*target.columns, ("line", "bigint")))
    names = ", ".join(name for name, _kind in (*target.columns, ("line", "")))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'; SET LOCAL maintenance_work_mem = '{MEMORY}'")
        cursor.execute(STAGING.format(columns=columns))
        key = index_key(snapshot.index_key_id)
        stream = CopyStream(lambda: _parsed(extract, key), report)
        cursor.copy_expert(f"COPY staging ({names}) FROM STDIN", stream, COPY_CHUNK)
        stream.finish()
        report.step(Step.STORING)
        cursor.execute(target.insert.format(partition=tables.open_partition(snapshot.pk)))
        if cursor.rowcount != report.rows:
            _refuse_repeated(cursor)
        cursor.execute("DROP TABLE staging")
        report.step(Step.INDEXING)
        tables.attach_partition(snapshot.pk)


def _parsed(extract: ExtractFile, key: bytes) -> Iterator[Parsed]:
    """The rows of a file as text for COPY; parsed in children where the file is large."""
    chunks = extract.chunks()
    first = next(chunks, None)  # now the header has been read
    if first is None or extract.shape is None:
        return iter(())
    processes = int(getattr(settings, "DTKS_IMPORT_PROCESSES", 0)) or pool.cores()
    if extract.size < WORTH_CHILDREN:
        processes = 0
    return pool.parsed(chain([first], chunks), extract.shape, key, processes=processes)


def _refuse_repeated(cursor: Any) -> None:
    cursor.execute(REPEATED, [PROBLEMS_KEPT])
    found = cursor.fetchall()
    if found:
        raise ExtractRefused([Problem(line, "nik", "twice") for line, _total in found], found[0][1])


@contextmanager
def being_loaded(snapshot: Snapshot) -> Iterator[None]:
    """Hold a lock that ends with this process, so that others can tell an interrupted import from a running one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [ADVISORY_CLASS, snapshot.pk])
    try:
        yield
    finally:
        release(snapshot.pk)


def try_to_hold(snapshot_id: int) -> bool:
    """Take the lock of `being_loaded` unless a living process holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [ADVISORY_CLASS, snapshot_id])
        return bool(cursor.fetchone()[0])


def release(snapshot_id: int) -> None:
    if connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY_CLASS, snapshot_id])


def clean_up_interrupted() -> int:
    """Remove what imports that died have left: their entries only, since their rows were never committed.

    Entries of uploads stay: their file is still there, and a worker takes it up again (snapshots/uploads.py).
    """
    removed = 0
    for snapshot in Snapshot.objects.filter(state=SnapshotState.LOADING, upload=""):
        if not try_to_hold(snapshot.pk):
            continue
        try:
            removed += bool(Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.LOADING).delete()[0])
        finally:
            release(snapshot.pk)
    return removed


class CopyStream:
    """Parsed rows as what COPY reads. An error while reading ends the stream and is raised by `finish`."""

    def __init__(self, chunks: Callable[[], Iterator[Parsed]], report: Progress) -> None:
        self._start, self._report = chunks, report
        self._chunks: Iterator[Parsed] | None = None
        self._error: Exception | None = None
        self._problems: list[Problem] = []
        self._problem_count = 0

    def read(self, size: int) -> bytes:
        """The next chunk, of any length. After the first problem there is nothing more to store, only to count."""
        try:
            if self._chunks is None:
                self._chunks = self._start()
            for parsed in self._chunks:
                self._report.add(parsed.rows)
                self._problem_count += parsed.problem_count
                self._problems += parsed.problems[: PROBLEMS_KEPT - len(self._problems)]
                if parsed.text and not self._problem_count:
                    return parsed.text
        except Exception as error:
            self._error = error
        return b""

    def finish(self) -> None:
        """Raise what went wrong; ExtractRefused with all problems, those where reading ended included."""
        last = self._error.problems if isinstance(self._error, ExtractRefused) else []
        if self._error is not None and not last:
            raise self._error
        if not self._problem_count and not last and not self._report.rows:
            last = [Problem(1, "", "no_rows")]
        if self._problem_count or last:
            raise ExtractRefused([*self._problems, *last], self._problem_count + len(last))
