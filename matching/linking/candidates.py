"""The run that looks for what a mistyped NIK may have meant; it starts by itself when the population run is done.

Two ways lead to an entry of the register: a number one slip away from the typed one (all of them as keyed indexes, one
query for a portion of people), and the same KK or the same birth date, sex and kelurahan. For the second the extract is
read once per shard; an index for it would make every import pay for a run over the few who were not found.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from identity.indexes import index_key, index_maker
from identity.sealing import SealError
from jobs.engine import Handler, Range
from jobs.models import Run, Shard
from jobs.services import RunNotAllowed, start_run
from matching import members
from matching.linking.models import Candidate, Way
from matching.linking.neighbours import Neighbour, neighbours
from matching.linking.scoring import is_worth_a_look, score_of
from matching.masking import mask_name
from matching.models import PersonVerdict, Snapshot
from matching.vocabulary import Value
from registration.models import Member

KIND: Final = "matching.candidates"
MISSED: Final = (Value.NOT_FOUND, Value.BAD_FORMAT)
PORTION: Final = 250  # people whose neighbours are looked up in one query
MOST: Final = 3  # suggestions for one person
SHARD_ROWS: Final = 5_000

MISSED_ROWS = f"""
    matching_personverdict verdict
    JOIN registration_member member ON member.id = verdict.member_id AND member.nik_index IS NOT NULL
    JOIN registration_household household ON household.id = member.household_id AND {members.ACTIVE}
    JOIN registration_family family ON family.id = member.family_id
    WHERE verdict.run_id = %(matched)s AND verdict.value = ANY(%(missed)s)
"""
PEOPLE = """
    SELECT member.id, member.nik, member.nik_index, member.name, member.birth_date, member.sex, family.kk_index,
        household.ktp_kelurahan_id
    FROM {missed}{within} ORDER BY member.nik_index
"""
COUNT = "SELECT count(*) FROM {missed}"
ENTRY = """
    register.nik_index, register.name, register.birth_date, register.sex, register.kk_index, register.kelurahan_code
"""
# An entry that another registered person has is that person's.
REGISTERED = f"SELECT DISTINCT member.nik_index FROM {members.WITH_NIK} AND member.nik_index = ANY(%(indexes)s)"  # noqa: S608
BY_NUMBER = """
    SELECT asked.number, {entry}
    FROM unnest(%(indexes)s::text[]) WITH ORDINALITY AS asked (nik_index, number)
    JOIN LATERAL (SELECT * FROM matching_populationrecord
                  WHERE snapshot_id = %(snapshot)s AND nik_index = decode(asked.nik_index, 'hex') OFFSET 0
    ) AS register ON true
"""
BY_DATA = """
    WITH person AS MATERIALIZED (
        SELECT member.id, member.birth_date, member.sex, family.kk_index, household.ktp_kelurahan_id
        FROM {missed}{within})
    SELECT person.id, 'kk', {entry}
    FROM person JOIN matching_populationrecord register
      ON register.snapshot_id = %(snapshot)s AND register.kk_index = person.kk_index
    UNION ALL
    SELECT person.id, 'data', {entry}
    FROM person JOIN matching_populationrecord register
      ON register.snapshot_id = %(snapshot)s AND register.birth_date = person.birth_date
     AND register.sex = person.sex AND register.kelurahan_code = person.ktp_kelurahan_id
"""
PARTS = {"entry": ENTRY, "missed": MISSED_ROWS}


class Person(NamedTuple):
    """A member whose number the register does not hold."""

    pk: UUID
    sealed: Any
    nik_index: bytes
    name: str
    birth_date: Any
    sex: str
    kk_index: bytes
    kelurahan: str | None


def start_after(matched: Run) -> Run | None:
    """Start looking for suggestions after a population run; those of earlier runs go. None where there is no need.

    A dry run suggests nothing to anybody and leaves what was suggested.
    """
    if matched.is_dry:
        return None
    Candidate.objects.filter(member__phase_id=matched.scope_id).delete()
    snapshot = matched.params.get("snapshot")
    if snapshot is None or not PersonVerdict.objects.filter(run=matched, value__in=MISSED).exists():
        return None
    params = {**matched.params, "matched": str(matched.pk), "shard_rows": SHARD_ROWS}
    with suppress(RunNotAllowed):  # one is under way; the next population run starts another
        return start_run(kind=KIND, scope_id=matched.scope_id, params=params, by=None)
    return None


def work(run: Run, shard: Shard) -> int:
    """Write the best suggestions for the people of a shard; returns how many people there were."""
    asked = _parameters(run, shard)
    within = members.within(members.NIK_KEY, shard)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE.format(**PARTS, within=within), asked)
        people = [Person(pk, nik, bytes(index), *rest) for pk, nik, index, *rest in cursor.fetchall()]
        found: dict[tuple[UUID, bytes], Candidate] = {}
        key = index_key(Snapshot.objects.values_list("index_key_id", flat=True).get(pk=run.params["snapshot"]))
        for begin in range(0, len(people), PORTION):
            _look_up_neighbours(cursor, people[begin : begin + PORTION], key, asked, found)
        by_id = {person.pk: person for person in people}
        cursor.execute(BY_DATA.format(**PARTS, within=within), asked)
        for pk, way, *entry in cursor.fetchall():
            _weigh(found, by_id[pk], Way(way), None, entry)
        cursor.execute(REGISTERED, {**asked, "indexes": [index for _pk, index in found]})
        registered = {bytes(index) for (index,) in cursor.fetchall()}
    free = [one for (_pk, index), one in found.items() if index not in registered]
    for candidate in free:
        candidate.run, candidate.snapshot_id = run, run.params["snapshot"]
    Candidate.objects.bulk_create(_best(free), batch_size=1000)
    return len(people)


def _look_up_neighbours(
    cursor: Any, people: list[Person], key: bytes, asked: dict[str, Any], found: dict[tuple[UUID, bytes], Candidate]
) -> None:
    make = index_maker("nik", key)
    column: Any = Member._meta.get_field("nik")
    numbers: list[tuple[Person, Neighbour]] = []
    for person in people:
        with suppress(SealError):  # a number that does not open has no neighbours
            digits = column.open(bytes(person.sealed), column.context_for(person.pk))
            numbers += [(person, one) for one in neighbours(digits)]
    cursor.execute(BY_NUMBER.format(**PARTS), {**asked, "indexes": [make(one.digits) for _person, one in numbers]})
    for number, *entry in cursor.fetchall():
        person, one = numbers[number - 1]
        _weigh(found, person, one.way, one.position, entry)


def _weigh(
    found: dict[tuple[UUID, bytes], Candidate], person: Person, way: Way, position: int | None, entry: list[Any]
) -> None:
    """Keep an entry that is like the person; the first way it was found by counts."""
    index, name, birth_date, sex, kk_index, kelurahan = entry
    place = (person.pk, bytes(index))
    if place in found:
        return
    agreeing = {
        "birth_date": birth_date == person.birth_date,
        "sex": sex == person.sex,
        "kk": kk_index is not None and bytes(kk_index) == bytes(person.kk_index),
        "kelurahan": bool(kelurahan) and kelurahan == person.kelurahan,
    }
    score, name_score, agrees = score_of(ours=person.name, theirs=name, agreeing=agreeing)
    if is_worth_a_look(name_score, agrees):
        found[place] = Candidate(
            member_id=person.pk,
            typed_index=person.nik_index,
            register_index=place[1],
            way=way,
            position=position,
            score=score,
            name_score=name_score,
            agrees=agrees,
            masked_name=mask_name(name),
        )


def _best(candidates: Iterable[Candidate]) -> list[Candidate]:
    by_member: dict[UUID, list[Candidate]] = {}
    for candidate in candidates:
        by_member.setdefault(candidate.member_id, []).append(candidate)
    return [
        one
        for mine in by_member.values()
        for one in sorted(mine, key=lambda one: (-one.score, bytes(one.register_index)))[:MOST]
    ]


def _parameters(run: Run, shard: Shard | None = None) -> dict[str, Any]:
    return {**members.parameters(run, shard), "matched": run.params["matched"], "missed": list(MISSED)}


def _keys_sql(shard: Shard | None = None) -> str:
    within = members.within(members.NIK_KEY, shard) if shard else ""
    return members.KEYS.format(key=members.NIK_KEY, rows=MISSED_ROWS, within=within)


def plan(run: Run) -> list[Range]:
    """Ranges of about `shard_rows` people who were not found."""
    return members.ranges_of(_keys_sql(), {**_parameters(run), "size": run.params["shard_rows"]})


def count(run: Run) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(missed=MISSED_ROWS), _parameters(run))
        return int(cursor.fetchone()[0])


def keys(run: Run, shard: Shard) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(members.DISTINCT.format(keys=_keys_sql(shard)), _parameters(run, shard))
        return [bytes(key) for (key,) in cursor.fetchall()]


HANDLER = Handler(kind=KIND, plan=plan, work=work, count=count, keys=keys)
