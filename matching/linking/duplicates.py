"""The run that looks for one family registered twice in a phase: pairs with a score and reasons, for a person.

Work is cut by the key of what makes a pair (NIK, KK, birth date and sex, RT), so each pair lies within one shard and
nobody is compared with everybody. Three kinds are one statement each; for like names Python sees the pairs that share
birth date, sex and the sound of a word.
"""

from itertools import pairwise
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from jobs.engine import Handler, Range
from jobs.models import Run, Shard
from matching import members
from matching.linking import pairs
from matching.linking.models import PairKind
from registration.models import Member

KIND: Final = "matching.duplicates"
SPACE: Final = 1 << 128
# Of members alone: joined to households, the planner misjudges the range of a computed key and takes minutes to count.
COUNT: Final = "SELECT count(*) FROM registration_member member WHERE member.phase_id = %(phase)s{within}"
PAIRS_AT_ONCE: Final = 5_000
MOTHER: Final = "ibu_kandung"  # the questionnaire's question about a person's mother, where it is asked


def plan(run: Run) -> list[Range]:
    """The space of keys in equal ranges: digests are spread evenly."""
    parts = max(1, -(-count(run) // int(run.params["shard_rows"])))
    edges = [None, *((SPACE * number // parts).to_bytes(16, "big") for number in range(1, parts)), None]
    return list(pairwise(edges))


def count(run: Run) -> int:
    return _count(run, None)


def work(run: Run, shard: Shard) -> int:
    """Write the pairs of a shard, known ones left as they are; returns its people, withdrawn ones too."""
    asked = _parameters(run, shard)
    with connection.cursor() as cursor:
        cursor.execute(pairs.NO_LOOPS)
        for kind, statement in zip(pairs.STATEMENT_KINDS, pairs.BY_STATEMENT, strict=True):
            cursor.execute(statement.replace("{within}", _within(kind, shard)), asked)
        cursor.execute(pairs.PEOPLE_ALIKE.format(within=_within(PairKind.PERSON, shard)), asked)
        alike = pairs.with_like_names(pairs.to_compare(cursor.fetchall()))
        cursor.execute(pairs.LOOPS_AGAIN)
    mothers = _mothers({pk for pair in alike for pk in (pair.member, pair.other_member)})
    with connection.cursor() as cursor:
        for begin in range(0, len(alike), PAIRS_AT_ONCE):
            columns = pairs.as_columns(alike[begin : begin + PAIRS_AT_ONCE], mothers)
            cursor.execute(pairs.WRITE, {**asked, **columns})
    return _count(run, shard)


def _mothers(people: set[str]) -> dict[str, str]:
    """Names of mothers where the questionnaire asked; only of people in a pair, since each has to be opened."""
    rows = Member.objects.filter(pk__in=people, details__isnull=False).only("id", "details")
    said = ((str(row.pk), (row.details or {}).get(MOTHER)) for row in rows)
    return {pk: name for pk, name in said if isinstance(name, str) and name.strip()}


def keys(run: Run, shard: Shard) -> list[bytes]:
    """The distinct keys of a shard, of all kinds."""
    parts = [
        members.KEYS.format(key=pairs.KEYS[kind], rows=pairs.ROWS[kind], within=_within(kind, shard))
        for kind in PairKind
    ]
    with connection.cursor() as cursor:
        cursor.execute(members.DISTINCT.format(keys=" UNION ALL ".join(parts)), _parameters(run, shard))
        return [bytes(key) for (key,) in cursor.fetchall() if key is not None]  # nobody's NIK makes no pair


def _count(run: Run, shard: Shard | None) -> int:
    within = _within(PairKind.PERSON, shard) if shard else ""
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(within=within), _parameters(run, shard))
        return int(cursor.fetchone()[0])


def _within(kind: PairKind, shard: Shard) -> str:
    return members.within(pairs.KEYS[kind], shard)


def _parameters(run: Run, shard: Shard | None = None) -> dict[str, Any]:
    lower, upper = shard.bounds if shard else (None, None)
    return {
        "run": run.pk,
        "phase": run.scope_id,
        "matched": run.params.get("matched"),
        "lower": lower,
        "upper": upper,
    }


HANDLER = Handler(
    kind=KIND, plan=plan, work=work, count=count, keys=keys, title=_("Search for families registered twice")
)
