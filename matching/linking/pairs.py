"""What makes two registrations of a phase a pair to look at: statements, limits and scores."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.names import FoldedName, compare_folded, compare_names
from matching import members
from matching.linking.folding_sql import consonants, folded_address, plain_words
from matching.linking.models import PairKind
from registration.models.household import BORN_ALIKE, NEIGHBOURHOOD

NAMES_ALIKE: Final = 90  # of 100 after folding
MOTHERS_DIFFER: Final = 60  # below, two mothers are two mothers, so their children are two children
CROWDED: Final = 6  # more households at one address are a boarding house or a block of flats
CROWD: Final = 50  # people of one birth date, sex and word of the name with whom one of them is compared at most
SCORE_OF_DWELLING: Final = 70

REASONS: Final[dict[str, Promise]] = {
    "nik": _("Both have typed the same NIK."),
    "kk": _("Both have typed the same KK number."),
    "name": _("The names are the same or nearly so."),
    "birth_date": _("Same date of birth."),
    "sex": _("Same sex."),
    "mother": _("Same name of the mother."),
    "no_nik": _("One of them has no NIK."),
    "other_nik": _("Their NIK differ; one may be mistyped."),
    "address": _("Same address, RT, RW and kelurahan."),
    "accounts": _("Registered by two accounts, or at the counter."),
}

# Keys of 16 bytes by which the work is cut: two registrations that can be a pair have the same one. Each is an index,
# so a shard reads its own rows and not those of the whole phase.
KEYS: Final[dict[PairKind, str]] = {
    PairKind.NIK: "member.nik_index",
    PairKind.KK: "family.kk_index",
    PairKind.PERSON: BORN_ALIKE,
    PairKind.DWELLING: NEIGHBOURHOOD,
}
MEMBERS: Final = "registration_member member WHERE member.phase_id = %(phase)s AND member.roster_active"
# LATERAL … OFFSET 0: a probe for each family, whatever the planner knows of tables that have just been filled.
FAMILIES: Final = f"""
    registration_family family
    JOIN LATERAL (SELECT FROM registration_household household
                  WHERE household.id = family.household_id AND {members.ACTIVE}
                    AND household.phase_id = %(phase)s OFFSET 0) AS registered ON true
    WHERE true
"""
HOUSEHOLDS: Final = f"registration_household household WHERE {members.ACTIVE} AND household.phase_id = %(phase)s"
ROWS: Final[dict[PairKind, str]] = {
    PairKind.NIK: MEMBERS,
    PairKind.KK: FAMILIES,
    PairKind.PERSON: MEMBERS,
    PairKind.DWELLING: HOUSEHOLDS,
}
INSERT: Final = """
    INSERT INTO matching_duplicatepair (id, phase_id, run_id, kind, household_id, other_household_id, member_id,
        other_member_id, score, reasons, state)
    SELECT gen_random_uuid(), %(phase)s, %(run)s, '{kind}', {columns}, '{reasons}'::jsonb, 'open'
    FROM {pairs} ON CONFLICT DO NOTHING
"""
SAME_NIK: Final = """
    (SELECT member.id, member.household_id, member.nik_index FROM {rows}{within}) one
    JOIN (SELECT member.id, member.household_id, member.nik_index FROM {rows}{within}) two
      ON two.nik_index = one.nik_index AND (two.household_id, two.id) > (one.household_id, one.id)
"""
SAME_KK: Final = """
    (WITH registered AS MATERIALIZED (SELECT DISTINCT family.household_id, family.kk_index FROM {rows}{within})
     SELECT one.household_id AS one, two.household_id AS two
     FROM registered one JOIN registered two ON two.kk_index = one.kk_index AND two.household_id > one.household_id
    ) AS pair
"""
# Each household with the next one at the same address: k households make k - 1 pairs. An address without a number is a
# street, and a crowded one a boarding house.
SAME_DWELLING: Final = """
    (SELECT id AS one, lead(id) OVER here AS two, account_id, lead(account_id) OVER here AS other_account_id,
        count(*) OVER (PARTITION BY kelurahan_id, rt, rw, address) AS households
     FROM (SELECT household.id, household.account_id, household.kelurahan_id, household.rt, household.rw,
               {address} AS address FROM {rows}{within} OFFSET 0) AS place
     WHERE address ~ '[0-9]'
     WINDOW here AS (PARTITION BY kelurahan_id, rt, rw, address ORDER BY id)) AS pair
    WHERE two IS NOT NULL AND households <= {crowded}
      AND (account_id IS DISTINCT FROM other_account_id OR account_id IS NULL)
"""
BY_STATEMENT: Final = (
    INSERT.format(
        kind=PairKind.NIK,
        columns="one.household_id, two.household_id, one.id, two.id, 100",
        reasons='["nik"]',
        pairs=SAME_NIK.replace("{rows}", ROWS[PairKind.NIK]),
    ),
    INSERT.format(
        kind=PairKind.KK,
        columns="one, two, NULL::uuid, NULL::uuid, 100",
        reasons='["kk"]',
        pairs=SAME_KK.replace("{rows}", ROWS[PairKind.KK]),
    ),
    INSERT.format(
        kind=PairKind.DWELLING,
        columns=f"one, two, NULL::uuid, NULL::uuid, {SCORE_OF_DWELLING}",
        reasons='["address", "accounts"]',
        pairs=SAME_DWELLING.replace("{rows}", ROWS[PairKind.DWELLING])
        .replace("{address}", folded_address("household.address"))
        .replace("{crowded}", str(CROWDED)),
    ),
)
STATEMENT_KINDS: Final = (PairKind.NIK, PairKind.KK, PairKind.DWELLING)
# Same birth date and sex, and a word alike or the whole name without its spaces. Two people whom the register knows as
# two are left out; equal NIK are a kind of their own. Of a crowd with one birth date and one word (all those Siti born
# on 1 January of a year) each is compared with the next CROWD in the order of their names, so the work grows with the
# number of people and not with its square; whoever is alike stands near. Boxes of CROWD make that a join by equality.
# The verdict is asked for by the member, the run being no condition that an index knows: there is an index by run and
# value, and a planner that takes it reads the verdicts of the whole run for every person.
PEOPLE_ALIKE: Final = f"""
    WITH person AS MATERIALIZED (
        SELECT row_number() OVER (ORDER BY member.id) AS number, member.id, member.household_id, member.birth_date,
            member.sex, member.name, member.nik_index, {plain_words("member.name")} AS words,
            (SELECT verdict.value FROM matching_personverdict verdict
             WHERE verdict.member_id = member.id AND verdict.run_id = %(matched)s::uuid) = 'padan' AS is_known
        FROM {MEMBERS}{{within}}),
    sound AS MATERIALIZED (
        SELECT DISTINCT number, birth_date, sex, words, {consonants("word")} AS sound
        FROM person, LATERAL (SELECT unnest(string_to_array(words, ' '))
                              UNION ALL SELECT replace(words, ' ', '')) AS split (word)
        WHERE length(word) > 2 OR word = words),
    placed AS MATERIALIZED (
        SELECT number, birth_date, sex, sound,
            row_number() OVER (PARTITION BY birth_date, sex, sound ORDER BY words, number) AS place
        FROM sound),
    boxed AS MATERIALIZED (
        SELECT placed.*, further, place / {CROWD} + further AS box FROM placed, (VALUES (0), (1)) AS boxes (further)),
    near AS MATERIALIZED (
        SELECT DISTINCT least(one.number, two.number) AS one, greatest(one.number, two.number) AS two
        FROM boxed one JOIN boxed two USING (birth_date, sex, sound, box)
        WHERE two.further = 0 AND two.place > one.place AND two.place <= one.place + {CROWD}),
    pair AS MATERIALIZED (
        SELECT near.one, near.two
        FROM near JOIN person one ON one.number = near.one JOIN person two ON two.number = near.two
        WHERE (one.nik_index = two.nik_index) IS NOT TRUE AND (one.is_known AND two.is_known) IS NOT TRUE)
    SELECT person.number, person.id::text, person.household_id::text, person.name, person.nik_index IS NULL,
        coalesce(others, ARRAY[]::bigint[])
    FROM person LEFT JOIN (SELECT one AS number, array_agg(two) AS others FROM pair GROUP BY one) AS further
        USING (number)
    WHERE others IS NOT NULL OR number IN (SELECT two FROM pair)
"""  # noqa: S608
# The planner has no statistics of rows that have just been stored and none of a computed key: it believes that next to
# nothing lies within a shard, and compares all of it with all of it. Without nested loops it sorts or hashes. (Those
# that MEMBERS asks for stay: there is no other way to do them.)
NO_LOOPS: Final = "SELECT set_config('enable_nestloop', 'off', true)"
LOOPS_AGAIN: Final = "SELECT set_config('enable_nestloop', 'on', true)"


WRITE: Final = """
    INSERT INTO matching_duplicatepair (id, phase_id, run_id, kind, household_id, other_household_id, member_id,
        other_member_id, score, reasons, state)
    SELECT gen_random_uuid(), %(phase)s, %(run)s, 'orang', household, other_household, member, other_member, score,
        reasons::jsonb, 'open'
    FROM unnest(%(households)s::uuid[], %(others)s::uuid[], %(members)s::uuid[], %(other_members)s::uuid[],
            %(scores)s::int[], %(reasons)s::text[])
        AS pair (household, other_household, member, other_member, score, reasons)
    ON CONFLICT DO NOTHING
"""


class Person(NamedTuple):
    """A row of PEOPLE_ALIKE: somebody, and the numbers of those rows with whom the name is to be compared.

    Ids are texts as the database writes them, which have the order of the ids.
    """

    number: int
    member: str
    household: str
    name: str
    lacks_nik: bool
    others: list[int]


class Alike(NamedTuple):
    """Two members with names alike, of the smaller household id first. `likeness` is that of the names."""

    household: str
    other_household: str
    member: str
    other_member: str
    lacks_nik: bool
    likeness: float


def to_compare(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Person, Person]]:
    """The pairs that the rows of PEOPLE_ALIKE say."""
    people = {row[0]: Person(*row) for row in rows}
    return ((one, people[number]) for one in people.values() for number in one.others)


def with_like_names(pairs: Iterable[tuple[Person, Person]]) -> list[Alike]:
    """In the order of the table, those whose names are alike after folding, which is done once for each name."""
    fold = cache(FoldedName.of)
    found = []
    for one, two in pairs:
        likeness = compare_folded(fold(one.name), fold(two.name)).score
        if likeness < NAMES_ALIKE:
            continue
        if (two.household, two.member) < (one.household, one.member):
            one, two = two, one
        ids = (one.household, two.household, one.member, two.member)
        found.append(Alike(*ids, one.lacks_nik or two.lacks_nik, likeness))
    return sorted(found)


def weigh(pair: Alike, mothers: Mapping[str, str]) -> tuple[int, list[str]] | None:
    """(score, reasons); None for children of two mothers."""
    name = pair.likeness
    reasons = ["name", "birth_date", "sex", "no_nik" if pair.lacks_nik else "other_nik"]
    mother, other = mothers.get(pair.member), mothers.get(pair.other_member)
    if not mother or not other:
        return round(name * 0.7) + 15, reasons
    likeness = compare_names(mother, other).score
    if likeness < MOTHERS_DIFFER:
        return None
    return round(name * 0.7 + likeness * 0.15) + 15, [*reasons, "mother"] if likeness >= NAMES_ALIKE else reasons


def as_columns(pairs: Iterable[Alike], mothers: Mapping[str, str]) -> dict[str, list[Any]]:
    """What WRITE is executed with, beside phase and run: a list for each column, without children of two mothers."""
    names = ("households", "others", "members", "other_members", "scores", "reasons")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for pair in pairs:
        weight = weigh(pair, mothers)
        if weight is None:
            continue
        score, reasons = weight
        row = (pair.household, pair.other_household, pair.member, pair.other_member, score, json.dumps(reasons))
        for name, value in zip(names, row, strict=True):
            columns[name].append(value)
    return columns
