"""Import the ministry's list from a file that is too large for a browser."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from registration.models import Phase
from stages.determining import import_determinations
from stages.errors import BadFile, Refused


class Command(BaseCommand):
    help = "Import the ministry's determinations (CSV, UTF-8). Bad rows are reported by line; nothing is kept then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="the decree or letter the list came with")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="the admin who answers for the import")
        parser.add_argument("--phase", metavar="SLUG", help="the phase the list answers, if it answers one")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["by"].lower(), is_active=True).first()
        phase = Phase.objects.filter(slug=options["phase"]).first() if options["phase"] else None
        if user is None:
            raise CommandError(_("There is no account “%(username)s”.") % {"username": options["by"]})
        if options["phase"] and phase is None:
            raise CommandError(_("There is no phase “%(slug)s”.") % {"slug": options["phase"]})
        try:
            with options["file"].open("rb") as stream:
                batch = import_determinations(stream=stream, source=options["source"], by=user, phase=phase)
        except BadFile as bad:
            for error in bad.errors:
                self.stderr.write(_("Line %(line)d: %(reason)s") % {"line": error.line, "reason": error.text})
            raise CommandError(_("Nothing of this file was loaded.")) from None
        except Refused as refused:
            raise CommandError(" ".join(str(reason.text) for reason in refused.reasons)) from None
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(reason)s") % {"reason": error.strerror}) from None
        self.stdout.write(_("%(rows)d determinations imported.") % {"rows": batch.row_count})
