"""Load an extract of the population register or of the revenue agency."""

import csv
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity.indexes import current_index_key_id
from matching.loading import load_extract
from matching.snapshots.columns import COLUMNS
from matching.snapshots.problems import ExtractRefused
from matching.snapshots.progress import TerminalBar
from matching.snapshots.reading import DELIMITER_LABELS, DELIMITER_NAMES, ENCODING_NAMES, FileOptions
from matching.snapshots.report import write_report
from matching.vocabulary import Source
from registration.models import Phase

PROBLEMS_SHOWN = 100
OUR_COLUMNS = {column.name for columns in COLUMNS.values() for column in columns}
DELIMITERS = {name: delimiter for delimiter, name in DELIMITER_NAMES.items()}


def mapping(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not equals or ours not in OUR_COLUMNS or not theirs.strip():
        raise ArgumentTypeError(f"write it as column=header, where column is one of: {', '.join(sorted(OUR_COLUMNS))}")
    return ours, theirs.strip()


class Command(BaseCommand):
    help = (
        "Load an extract (CSV, also compressed with gzip). A bad row is reported with its line, and then nothing of "
        "the file is visible."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", choices=Source.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument(
            "--phase", metavar="SLUG", help="take the index key of this phase (default: the current one)"
        )
        parser.add_argument(
            "--map", action="append", default=[], type=mapping, metavar="COLUMN=HEADER",
            help="our column and its name in the file; may be given several times",
        )  # fmt: skip
        parser.add_argument("--encoding", choices=ENCODING_NAMES, help="default: detected")
        parser.add_argument("--delimiter", choices=DELIMITERS, help="default: detected")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write all errors kept into this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = TerminalBar(sys.stderr)
        try:
            snapshot = load_extract(
                path=options["file"],
                source=options["source"],
                as_of=options["as_of"],
                index_key_id=self.index_key_id(options["phase"]),
                by=None,
                options=FileOptions(options["encoding"], DELIMITERS.get(options["delimiter"]), dict(options["map"])),
                progress=bar,
            )
        except ExtractRefused as refused:
            bar.end()
            self.tell(refused, options["report"])
            raise CommandError(_("Nothing of this file was loaded.")) from None
        except OSError as error:
            raise CommandError(
                _("The file cannot be read: %(reason)s") % {"reason": error.strerror or type(error).__name__}
            ) from None
        except (InterfaceError, OperationalError):
            bar.end()
            raise CommandError(
                _("The database broke off; nothing of this file was loaded. Look at its disk and log, then repeat.")
            ) from None
        bar.end()
        self.stdout.write(
            _("Loaded %(rows)d rows as of %(date)s, SHA-256 %(sha256)s.")
            % {"rows": snapshot.row_count, "date": snapshot.as_of.isoformat(), "sha256": snapshot.sha256}
        )
        self.stdout.write(
            _("Detected: %(encoding)s, %(delimiter)s.")
            % {"encoding": snapshot.found["encoding"], "delimiter": DELIMITER_LABELS[snapshot.found["delimiter"]]}
        )
        if snapshot.found["absent"]:
            absent = ", ".join(snapshot.found["absent"])
            self.stdout.write(_("Columns that the file does not have: %(columns)s") % {"columns": absent})

    def index_key_id(self, slug: str | None) -> str:
        if slug is None:
            phase = Phase.objects.current()
            return phase.index_key_id if phase else current_index_key_id()
        found = Phase.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(_("There is no phase “%(slug)s”.") % {"slug": slug})
        return found.index_key_id

    def tell(self, refused: ExtractRefused, report: Path | None) -> None:
        for problem in refused.problems[:PROBLEMS_SHOWN]:
            self.stderr.write(_("Line %(line)d: %(reason)s") % {"line": problem.line, "reason": problem.reason})
        more = refused.total - min(len(refused.problems), PROBLEMS_SHOWN)
        if more > 0:
            self.stderr.write(ngettext("and %(more)d more", "and %(more)d more", more) % {"more": more})
        if report is not None:
            with report.open("w", newline="", encoding="utf-8") as file:
                write_report(csv.writer(file), refused.problems, refused.total)
