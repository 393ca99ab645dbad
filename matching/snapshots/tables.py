"""The partitions of extracts. The tables belong to the owner's role; these functions of the database act for it."""

from collections.abc import Iterable

from django.db import connection

PARTITIONS = """
    SELECT substring(tablename FROM '[0-9]+$')::int FROM pg_tables
    WHERE schemaname = 'public' AND tablename ~ '^matching_(population|asset)record_[0-9]+$'
"""


def open_partition(snapshot_id: int) -> str:
    """Make the table of an extract that is loading; returns its name. Nobody sees it before it is attached."""
    return str(_call("matching_open_extract", snapshot_id))


def attach_partition(snapshot_id: int) -> None:
    """Build the keys and indexes of a loaded table and put it among the others."""
    _call("matching_attach_extract", snapshot_id)


def drop_partition(snapshot_id: int) -> bool:
    """Remove the rows of an extract that is not ready. False: readers were in the way, so it was only emptied."""
    return bool(_call("matching_drop_extract", snapshot_id))


def drop_strays(keep: Iterable[int]) -> int:
    """Remove emptied partitions, and those of extracts that are not there any more."""
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        strays = {number for (number,) in cursor.fetchall()} - set(keep)
    return sum(drop_partition(number) for number in sorted(strays))


def _call(function: str, snapshot_id: int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [snapshot_id])
        return cursor.fetchone()[0]
