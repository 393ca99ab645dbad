"""A worker that tells families two by two and is killed over its second portion, when the notices are written and
nothing of it is committed: python -m tests.faults.teller [MUTANT]."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from uuid import UUID

import django

django.setup()

from registration.models import Family  # noqa: E402
from stages import telling as queue  # noqa: E402
from stages.models import OutcomeDecision  # noqa: E402

for mutant in sys.argv[1:]:
    import_module(f"tests.mutants.{mutant}")
told: list[Family] = []
honest = queue.tell_families


def tell_and_die(families: Sequence[Family], decisions: Mapping[UUID, OutcomeDecision]) -> None:
    honest(families, decisions)
    told.extend(families)
    if len(told) > queue.CHUNK:
        os.kill(os.getpid(), signal.SIGKILL)


queue.CHUNK = 2
queue.tell_families = tell_and_die
queue.tell_waiting()
