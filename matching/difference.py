"""What two runs of a source say differently about the same people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from jobs.models import Run, RunState
from matching.vocabulary import Value
from registration.models import Member

PATIENCE = "30s"  # one statement over the verdicts of a big phase; pages have less
MISSING = "-"  # no verdict in that run
PER_PAGE = 50
EARLIER_SHOWN = 20

BOTH = """
    FROM (SELECT member_id, value FROM matching_personverdict WHERE run_id = %(earlier)s{beyond}) AS before
    FULL JOIN (SELECT member_id, value FROM matching_personverdict WHERE run_id = %(run)s{beyond}) AS now
        USING (member_id)
"""
COUNTS = "SELECT before.value, now.value, count(*) {both} GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2 NULLS LAST"
CHANGED = """
    SELECT member_id, before.value, now.value {both}
    WHERE before.value IS DISTINCT FROM now.value{narrowed}
    ORDER BY member_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Pair:
    """So many people had one verdict before and have another one (or the same) now; None: they had none."""

    before: str | None
    now: str | None
    count: int

    @property
    def is_change(self) -> bool:
        return self.before != self.now

    @property
    def words(self) -> tuple[str, str]:
        return words_of(self.before), words_of(self.now)

    @property
    def keys(self) -> tuple[str, str]:
        """For an address."""
        return self.before or MISSING, self.now or MISSING


@dataclass(frozen=True)
class Changed:
    """One person whose verdict is another one; `reference` and `number` name family and person without their NIK."""

    member_id: UUID
    household_id: UUID
    reference: str
    number: int
    before: str
    now: str


def words_of(value: str | None) -> str:
    return str(Value(value).label) if value else _("no verdict")


def earlier_runs(run: Run) -> list[Run]:
    """Finished runs of the same kind and phase that were started before this one, those that count first."""
    same = Run.objects.filter(kind=run.kind, scope_id=run.scope_id, state=RunState.DONE, created_at__lt=run.created_at)
    return list(same.order_by("is_dry", "-created_at")[:EARLIER_SHOWN])


def counts(run: Run, earlier: Run) -> list[Pair]:
    """How many people there are for each pair of verdicts: one statement, whatever the size of the phase."""
    rows = _fetch(COUNTS.format(both=BOTH.format(beyond="")), {"run": run.pk, "earlier": earlier.pk})
    return [Pair(*row) for row in rows]


def changed(
    run: Run, earlier: Run, *, before: str = "", now: str = "", after: UUID | None = None
) -> tuple[list[Changed], UUID | None]:
    """One page of the people whose verdict is another one, and where the next page begins (None: this is the last).

    `before` and `now` narrow it to a pair of verdicts (MISSING for none).
    """
    values: dict[str, Any] = {"run": run.pk, "earlier": earlier.pk, "after": after, "before": before, "now": now}
    values["limit"] = PER_PAGE + 1
    narrowed = _narrowed("before", before) + _narrowed("now", now)
    beyond = " AND member_id > %(after)s" if after else ""
    rows = _fetch(CHANGED.format(both=BOTH.format(beyond=beyond), narrowed=narrowed), values)
    shown = rows[:PER_PAGE]
    people = _people([row[0] for row in shown])
    found = [_changed(people[pk], was, became) for pk, was, became in shown]
    return found, shown[-1][0] if len(rows) > PER_PAGE else None


def _changed(person: Member, was: str | None, became: str | None) -> Changed:
    return Changed(
        member_id=person.pk,
        household_id=person.household_id,
        reference=person.household.reference,
        number=person.number,
        before=words_of(was),
        now=words_of(became),
    )


def _narrowed(side: str, value: str) -> str:
    if not value:
        return ""
    return f" AND {side}.value IS NULL" if value == MISSING else f" AND {side}.value = %({side})s"


def _people(ids: Sequence[UUID]) -> dict[UUID, Member]:
    named = Member.objects.filter(pk__in=ids).select_related("household")
    return {one.pk: one for one in named.only("number", "household__reference")}


def _fetch(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
        cursor.execute(statement, values)
        return list(cursor.fetchall())
