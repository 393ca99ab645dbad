"""Half-open ranges over the 16 bytes of a household's id, for the shards of a run."""

from itertools import pairwise
from uuid import UUID

from django.db.models import QuerySet

from jobs.engine import Range
from jobs.models import Run, Shard
from registration.models import Household

SPACE = 1 << 128
HOUSEHOLDS_PER_SHARD = 250
MOST_SHARDS = 8192


def even_ranges(parts: int) -> list[Range]:
    """The whole id space in `parts` equal ranges; the ends are open. Ids are random, so shards are about equal."""
    bounds = [None, *((SPACE * number // parts).to_bytes(16, "big") for number in range(1, parts)), None]
    return list(pairwise(bounds))


def plan_ranges(run: Run) -> list[Range]:
    return even_ranges(min(MOST_SHARDS, max(1, -(-count_households(run) // HOUSEHOLDS_PER_SHARD))))


def count_households(run: Run) -> int:
    return Household.objects.active().filter(phase_id=run.scope_id).count()


def households_in(run: Run, shard: Shard) -> QuerySet[Household]:
    """The registered households of the run's phase whose id lies in the shard's range, in the order of their ids."""
    lower, upper = shard.bounds
    found = Household.objects.active().filter(phase_id=run.scope_id)
    if lower is not None:
        found = found.filter(pk__gte=UUID(bytes=lower))
    if upper is not None:
        found = found.filter(pk__lt=UUID(bytes=upper))
    return found.order_by("pk")


def keys_in(run: Run, shard: Shard) -> list[bytes]:
    return [pk.bytes for pk in households_in(run, shard).values_list("pk", flat=True)]
