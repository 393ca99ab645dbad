"""An import as a process of its own, for tests that kill it: python -m tests.faults.importing FILE [--flaw FLAW]

With `--upload N`, FILE is the folder of uploads, and extract N is loaded slowly with two children.
Flaws: early (the extract is visible before its rows are there), piecemeal (rows are committed one after another),
takes-the-file (an upload is removed before it is loaded), deaf-children (they outlive their parent).
"""

import argparse
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models.functions import Now  # noqa: E402

from matching import loading  # noqa: E402
from matching.loading import CopyStream, load_into  # noqa: E402
from matching.models import PopulationRecord, Snapshot, SnapshotState  # noqa: E402
from matching.snapshots import pool, uploads  # noqa: E402

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


def slow(read: Callable[[CopyStream, int], bytes]) -> Callable[[CopyStream, int], bytes]:
    def read_slowly(self: CopyStream, size: int) -> bytes:
        time.sleep(0.3)
        return read(self, size)

    return read_slowly


def removes_first(snapshot: Snapshot, path: Path, **options: Any) -> None:
    with path.open("rb") as file:
        path.unlink()
        load_into(snapshot, Path(f"/proc/self/fd/{file.fileno()}"), **options)


def plant(flaw: str) -> None:
    if flaw == "takes-the-file":
        setattr(uploads, "load_into", removes_first)  # noqa: B010
    if flaw == "deaf-children":
        pool.CHILD = (sys.executable, "-c", "import time; time.sleep(30)")
    changes: dict[str, dict[str, Any]] = {
        "early": {"being_loaded": visible_too_early},
        "piecemeal": {"_copy_and_insert": one_by_one, "transaction": SimpleNamespace(atomic=nullcontext)},
    }
    for name, change in changes.get(flaw, {}).items():
        setattr(loading, name, change)


parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--flaw", default="")
parser.add_argument("--upload", type=int)
arguments = parser.parse_args()
plant(arguments.flaw)
if arguments.upload:
    settings.DTKS_EXTRACT_FOLDER = arguments.file
    settings.DTKS_IMPORT_PROCESSES = 2
    loading.WORTH_CHILDREN = 0
    setattr(CopyStream, "read", slow(CopyStream.read))  # noqa: B010
    uploads.import_upload(arguments.upload)
else:
    call_command("import_extract", "population", arguments.file, as_of="2026-11-01")
