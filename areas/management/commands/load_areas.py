from typing import Any

from django.core.management.base import BaseCommand

from areas.loading import load_official_areas


class Command(BaseCommand):
    help = "Write the official list of areas into the database. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        count = load_official_areas()
        self.stdout.write(self.style.SUCCESS(f"{count} areas are loaded."))
