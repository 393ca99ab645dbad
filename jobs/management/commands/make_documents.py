"""Make the documents that wait, without a broker."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.printing.making import forget_expired, make_waiting
from jobs.printing.pdf import can_write

LOOK_EVERY = 2.0  # seconds


class Command(BaseCommand):
    help = "Make the PDF documents people have asked for, until none waits (or for ever)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="keep looking for new ones")

    def handle(self, *args: Any, **options: Any) -> None:
        if not can_write():
            raise CommandError(
                'This machine cannot write PDF: install the extra "pdf" and the system packages libpango-1.0-0, '
                "libpangoft2-1.0-0 and libharfbuzz-subset0. Until then people print the page."
            )
        made = make_waiting()
        while options["forever"]:
            time.sleep(LOOK_EVERY)
            made += make_waiting()
            forget_expired()
        self.stderr.write(f"{made} documents made.")
