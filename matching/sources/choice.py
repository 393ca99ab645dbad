"""Who is asked in a population run: one table, and the handler that follows it.

An extract is compared set by set in SQL, without asking; the others answer person by person.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from jobs.engine import Handler
from jobs.models import Run, Shard
from matching import members, population
from matching.linking import candidates
from matching.sources import asking
from matching.vocabulary import SET_ASIDE, Source, SourceKind


def nothing_to_ask(run: Run, shard: Shard) -> None:
    """An extract lies in the database."""


@dataclass(frozen=True)
class Implementation:
    """`ask` fetches what `work` needs and may commit by itself; `work` writes one verdict for each member."""

    ask: Callable[[Run, Shard], None]
    work: Callable[[Run, Shard], int]


IMPLEMENTATIONS: dict[str, Implementation] = {
    SourceKind.SNAPSHOT: Implementation(nothing_to_ask, population.work),
    SourceKind.WEB_SERVICE: Implementation(asking.ask, asking.work),
    SourceKind.DCI: Implementation(asking.ask, asking.work),
}


def implementation_of(run: Run) -> Implementation:
    """Runs from before there was a choice compare with an extract."""
    return IMPLEMENTATIONS[run.params.get("source_kind", SourceKind.SNAPSHOT)]


def suggest(run: Run) -> None:
    """Once everybody has a verdict, look for what the numbers nobody has may have meant."""
    candidates.start_after(run)


POPULATION_HANDLER = Handler(
    kind="matching.population",
    plan=lambda run: members.plan_ranges(run, families=False),
    work=lambda run, shard: implementation_of(run).work(run, shard),
    finish=suggest,
    ask=lambda run, shard: implementation_of(run).ask(run, shard),
    count=members.count_members,
    keys=lambda run, shard: members.distinct_keys(run, shard, families=False),
    give_up=lambda run, shard, reason: members.not_checked(run, shard, Source.POPULATION, reason=SET_ASIDE),
    can_be_dry=True,
    title=_("Matching with Dukcapil"),
)
