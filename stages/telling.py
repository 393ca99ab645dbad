"""Telling families what has been decided about them: after the decision's commit, in portions, each family once.

Whoever decides leaves the family in a queue (`UntoldFamily`). A worker takes some of it, writes the notices and deletes
the rows in one transaction, so whatever dies, nothing is lost and nothing doubled. What it tells is the decision that
stands at that moment: the family's row is held meanwhile. Rows held by others are left for the next time, so a worker
waits for nobody, and nobody waits for more than one portion.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Now

from jobs.polling import OVERDUE_SECONDS, SLICE_SECONDS
from notices.services import notify_all
from registration.models import Family, Phase
from stages.models import OutcomeDecision, UntoldFamily
from stages.notifying import KIND_OF, message_about
from stages.outcomes import standing_decisions

log = logging.getLogger(__name__)

CHUNK = 500  # families in one transaction


@dataclass(frozen=True)
class Waiting:
    """How many families of a phase have not been told yet, and since when the first of them waits."""

    families: int
    since: datetime | None


def waiting_of(phase: Phase) -> Waiting:
    return Waiting(**UntoldFamily.objects.filter(phase=phase).aggregate(families=Count("pk"), since=Min("since")))


def tell_waiting(*, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Go through the queue once and tell everybody nobody else holds; returns how many left it. Several may do so."""
    settled = 0
    last: UUID | None = None
    while not should_stop() and (ids := _waiting_after(last)):
        settled += _settle_or_isolate(ids)
        last = ids[-1]
    return settled


def tell_overdue(should_stop: Callable[[], bool]) -> int:
    """For a while, tell whom a lost wake-up has left in the queue; returns how many left it."""
    if not UntoldFamily.objects.filter(since__lt=Now() - timedelta(seconds=OVERDUE_SECONDS)).exists():
        return 0
    until = time.monotonic() + SLICE_SECONDS
    return tell_waiting(should_stop=lambda: should_stop() or time.monotonic() > until)


def is_anybody_waiting() -> bool:
    return UntoldFamily.objects.exists()


def _waiting_after(last: UUID | None) -> list[UUID]:
    waiting: QuerySet[UntoldFamily] = UntoldFamily.objects.order_by("pk")
    if last is not None:
        waiting = waiting.filter(pk__gt=last)
    return list(waiting.values_list("pk", flat=True)[:CHUNK])


def _settle_or_isolate(ids: Sequence[UUID]) -> int:
    """Settle these families; one that cannot be told keeps nobody else from it, and stays in the queue."""
    try:
        return _settle(ids)
    except (OperationalError, InterfaceError):
        raise  # the database is gone or busy: nobody's fault here
    except Exception as error:
        if len(ids) == 1:
            log.error("Family %s could not be told: %s", ids[0], type(error).__name__)
            return 0
        half = len(ids) // 2
        return _settle_or_isolate(ids[:half]) + _settle_or_isolate(ids[half:])


@transaction.atomic
def _settle(ids: Sequence[UUID]) -> int:
    """Write the notices of these families and take them out of the queue, together or not at all."""
    families = _hold(ids)
    if not families:
        return 0
    standing = standing_decisions(family.pk for family in families)
    told = [family for family in families if _is_to_be_told(family, standing.get(family.pk))]
    tell_families(told, standing)
    UntoldFamily.objects.filter(pk__in=[family.pk for family in families]).delete()
    return len(families)


def tell_families(families: Sequence[Family], decisions: Mapping[UUID, OutcomeDecision]) -> None:
    """One notice for each family, about the decision found under its key."""
    notify_all(messages=[message_about(decisions[family.pk], family) for family in families])


def _hold(ids: Sequence[UUID]) -> list[Family]:
    """Those of the families that still wait, with their rows and households held until the end of the transaction.

    A decision or a withdrawal holds them too: while one is being made the family is not told, and the other way round.
    """
    rows = UntoldFamily.objects.select_for_update(skip_locked=True).filter(pk__in=ids)
    held = [row.pk for row in rows]
    families = Family.objects.select_for_update(of=("self", "household"), skip_locked=True, no_key=True)
    return list(families.select_related("household__phase").filter(pk__in=held).order_by("pk")) if held else []


def _is_to_be_told(family: Family, decision: OutcomeDecision | None) -> bool:
    """Not what has been undone silently, and nothing after a withdrawal, as at the decision itself."""
    if decision is None or decision.outcome != family.outcome or family.household.withdrawn_at is not None:
        return False
    return decision.outcome in KIND_OF
