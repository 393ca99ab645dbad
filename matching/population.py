"""Comparing members with the population register: one pass over the extract decides nearly everybody in one statement.

What a statement cannot judge comes to Python, and is decided in a second, small one: unequal names, and of the people
the register does not know the number, whether it is one at all.
"""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.db import connection
from rapidfuzz import fuzz

from identity.names import FoldedName, plain_name
from identity.nik import InvalidNik, parse_nik
from identity.sealing import SealError
from jobs.models import Run, Shard
from matching import members, occupations
from matching.compared import FOLDED, LETTERS, LEVELS
from matching.models import Snapshot
from matching.vocabulary import (
    BAD_FORMAT_CODE,
    BY_STATUS,
    NO_NIK,
    NOT_FOUND_CODE,
    AreaLevel,
    Source,
    Value,
)
from registration.models import Member

# NULL means: the register or the family says nothing, so the field is not compared.
COMPARED = """
    SELECT member.id, register.status, register.kelurahan_code AS area, register.occupation,
        CASE WHEN register.status <> ALL(%(final)s) AND upper(register.name) <> upper(member.name)
             THEN ARRAY[member.name, register.name] END AS names,
        member.birth_date = register.birth_date AS birth_ok,
        member.sex = nullif(register.sex, '') AS sex_ok,
        member.roster_kk_index = register.kk_index AS kk_ok,
        member.roster_kelurahan = nullif(register.kelurahan_code, '') AS area_ok,
        CASE WHEN member.roster_kelurahan = register.kelurahan_code THEN NULL {levels} END AS level,
        CASE WHEN member.occupation = %(vague)s THEN NULL
             WHEN register.occupation = ANY(%(spellings)s)
             THEN register.occupation || '=' || member.occupation = ANY(%(agreeing_spellings)s)
             WHEN register.words = ANY(%(words)s)
             THEN register.words || '=' || member.occupation = ANY(%(agreeing)s) END AS job_ok
    FROM (SELECT member.* FROM {members}{within}) AS member
    LEFT JOIN {register}
"""
RECORDS = """
    SELECT *, translate(upper(occupation), %(signs)s, '') AS words FROM matching_populationrecord
    WHERE snapshot_id = %(snapshot)s
"""
# One probe of the index for each member. OFFSET 0 keeps the planner, which may have no statistics, from anything else.
PROBED = f"LATERAL ({RECORDS} AND nik_index = member.nik_index OFFSET 0) AS register ON true"
# The whole range of a shard, which lies together since an extract is stored in the order of its index. With nested
# loops forbidden, a wrong guess of the planner's costs a hash table too big and never more.
RANGED = f"({RECORDS}{{range}}) AS register ON register.nik_index = member.nik_index"
DENSE: Final = 40  # rows of the register for each member up to which its range is read sooner than it is probed
SETTINGS = "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET LOCAL random_page_cost = 1.1"
# `score` and `folded` are SQL: how near the names are, and the sign for whether they are equal after folding. What is
# said of each field stands in the notation of matching/compared.py; NULL adds nothing to it.
INSERT = """
    INSERT INTO matching_personverdict (run_id, member_id, source, value, fields, raw_code, threshold, snapshot_id,
        register_area_code, register_occupation, register_status)
    SELECT %(run)s, id, 'population',
        CASE WHEN status IS NULL AND id = ANY(%(wrong)s::uuid[]) THEN %(bad_format)s
             WHEN status IS NULL THEN %(not_found)s
             WHEN status = ANY(%(final)s) THEN (%(values)s::text[])[array_position(%(final)s, status)]
             WHEN {score} >= %(threshold)s AND birth_ok AND sex_ok AND kk_ok IS NOT FALSE AND area_ok IS NOT FALSE
             THEN %(match)s
             WHEN {score} < %(threshold)s AND birth_ok IS NOT TRUE THEN %(mismatch)s
             ELSE %(partial)s END,
        CASE WHEN status IS NULL OR status = ANY(%(final)s) THEN '' ELSE concat({said}) END,
        CASE WHEN status IS NULL AND id = ANY(%(wrong)s::uuid[]) THEN %(bad_format_code)s
             WHEN status IS NULL THEN %(not_found_code)s
             ELSE coalesce((%(codes)s::text[])[array_position(%(final)s, status)], '') END,
        %(threshold)s, %(snapshot)s, coalesce(area, ''), coalesce(occupation, ''), coalesce(status, '')
"""
# Those whom the statement cannot judge, as far as they are compared. The table is gone before the shard lands.
HANDED_OVER = """
    CREATE TEMPORARY TABLE handed_over (id uuid, status text, area text, occupation text, names text[],
        birth_ok bool, sex_ok bool, kk_ok bool, area_ok bool, level text, job_ok bool)
"""
# What Python needs of them: the names, and the sealed number of whom the register does not know.
FOR_PYTHON = """
    SELECT handed.id::text, handed.names, person.nik
    FROM handed_over handed LEFT JOIN LATERAL (SELECT nik FROM registration_member
        WHERE id = handed.id AND handed.status IS NULL OFFSET 0) AS person ON true
"""
# Decides everybody whom the register knows by an equal name, or of whom it says what ends the comparison.
DECIDE_MOST = """
    WITH compared AS MATERIALIZED ({compared}), others AS (
        INSERT INTO handed_over SELECT * FROM compared WHERE status IS NULL OR names IS NOT NULL)
    {insert} FROM compared WHERE status IS NOT NULL AND names IS NULL ORDER BY id
"""
DECIDE_REST = """
    {insert} FROM handed_over LEFT JOIN unnest(%(scored)s::uuid[], %(scores)s::int[], %(folded)s::bool[])
        AS names (member_id, score, folded_equal) ON names.member_id = id ORDER BY id
"""


def work(run: Run, shard: Shard) -> int:
    """Decide the members of a shard; one verdict each."""
    members.hold(run)
    chosen: dict[str, Any] = {**members.parameters(run, shard), **VOCABULARY, "wrong": []}
    with connection.cursor() as cursor:
        dense = _is_dense(run)
        cursor.execute(f"{SETTINGS}; SET LOCAL enable_nestloop = {'off' if dense else 'on'}; {HANDED_OVER}")
        register = RANGED.format(range=members.within("nik_index", shard)) if dense else PROBED
        compared = COMPARED.format(
            members=members.WITH_NIK, within=members.within(members.NIK_KEY, shard), register=register, levels=_LEVELS
        )
        cursor.execute(DECIDE_MOST.format(compared=compared, insert=_insert()), chosen)
        decided = cursor.rowcount
        cursor.execute(FOR_PYTHON)
        if others := cursor.fetchall():
            scored = score_names([(pk, *names) for pk, names, _nik in others if names])
            chosen |= {name: _array(values) for name, values in scored.items()}
            chosen["wrong"] = in_wrong_form((pk, nik) for pk, _names, nik in others if nik is not None)
            cursor.execute(DECIDE_REST.format(insert=_insert(score="score", folded=_FOLDED)), chosen)
            decided += cursor.rowcount
        cursor.execute("DROP TABLE handed_over")
    return int(decided) + members.not_checked(run, shard, Source.POPULATION, reason=NO_NIK)


def score_names(pairs: list[tuple[Any, str, str]]) -> dict[str, list[Any]]:
    """Scores 0 to 100 of unequal names, as the register's service gives them; 100 only if case and signs alone differ.

    That two names are equal after folding is noted for a person to look at; it never raises the score.
    """
    scores, folded = [], []
    for _id, ours, theirs in pairs:
        mine, other = plain_name(ours), plain_name(theirs)
        is_same = mine.replace(" ", "") == other.replace(" ", "")
        scores.append(100 if is_same else min(int(fuzz.ratio(mine, other)), 99))
        folded.append(FoldedName.of(ours).is_equal_to(FoldedName.of(theirs)))
    return {"scored": [pair[0] for pair in pairs], "scores": scores, "folded": folded}


def _array(values: Iterable[Any]) -> str:
    """An array as PostgreSQL writes it: read much sooner than a list of thousands of constants in a statement."""
    return f"{{{','.join(map(str, values))}}}"


def in_wrong_form(sealed: Iterable[tuple[UUID, Any]]) -> list[UUID]:
    """Those whose number cannot be a NIK, so that no register could hold it. One that does not open is not judged."""
    found = []
    column: Any = Member._meta.get_field("nik")
    for pk, blob in sealed:
        try:
            parse_nik(column.open(bytes(blob), column.context_for(pk)))
        except InvalidNik:
            found.append(pk)
        except SealError:
            continue
    return found


def _is_dense(run: Run) -> bool:
    """Whether so many of the register's people are in the phase that reading all of it is quicker than searching."""
    rows = Snapshot.objects.values_list("row_count", flat=True).get(pk=run.params["snapshot"])
    return rows <= DENSE * (run.rows_planned or 0)


def _insert(*, score: str = "100", folded: str = "NULL") -> str:
    name = (_sign("name", f"{score} >= %(threshold)s"), score, folded)
    return INSERT.format(score=score, said=", ".join([*name, *(_sign(*compared) for compared in _COLUMNS.items())]))


def _sign(field: str, agrees: str) -> str:
    """SQL for the letter of a field, with the level of a kelurahan that differs; NULL where it is not compared."""
    capital, small = f"'{LETTERS[field]}'", f"'{LETTERS[field].lower()}'"
    more = f"concat({small}, level)" if field == "kelurahan" else small
    return f"CASE WHEN {agrees} THEN {capital} WHEN NOT {agrees} THEN {more} END"


_COLUMNS = {"birth_date": "birth_ok", "sex": "sex_ok", "kk": "kk_ok", "kelurahan": "area_ok", "occupation": "job_ok"}
_FOLDED = f"CASE WHEN folded_equal THEN '{FOLDED[True]}' WHEN NOT folded_equal THEN '{FOLDED[False]}' END"
# Levels of an area code ("31.71.01.1001") with the length of what names them, the highest first.
_LENGTHS = ((AreaLevel.PROVINCE, 2), (AreaLevel.KOTA, 5), (AreaLevel.KECAMATAN, 8), (AreaLevel.KELURAHAN, 13))
_LEVELS = " ".join(
    f"WHEN left(member.roster_kelurahan, {length}) <> left(register.kelurahan_code, {length}) THEN '{LEVELS[level]}'"
    for level, length in _LENGTHS
)


# The words of the statements: the same for every run.
VOCABULARY: Final[dict[str, Any]] = {
    "final": list(BY_STATUS),
    "values": [value for value, _code in BY_STATUS.values()],
    "codes": [code for _value, code in BY_STATUS.values()],
    "match": Value.MATCH,
    "mismatch": Value.MISMATCH,
    "partial": Value.PARTIAL,
    "not_found": Value.NOT_FOUND,
    "not_found_code": NOT_FOUND_CODE,
    "bad_format": Value.BAD_FORMAT,
    "bad_format_code": BAD_FORMAT_CODE,
    "words": occupations.WORDS,
    "agreeing": occupations.AGREEING_WORDS,
    "spellings": list(occupations.AGREEING),
    "agreeing_spellings": occupations.AGREEING_SPELLINGS,
    "vague": occupations.VAGUE,
    "signs": occupations.SIGNS,
}
