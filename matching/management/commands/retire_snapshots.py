"""Retire register extracts that a newer one has replaced."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from matching.loading import clean_up_interrupted
from matching.models import Snapshot
from matching.services import MatchingNotPossible, retire_snapshot
from matching.snapshots import retiring, tables


class Command(BaseCommand):
    help = (
        "Retire extracts that a newer one of the same source has replaced: their rows go, verdicts and evidence stay. "
        "One that a live run or an unsigned result needs is never taken. Without --retire only names them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("snapshots", nargs="*", type=int, help="numbers of extracts (default: all replaced ones)")
        parser.add_argument("--retire", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        clean_up_interrupted()
        chosen = self.named(options["snapshots"]) if options["snapshots"] else retiring.superseded()
        refused = 0
        for snapshot in chosen:
            if options["retire"]:
                try:
                    retire_snapshot(snapshot=snapshot, by=None)
                except MatchingNotPossible as impossible:
                    refused += 1
                    self.stderr.write(f"{snapshot.pk}: {impossible}")
                    continue
            self.stdout.write(f"{snapshot.pk}  {snapshot}  {snapshot.row_count}")
        if options["retire"]:
            tables.drop_strays(Snapshot.objects.exclude(state="retired").values_list("pk", flat=True))
        elif chosen:
            self.stdout.write(_("Nothing has been done. Add --retire to retire these extracts."))
        if refused:
            raise CommandError(_("Some extracts are still needed."))

    def named(self, numbers: list[int]) -> list[Snapshot]:
        found = list(Snapshot.objects.filter(pk__in=numbers).order_by("pk"))
        if missing := set(numbers) - {one.pk for one in found}:
            listed = ", ".join(map(str, sorted(missing)))
            raise CommandError(_("There is no extract %(numbers)s.") % {"numbers": listed})
        return found
