"""A temporary database for a measurement, the owner's connection to it, and a clock."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dtks_portal.rehearsal.world import World

VAR: Final = Path(__file__).resolve().parent.parent / "var" / "bench"


@contextmanager
def temporary_database() -> Iterator[World]:
    """Set Django up on embedded services of the measurements' own, in a database that is gone afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtks_portal.settings.local")
    os.environ.setdefault("DTKS_VAR", str(VAR))
    os.environ.setdefault("DTKS_SERVICES_PROFILE", "city")
    VAR.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from dtks_portal.rehearsal.world import temporary_world

    with temporary_world() as world:
        yield world


@contextmanager
def owner() -> Iterator[Any]:
    """A connection that may make tables, to the database of this measurement."""
    from dtks_portal.owner_line import owner_line

    with owner_line() as line:
        yield line


@contextmanager
def clock() -> Iterator[list[float]]:
    """A list whose one number is the seconds spent, once the block has ended."""
    spent = [0.0]
    began = time.monotonic()
    yield spent
    spent[0] = time.monotonic() - began
