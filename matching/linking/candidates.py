"""The run that looks for what a mistyped NIK may have meant; it starts by itself when the population run is done.

Two ways lead to an entry of the register: a number one slip away from the typed one (all of them as keyed indexes, one
query for a portion of people), and the same KK or the same birth date, sex and kelurahan. Both go by indexes of the
extract, so that a shard costs what its people cost, however large the register is.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from identity.indexes import index_key, index_maker
from identity.names import compare_names
from identity.sealing import SealError
from jobs.engine import Handler, Range
from jobs.models import Run, Shard
from jobs.services import RunNotAllowed, start_run
from matching import members
from matching.linking.levels import level_of_equality, level_of_kelurahan, levels_of
from matching.linking.model import LinkageModel
from matching.linking.models import BY_DIGITS, Candidate, Way
from matching.linking.neighbours import Neighbour, neighbours
from matching.linking.scoring import agreeing, is_worth_a_look, score_of
from matching.linking.trained import current_model, model_of
from matching.masking import mask_name
from matching.models import PersonVerdict, Snapshot
from matching.vocabulary import Value
from registration.models import Member

KIND: Final = "matching.candidates"
MISSED: Final = (Value.NOT_FOUND, Value.BAD_FORMAT)
PORTION: Final = 250  # people whose neighbours are looked up in one query
MOST: Final = 3  # suggestions for one person
SHARD_ROWS: Final = 5_000

MISSED_ROWS = """
    matching_personverdict verdict
    JOIN registration_member member
      ON member.id = verdict.member_id AND member.roster_active AND member.nik_index IS NOT NULL
    WHERE verdict.run_id = %(matched)s AND verdict.value = ANY(%(missed)s)
"""
PEOPLE = """
    SELECT member.id, member.nik, member.nik_index, member.name, member.birth_date, member.sex,
        member.roster_kk_index, member.roster_kelurahan
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
        SELECT member.id, member.birth_date, member.sex, member.roster_kk_index AS kk_index,
            member.roster_kelurahan AS ktp_kelurahan_id
        FROM {missed}{within})
    SELECT person.id, 'kk', {entry}
    FROM person JOIN LATERAL (SELECT * FROM matching_populationrecord
        WHERE snapshot_id = %(snapshot)s AND kk_index = person.kk_index OFFSET 0
    ) AS register ON true
    UNION ALL
    SELECT person.id, 'data', {entry}
    FROM person JOIN LATERAL (SELECT * FROM matching_populationrecord
        WHERE snapshot_id = %(snapshot)s AND birth_date = person.birth_date
          AND kelurahan_code = person.ktp_kelurahan_id AND sex = person.sex OFFSET 0
    ) AS register ON true
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

    @property
    def compared(self) -> dict[str, Any]:
        """What is compared with an entry, by field."""
        return {
            "name": self.name,
            "birth_date": self.birth_date,
            "sex": self.sex,
            "kk": bytes(self.kk_index),
            "kelurahan": self.kelurahan,
        }


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
    model = current_model().version
    params = {**matched.params, "matched": str(matched.pk), "shard_rows": SHARD_ROWS, "model": model}
    with suppress(RunNotAllowed):  # one is under way; the next population run starts another
        return start_run(kind=KIND, scope_id=matched.scope_id, params=params, by=None)
    return None


def work(run: Run, shard: Shard) -> int:
    """Write the best suggestions for the people of a shard; returns how many people there were."""
    asked = _parameters(run, shard)
    within = members.within(members.NIK_KEY, shard)
    snapshot = Snapshot.objects.only("index_key_id", "row_count").get(pk=run.params["snapshot"])
    found = Found(run, model_of(run.params.get("model", "")), snapshot)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE.format(**PARTS, within=within), asked)
        people = [Person(pk, nik, bytes(index), *rest) for pk, nik, index, *rest in cursor.fetchall()]
        key = index_key(snapshot.index_key_id)
        for begin in range(0, len(people), PORTION):
            _look_up_neighbours(cursor, people[begin : begin + PORTION], key, asked, found)
        by_id = {person.pk: person for person in people}
        cursor.execute(BY_DATA.format(**PARTS, within=within), asked)
        for pk, way, *entry in cursor.fetchall():
            found.weigh(by_id[pk], Way(way), None, entry)
        cursor.execute(REGISTERED, {**asked, "indexes": [index for _pk, index in found.candidates]})
        registered = {bytes(index) for (index,) in cursor.fetchall()}
    free = [one for (_pk, index), one in found.candidates.items() if index not in registered]
    Candidate.objects.bulk_create(_best(free), batch_size=1000)
    return len(people)


def _look_up_neighbours(cursor: Any, people: list[Person], key: bytes, asked: dict[str, Any], found: "Found") -> None:
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
        found.weigh(person, one.way, one.position, entry)


class Found:
    """Entries that are like the people of a shard, as the model of the run weighs them."""

    def __init__(self, run: Run, model: LinkageModel, snapshot: Snapshot) -> None:
        self.run, self.model, self.snapshot = run, model, snapshot
        self.candidates: dict[tuple[UUID, bytes], Candidate] = {}

    def weigh(self, person: Person, way: Way, position: int | None, entry: list[Any]) -> None:
        """Keep an entry that is like the person; the first way it was found by counts."""
        index, name, birth_date, sex, kk_index, kelurahan = entry
        place = (person.pk, bytes(index))
        if place in self.candidates:
            return
        theirs = {
            "name": name,
            "birth_date": birth_date,
            "sex": sex,
            "kk": bytes(kk_index) if kk_index is not None else None,
            "kelurahan": kelurahan,
        }
        ours = person.compared
        levels = {**levels_of(ours, theirs), "number": "slip" if way in BY_DIGITS else "other"}
        weighed = self.model.weigh(levels, register_rows=self.snapshot.row_count)
        if not is_worth_a_look(weighed):
            return
        levels["kk"] = level_of_equality(ours["kk"], theirs["kk"])
        levels["kelurahan"] = level_of_kelurahan(ours["kelurahan"], theirs["kelurahan"])
        self.candidates[place] = Candidate(
            run=self.run,
            snapshot=self.snapshot,
            member_id=person.pk,
            typed_index=person.nik_index,
            register_index=place[1],
            way=way,
            position=position,
            score=score_of(weighed),
            name_score=int(compare_names(person.name, name).score),
            agrees=agreeing(levels),
            masked_name=mask_name(name),
            model=self.model.version,
            weight=round(weighed.weight, 4),
            weighed={"levels": levels, "bits": {field: round(bits, 4) for field, bits in weighed.bits.items()}},
        )


def _best(candidates: Iterable[Candidate]) -> list[Candidate]:
    by_member: dict[UUID, list[Candidate]] = {}
    for candidate in candidates:
        by_member.setdefault(candidate.member_id, []).append(candidate)
    return [
        one
        for mine in by_member.values()
        for one in sorted(mine, key=lambda one: (-(one.weight or 0), bytes(one.register_index)))[:MOST]
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


HANDLER = Handler(
    kind=KIND, plan=plan, work=work, count=count, keys=keys, title=_("Suggestions for NIK that were not found")
)
