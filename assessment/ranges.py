"""Runs that go through the households of a phase, in half-open ranges over the 16 bytes of a household's id."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from jobs.engine import Handler, Range, even_ranges
from jobs.models import Run, Shard
from registration.models import Household

HOUSEHOLDS_PER_SHARD = 250
MOST_SHARDS = 8192


def plan_ranges(run: Run) -> list[Range]:
    return even_ranges(min(MOST_SHARDS, max(1, -(-count_households(run) // HOUSEHOLDS_PER_SHARD))))


def count_households(run: Run) -> int:
    return Household.objects.active().filter(phase_id=run.scope_id).count()


def households_in(run: Run, shard: Shard) -> QuerySet[Household]:
    """The registered households of the run's phase whose id lies in the shard's range, in the order of their ids."""
    return in_range(Household.objects.active().filter(phase_id=run.scope_id), shard)


def in_range(found: QuerySet[Household], shard: Shard) -> QuerySet[Household]:
    """Those of the households whose id lies in the shard's range, in the order of their ids."""
    lower, upper = shard.bounds
    if lower is not None:
        found = found.filter(pk__gte=UUID(bytes=lower))
    if upper is not None:
        found = found.filter(pk__lt=UUID(bytes=upper))
    return found.order_by("pk")


def keys_in(run: Run, shard: Shard) -> list[bytes]:
    return [pk.bytes for pk in households_in(run, shard).values_list("pk", flat=True)]


def over_households(*, kind: str, work: Callable[[Run, Shard], int], title: str | Promise) -> Handler:
    """A kind of run that works through the registered households of its phase."""
    return Handler(kind=kind, plan=plan_ranges, work=work, count=count_households, keys=keys_in, title=title)
