"""What the look for pairs reads of a phase: not everybody for everybody, and never all of a table for one shard."""

import re
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat

from jobs.models import Run
from matching.linking import pairs
from matching.linking.models import PairKind
from matching.models import PersonVerdict
from registration.models import Member, Phase
from tests.assessment.families import matching_run
from tests.matching.town import settle
from tests.people import siti

pytestmark = pytest.mark.django_db


def a_crowd_is_compared_with_its_neighbours_only(phase: Phase) -> None:
    """Of people with one birth date and one word of the name each is compared with the next fifty, likest first."""
    people = pairs.CROWD * 3
    settle(phase, people, owner=siti())
    one_day = {"birth_date": "1970-01-01", "sex": "P", "nik": None, "nik_index": None}
    Member.objects.update(name=Concat(Value("Siti "), F("name")), **one_day)
    compared = list(pairs.to_compare(alike(phase)))
    assert len(compared) <= people * pairs.CROWD
    near = {frozenset((one.name, two.name)) for one, two in compared}
    names = sorted(Member.objects.values_list("name", flat=True), key=str.lower)
    assert all(frozenset(two) in near for two in pairwise(names))


def alike(phase: Phase, explain: str = "") -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(pairs.NO_LOOPS)
        cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")  # thirty rows would be read whole
        chosen: dict[str, Any] = {"phase": phase.pk, "matched": str(phase_run(phase).pk)}
        cursor.execute(explain + pairs.PEOPLE_ALIKE.format(within=""), chosen)
        return list(cursor.fetchall())


def phase_run(phase: Phase) -> Run:
    return Run.objects.filter(scope_id=phase.pk).first() or matching_run(phase, "population")


def test_a_crowd_is_compared_with_its_neighbours_only(phase: Phase) -> None:
    a_crowd_is_compared_with_its_neighbours_only(phase)


def test_mutant_a_crowd_compared_with_itself_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: everybody with everybody."""
    everybody = pairs.PEOPLE_ALIKE.replace(f"/ {pairs.CROWD}", "/ 9999").replace(f"+ {pairs.CROWD}", "+ 9999")
    monkeypatch.setattr(pairs, "PEOPLE_ALIKE", everybody)
    with pytest.raises(AssertionError):
        a_crowd_is_compared_with_its_neighbours_only(phase)


def nobody_s_verdict_is_looked_for_among_those_of_all(phase: Phase) -> None:
    """By the person's key: a run of 60,000 people once timed out over an index by run."""
    settle(phase, 30, owner=siti())
    run = phase_run(phase)
    PersonVerdict.objects.bulk_create(
        [PersonVerdict(run=run, member=member, source="population", value="padan") for member in Member.objects.all()]
    )
    plan = "\n".join(line for (line,) in alike(phase, "EXPLAIN "))
    found = re.search(r"matching_one_verdict_per_run.*\n +Index Cond: (.*)", plan)
    assert found is not None
    assert "(member_id = member.id) AND (run_id = " in found[1]


def test_nobody_s_verdict_is_looked_for_among_those_of_all(phase: Phase) -> None:
    nobody_s_verdict_is_looked_for_among_those_of_all(phase)


def test_mutant_a_verdict_looked_for_among_those_of_all_is_noticed(
    phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: the person's key is a filter."""
    asked = "verdict.member_id = member.id"
    assert asked in pairs.PEOPLE_ALIKE
    monkeypatch.setattr(
        pairs, "PEOPLE_ALIKE", pairs.PEOPLE_ALIKE.replace(asked, "verdict.member_id::text = member.id::text")
    )
    with pytest.raises(AssertionError):
        nobody_s_verdict_is_looked_for_among_those_of_all(phase)


def a_shard_reads_its_own_rows(kind: PairKind) -> None:
    """By an index of phase and key: a shard that computes the key of everybody makes a run grow with the square."""
    alias = {PairKind.PERSON: "member", PairKind.DWELLING: "household"}[kind]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (VERBOSE) SELECT {pairs.KEYS[kind]} FROM registration_{alias} {alias}")  # noqa: S608
        computed = cursor.fetchall()[1][0].strip().removeprefix("Output: ").replace(f"{alias}.", "")
        cursor.execute(
            "SELECT pg_get_indexdef(indexrelid, 1, true), pg_get_expr(indexprs, indrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND indexprs IS NOT NULL",
            [f"registration_{alias}"],
        )
        assert ("phase_id", computed) in cursor.fetchall()


COMPUTED = pytest.mark.parametrize("kind", [PairKind.PERSON, PairKind.DWELLING])


@COMPUTED
def test_a_shard_reads_its_own_rows(kind: PairKind) -> None:
    a_shard_reads_its_own_rows(kind)


@COMPUTED
def test_mutant_a_key_without_an_index_is_noticed(monkeypatch: pytest.MonkeyPatch, kind: PairKind) -> None:
    """The planted flaw, as it was: the key is computed for everybody."""
    monkeypatch.setitem(pairs.KEYS, kind, pairs.KEYS[kind].replace("||", "|| '' ||"))
    with pytest.raises(AssertionError):
        a_shard_reads_its_own_rows(kind)
