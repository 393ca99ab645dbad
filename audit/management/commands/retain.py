"""Destroy what has been kept long enough, as the tables' owner; shows what it would do unless told to do it."""

import signal
from argparse import ArgumentParser
from collections import Counter
from typing import Any
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit.retention import RetentionClass, batches, retention_table
from audit.services import record

ONE_AT_A_TIME = 7_204_301  # number of the advisory lock
BATCH = 200
MAY_PURGE = "SELECT has_table_privilege('audit_act', 'DELETE')"


class Command(BaseCommand):
    help = (
        "Destroy what has been kept long enough (docs/operations.md, Retention). Without --destroy it only counts. "
        "Ctrl-C stops after the batch at hand; a run that was cut off is simply started again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--destroy", action="store_true", help="do it; without this, only count")
        parser.add_argument("--dry-run", action="store_true", help="only count (this is what happens anyway)")
        parser.add_argument(
            "--class", dest="only", action="append", default=[], help="only this class; may be repeated"
        )
        parser.add_argument("--batch", type=int, default=BATCH, help=f"rows in one transaction (default {BATCH})")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["destroy"] and options["dry_run"]:
            raise CommandError("Say either --destroy or --dry-run.")
        if not 1 <= options["batch"] <= 10_000:
            raise CommandError("--batch is a number from 1 to 10000.")
        classes = self.chosen(options["only"])
        if options["destroy"]:
            self.refuse_without_right()
        self.stopped = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
            if not cursor.fetchone()[0]:
                raise CommandError("Another retention run is on. Wait until it has ended.")
            try:
                self.run(classes, size=options["batch"], destroy=options["destroy"])
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])

    def chosen(self, names: list[str]) -> list[RetentionClass]:
        try:
            table = retention_table()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        unknown = sorted(set(names) - {one.key for one in table})
        if unknown:
            keys = ", ".join(one.key for one in table)
            raise CommandError(f"There is no class {', '.join(unknown)}. The classes are {keys}.")
        return [one for one in table if not names or one.key in names]

    def refuse_without_right(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(MAY_PURGE)
            if not cursor.fetchone()[0]:
                raise CommandError(
                    "This database role may not destroy history. Run the command as the tables' owner: set "
                    "DATABASE_OWNER_URL (docs/operations.md, Retention)."
                )

    def run(self, classes: list[RetentionClass], *, size: int, destroy: bool) -> None:
        run_id, all_subjects = uuid4(), 0
        self.stdout.write("Destroying:" if destroy else "Dry run, nothing is destroyed (--destroy does it):")
        for one in classes:
            if one.days is None:
                self.stdout.write(f"  {one.key}: kept as the archive schedule says ({one.basis})")
                continue
            subjects, counts = 0, Counter[str]()
            for batch in batches(one, run_id=run_id, size=size, destroy=destroy):
                subjects += batch.subjects
                counts += batch.counts
                self.stderr.write(f"  {one.key}: {subjects} so far")
                if self.stopped:
                    break
            all_subjects += subjects
            self.stdout.write(f"  {one.key} (older than {one.days} days): {subjects}{in_words(counts)}")
            if self.stopped:
                break
        if destroy and all_subjects:
            record(by=None, verb="audit.destroy", data={"run": str(run_id), "subjects": all_subjects})
        if self.stopped:
            raise CommandError("Stopped. What has been done is recorded; start the command again to go on.")

    def stop(self, *args: Any) -> None:
        self.stopped = True
        self.stderr.write("Stopping after this batch.")


def in_words(counts: "Counter[str]") -> str:
    return "".join(f"\n      {table}: {number}" for table, number in sorted(counts.items()))
