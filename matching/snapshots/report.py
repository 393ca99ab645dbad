"""What is wrong with a file, as a CSV file: line, column, code and sentence; never a value of the file."""

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from matching.models import Snapshot
from matching.snapshots.problems import Problem

if TYPE_CHECKING:
    from _csv import Writer

HEADER = ("baris", "kolom", "kode", "alasan")


def problems_of(snapshot: Snapshot) -> list[Problem]:
    """The errors kept of a refused file."""
    return [Problem(line, column, code) for line, column, code in snapshot.problems]


def report_of(snapshot: Snapshot) -> str:
    """The report of a refused file, in the language of the reader."""
    text = io.StringIO(newline="")
    write_report(csv.writer(text), problems_of(snapshot), snapshot.problem_count)
    return text.getvalue()


def write_report(writer: "Writer", problems: Iterable[Problem], total: int) -> None:
    """One row for each error kept; where more were counted, a last row says how many."""
    writer.writerow(HEADER)
    rows = [(one.line, one.column, one.code, one.reason) for one in problems]
    writer.writerows(rows)
    if total > len(rows):
        writer.writerow(("", "", "more", total - len(rows)))
