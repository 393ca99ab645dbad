"""Gladi bersih: a whole phase on made-up households, in a temporary database, with real workers."""

import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dtks_portal.rehearsal.walking import Result, walk
from dtks_portal.rehearsal.world import temporary_world


class Command(BaseCommand):
    help = (
        "Rehearse a whole phase on made-up households through all eleven stages, with real workers, in a temporary "
        "database. Prints the funnel and the times; exits with 1 if anything does not reconcile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--households", type=int, default=200, help="how many households register")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same people")
        parser.add_argument("--no-kill", action="store_true", help="do not kill a worker in the middle of matching")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, households: int, seed: int, no_kill: bool, **options: Any) -> None:
        if not 12 <= households <= 100_000:
            raise CommandError("Choose between 12 and 100000 households.")
        with tempfile.TemporaryDirectory(prefix="gladi-") as name, temporary_world() as world:
            result = walk(world, Path(name), households=households, seed=seed, kill=not no_kill, say=self.stderr.write)
        self.stdout.write(json.dumps(result.as_json(), indent=1) if options["json"] else in_words(result))
        if not result.reconciles:
            raise CommandError("The rehearsal does not reconcile.")


def in_words(result: Result) -> str:
    lines = ["", "Funnel"]
    lines += [f"  {name.replace('_', ' '):34}{number:>9}" for name, number in (result.funnel | result.counts).items()]
    lines += ["", "Seconds"]
    lines += [f"  {name:34}{seconds:>9.1f}" for name, seconds in result.seconds.items()]
    lines += ["", f"Checks (workers killed in the middle: {result.workers_killed})"]
    for check in result.checks:
        mark = "ok " if check.holds else "NOT"
        lines.append(f"  {mark} {check.name}: {check.expected} expected, {check.found} found")
    return "\n".join(lines)
