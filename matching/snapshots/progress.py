"""How far an import is: told to a terminal, and to the database for the page of the extract."""

import logging
import time
from collections.abc import Callable
from typing import TextIO

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from matching.models import Snapshot, Step
from matching.snapshots.reading import ExtractFile

log = logging.getLogger(__name__)

WRITE = """
    UPDATE matching_snapshot SET step = %s, bytes_total = %s, bytes_read = %s, rows_read = %s, progress_at = now()
    WHERE id = %s AND state = 'loading'
"""
TELL_EVERY = 0.5  # seconds
BAR = 24  # characters


class Progress:
    """Counts rows and tells its reporter, not more often than twice a second."""

    def __init__(self, extract: ExtractFile, reporter: "Reporter | None") -> None:
        self.extract, self._reporter = extract, reporter
        self.rows = 0
        self.current = Step.READING
        self.began = self._told = time.monotonic()

    def add(self, rows: int) -> None:
        self.rows += rows
        if time.monotonic() - self._told >= TELL_EVERY:
            self._tell()

    def step(self, step: Step) -> None:
        self.current = step
        self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        if self._reporter is not None:
            self._reporter(self)

    @property
    def seconds(self) -> float:
        return max(time.monotonic() - self.began, 0.001)


Reporter = Callable[[Progress], None]


def rate_and_rest(rows: int, done: float, seconds: float) -> tuple[int, int | None]:
    """Rows a second, and the seconds left at this pace (None while nobody can know)."""
    rest = round(seconds * (1 - done) / done) if done > 0.01 else None
    return round(rows / max(seconds, 0.001)), rest


def minutes(seconds: int) -> str:
    """125 → "2:05"."""
    return f"{seconds // 60}:{seconds % 60:02d}"


class TerminalBar:
    """One line that is written over. Says nothing where nobody watches."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.is_watched = out.isatty()
        self._length = 0

    def __call__(self, progress: Progress) -> None:
        if not self.is_watched:
            return
        done = min(progress.extract.bytes_read / max(progress.extract.size, 1), 1.0)
        rate, rest = rate_and_rest(progress.rows, done, progress.seconds)
        filled = int(BAR * done)
        words = [
            f"[{'#' * filled}{'.' * (BAR - filled)}] {done:4.0%}",
            _("%(rows)s rows") % {"rows": f"{progress.rows:,}"},
        ]
        if progress.current == Step.READING:
            words.append(_("%(rate)s a second") % {"rate": f"{rate:,}"})
            if rest is not None:
                words.append(_("%(time)s left") % {"time": minutes(rest)})
        else:
            words.append(str(progress.current.label))
        self._write("  ".join(words))

    def end(self) -> None:
        if self._length:
            self._write("")
            self.out.write("\r")
            self.out.flush()

    def _write(self, text: str) -> None:
        self.out.write("\r" + text.ljust(self._length))
        self.out.flush()
        self._length = len(text)


class DatabaseProgress:
    """Writes progress beside the import's transaction, over a line of its own that is opened when it is needed.

    Progress is a courtesy: when its line fails it is given up, and the import goes on.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._line: BaseDatabaseWrapper | None = None
        self._given_up = False

    def __call__(self, progress: Progress) -> None:
        if self._given_up:
            return
        extract = progress.extract
        values: list[str | int] = [progress.current, extract.size, extract.bytes_read, progress.rows, self.snapshot.pk]
        try:
            self._line = self._line or connection.copy()
            with self._line.cursor() as cursor:
                cursor.execute(WRITE, values)
        except DatabaseError as error:
            log.warning("Progress of extract %s is not written any more: %s", self.snapshot.pk, type(error).__name__)
            self._given_up = True

    def end(self) -> None:
        if self._line is not None:
            self._line.close()
