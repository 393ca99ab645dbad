"""An import as a process of its own, for tests that kill it: python -m tests.faults.importing FILE [--flaw FLAW]

Flaws: early (the extract is visible before its rows are there), piecemeal (rows are committed one after another).
"""

import argparse
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.models.functions import Now  # noqa: E402

from matching import loading  # noqa: E402
from matching.models import PopulationRecord, Snapshot, SnapshotState  # noqa: E402

honest = loading.being_loaded


@contextmanager
def visible_too_early(snapshot: Snapshot) -> Iterator[None]:
    with honest(snapshot):
        found = Snapshot.objects.filter(pk=snapshot.pk)
        found.update(state=SnapshotState.READY, ready_at=Now(), row_count=1, sha256="0" * 64)
        yield


def one_by_one(snapshot: Snapshot, extract: object, progress: Callable[..., None]) -> None:
    for number in range(1_000):
        PopulationRecord.objects.create(
            snapshot=snapshot, nik_index=secrets.token_bytes(16), name=f"ORANG {number}", status="aktif"
        )
        time.sleep(0.02)


def plant(flaw: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "early": {"being_loaded": visible_too_early},
        "piecemeal": {"_copy_and_insert": one_by_one, "transaction": SimpleNamespace(atomic=nullcontext)},
    }
    for name, change in changes.get(flaw, {}).items():
        setattr(loading, name, change)


parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--flaw", default="")
arguments = parser.parse_args()
plant(arguments.flaw)
call_command("import_extract", "population", arguments.file, as_of="2026-11-01")
