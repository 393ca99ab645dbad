"""Work on runs without a broker: a plain worker that looks into the database by itself."""

import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from jobs.models import Run
from jobs.polling import work_on_all
from jobs.stopping import is_stopping, stop_after_this_shard

LOOK_EVERY = 1.0  # seconds


class Command(BaseCommand):
    help = "Work on all waiting and running runs until none is left (or for ever). SIGTERM stops after the shard."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="keep looking for new runs")

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop_after_this_shard())
        committed = 0
        while not is_stopping():
            try:
                landed = work_on_all(should_stop=is_stopping)
            except (OperationalError, InterfaceError) as error:
                self.stderr.write(f"The database did not answer ({type(error).__name__}); trying again.")
                connection.close()
                landed = 0
                time.sleep(LOOK_EVERY)
                continue
            committed += landed
            if not landed:
                if not options["forever"] and not Run.objects.live().exists():
                    break
                time.sleep(LOOK_EVERY)
        self.stderr.write(f"{committed} shards done.")
