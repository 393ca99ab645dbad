"""Train the model that weighs suggestions: on a phase and an extract, or on made-up people."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dtks_portal.made_up import linkage
from matching.linking.trained import keep_model
from matching.linking.training import NothingLearned, NotInstalled, require_splink, train
from matching.linking.training_rows import rows_of
from matching.models import Snapshot
from matching.vocabulary import Source
from registration.models import Phase


class Command(BaseCommand):
    help = "Learn from rows without labels how much each field says about two rows being one person (needs Splink)."

    def add_arguments(self, parser: CommandParser) -> None:
        rows = parser.add_mutually_exclusive_group(required=True)
        rows.add_argument("--phase", metavar="SLUG", help="people of this phase and its newest population extract")
        rows.add_argument("--made-up", type=int, metavar="PEOPLE", help="so many made-up people")
        parser.add_argument("--output", type=Path, help="write the model to this file instead of using it")

    def handle(self, *args: Any, phase: str | None, made_up: int | None, output: Path | None, **options: Any) -> None:
        try:
            require_splink()
        except NotInstalled as error:
            raise CommandError(str(error)) from None
        try:
            body = self._of_phase(phase) if phase else self._made_up(made_up or linkage.PEOPLE)
        except NothingLearned as error:
            raise CommandError(str(error)) from None
        if output is not None:
            output.write_text(json.dumps(body, indent=1) + "\n")
            self.stdout.write(f"The model {body['version']} is in {output}.")
            return
        kept = keep_model(body, by=None)
        self.stdout.write(f"Runs that start from now on weigh with the model {kept.version}.")

    def _made_up(self, people: int) -> dict[str, Any]:
        rows, register = linkage.training_set(people)
        source, version = f"made-up people, seed {linkage.SEED}", f"made-up-{timezone.localdate():%Y-%m-%d}"
        return train(rows, register, is_slip=linkage.is_slip, version=version, source=source)

    def _of_phase(self, slug: str) -> dict[str, Any]:
        phase = Phase.objects.filter(slug=slug).first()
        if phase is None:
            raise CommandError(f"There is no phase {slug!r}.")
        snapshot = Snapshot.objects.newest_for(Source.POPULATION, phase.index_key_id)
        if snapshot is None:
            raise CommandError("No extract of the population register is ready for this phase.")
        people, register, is_slip = rows_of(phase, snapshot)
        if not people or not register:
            raise CommandError("There are no people with a NIK in this phase, or no entries of theirs in the extract.")
        source, version = f"{slug}, extract of {snapshot.as_of}", f"{slug}-{timezone.localtime():%Y-%m-%d-%H%M}"
        return train(people, register, is_slip=is_slip, version=version, source=source)
