"""Send what waits in the outbox, once."""

from typing import Any

from django.core.management.base import BaseCommand

from jobs.outbox import dispatch


class Command(BaseCommand):
    help = "Send the messages waiting in the outbox."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while sent := dispatch():
            total += sent
        self.stdout.write(f"{total} messages sent.")
