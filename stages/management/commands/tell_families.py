"""Tell the families what has been decided about them, without a broker."""

from typing import Any

from django.core.management.base import BaseCommand

from stages.telling import tell_waiting


class Command(BaseCommand):
    help = "Write the notices of all families that have not been told yet what was decided about them."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while settled := tell_waiting():
            total += settled
        self.stdout.write(f"{total} families told.")
