"""Fill an empty database with the demo's made-up world and write its logins."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dtks_portal.made_up.demo import as_json, is_seeded, seed


class Command(BaseCommand):
    help = "Fill an empty database with made-up families, register extracts and a login for every role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--var", type=Path, default=settings.BASE_DIR / "var")

    def handle(self, *args: Any, var: Path, **options: Any) -> None:
        if not getattr(settings, "DTKS_DEMO", False):
            raise CommandError("The demo's families belong into a demo only (DTKS_DEMO is off here).")
        if is_seeded():
            self.stdout.write("The demo's families are here already.")
            return
        var.mkdir(parents=True, exist_ok=True)
        logins = seed(var, tell=self.tell)
        path, draft = var / "demo.json", var / "demo.json.part"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps({"url": "", "logins": as_json(logins)}, indent=1))
        os.replace(draft, path)
        self.stdout.write(f"Made-up families are in place; logins: {path}")

    def tell(self, done: str) -> None:
        """How far it is; the demo shows the last line every few seconds."""
        self.stdout.write(done)
        self.stdout.flush()
