"""Load an extract of the population register or of the revenue agency."""

import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity.indexes import current_index_key_id
from matching.extracts import ExtractFile, ExtractRefused
from matching.loading import load_extract
from matching.vocabulary import Source
from registration.models import Phase

QUIET_SECONDS = 2.0
SAY_EVERY = 1.0


class Command(BaseCommand):
    help = "Load an extract (CSV, UTF-8). A bad row is reported with its line, and then nothing of the file is visible."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", choices=Source.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument(
            "--phase", metavar="SLUG", help="take the index key of this phase (default: the current one)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.began = self.said = time.monotonic()
        try:
            snapshot = load_extract(
                path=options["file"],
                source=options["source"],
                as_of=options["as_of"],
                index_key_id=self.index_key_id(options["phase"]),
                by=None,
                progress=self.tell,
            )
        except ExtractRefused as refused:
            self.report(refused)
            raise CommandError(_("Nothing of this file was loaded.")) from None
        except OSError as error:
            raise CommandError(
                _("The file cannot be read: %(reason)s") % {"reason": error.strerror or type(error).__name__}
            ) from None
        self.stdout.write(
            _("Loaded %(rows)d rows as of %(date)s, SHA-256 %(sha256)s.")
            % {"rows": snapshot.row_count, "date": snapshot.as_of.isoformat(), "sha256": snapshot.sha256}
        )

    def index_key_id(self, slug: str | None) -> str:
        if slug is None:
            phase = Phase.objects.current()
            return phase.index_key_id if phase else current_index_key_id()
        found = Phase.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(_("There is no phase “%(slug)s”.") % {"slug": slug})
        return found.index_key_id

    def tell(self, step: str, extract: ExtractFile) -> None:
        now = time.monotonic()
        if now - self.began < QUIET_SECONDS or (step == "read" and now - self.said < SAY_EVERY):
            return
        self.said = now
        if step == "read":
            percent = 100 * extract.bytes_read // max(extract.size, 1)
            self.stderr.write(_("%(percent)d%% read, %(rows)d rows") % {"percent": percent, "rows": extract.rows})
        else:
            self.stderr.write(_("All %(rows)d rows read; sorting and storing them") % {"rows": extract.rows})

    def report(self, refused: ExtractRefused) -> None:
        for problem in refused.problems:
            self.stderr.write(_("Line %(line)d: %(reason)s") % {"line": problem.line, "reason": problem.reason})
        more = refused.total - len(refused.problems)
        if more > 0:
            self.stderr.write(ngettext("and %(more)d more", "and %(more)d more", more) % {"more": more})
