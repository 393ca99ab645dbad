"""Comparing members with the population register: all in one statement, but for unequal names.

Python sees those names, and of the people the register does not know the number, whether it is one at all.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from rapidfuzz import fuzz

from identity.names import compare_names, plain_name, same_name
from identity.nik import InvalidNik, parse_nik
from identity.sealing import SealError
from jobs.models import Run, Shard
from matching import members, occupations
from matching.vocabulary import (
    AGREES,
    BAD_FORMAT_CODE,
    BY_STATUS,
    DIFFERS,
    NO_NIK,
    NOT_FOUND_CODE,
    AreaLevel,
    Source,
    Value,
)
from registration.models import Member

# LATERAL … OFFSET 0: one index probe per member, near the last one since both follow the order of the index. Left to
# itself the planner, which has no statistics of an extract just loaded, may compare every member with every row.
JOINED = """
    FROM (SELECT member.*, household.ktp_kelurahan_id
          FROM {members}{within}) AS member
    JOIN registration_family family ON family.id = member.family_id
    LEFT JOIN LATERAL (
        SELECT * FROM matching_populationrecord
        WHERE snapshot_id = %(snapshot)s AND nik_index = member.nik_index OFFSET 0
    ) AS register ON true
"""
# Names to compare, and the sealed numbers nobody has: the two things a statement cannot judge.
FOR_PYTHON = """
    SELECT member.id, member.name, register.name, CASE WHEN register.status IS NULL THEN member.nik END {joined}
    WHERE register.status IS NULL
       OR (register.status <> ALL(%(final)s) AND upper(register.name) <> upper(member.name))
"""
# One row per member. NULL means: the register or the family says nothing, so the field is not compared.
DECIDE = """
    INSERT INTO matching_personverdict (run_id, member_id, source, value, fields, raw_code, threshold, snapshot_id,
        register_area_code, register_occupation, register_status)
    SELECT %(run)s, id, 'population',
        CASE WHEN status IS NULL AND id = ANY(%(wrong)s::uuid[]) THEN %(bad_format)s
             WHEN status IS NULL THEN %(not_found)s
             WHEN status = ANY(%(final)s) THEN (%(values)s::text[])[array_position(%(final)s, status)]
             WHEN name_ok AND birth_ok AND sex_ok AND kk_ok IS NOT FALSE AND area_ok IS NOT FALSE THEN %(match)s
             WHEN NOT name_ok AND birth_ok IS NOT TRUE THEN %(mismatch)s
             ELSE %(partial)s END,
        CASE WHEN status IS NULL OR status = ANY(%(final)s) THEN '{{}}'::jsonb
             ELSE jsonb_strip_nulls(jsonb_build_object(
            'name', jsonb_build_object('result', CASE WHEN name_ok THEN %(agrees)s ELSE %(differs)s END::text,
                                       'score', score, 'folded_equal', folded_equal),
            'birth_date', {birth_ok}, 'sex', {sex_ok}, 'kk', {kk_ok},
            'kelurahan', {area_ok} || jsonb_build_object('level', level), 'occupation', {job_ok})) END,
        CASE WHEN status IS NULL AND id = ANY(%(wrong)s::uuid[]) THEN %(bad_format_code)s
             WHEN status IS NULL THEN %(not_found_code)s
             ELSE coalesce((%(codes)s::text[])[array_position(%(final)s, status)], '') END,
        %(threshold)s, %(snapshot)s, coalesce(area, ''), coalesce(occupation, ''), coalesce(status, '')
    FROM (
        SELECT member.id, register.status, register.kelurahan_code AS area, register.occupation,
            coalesce(names.score, 100) AS score, names.folded_equal,
            coalesce(names.score, 100) >= %(threshold)s AS name_ok,
            member.birth_date = register.birth_date AS birth_ok,
            member.sex = nullif(register.sex, '') AS sex_ok,
            family.kk_index = register.kk_index AS kk_ok,
            member.ktp_kelurahan_id = nullif(register.kelurahan_code, '') AS area_ok,
            CASE WHEN member.ktp_kelurahan_id = register.kelurahan_code THEN NULL {levels} END AS level,
            CASE WHEN member.occupation <> %(vague)s
                 THEN member.occupation = ANY(string_to_array(job.answers, ',')) END AS job_ok
        {joined}
        LEFT JOIN unnest(%(words)s::text[], %(answers)s::text[]) AS job (words, answers)
          ON job.words = translate(upper(register.occupation), %(signs)s, '')
        LEFT JOIN unnest(%(ids)s::uuid[], %(scores)s::int[], %(folded)s::bool[]) AS names (id, score, folded_equal)
          ON names.id = member.id
    ) AS compared
"""


def work(run: Run, shard: Shard) -> int:
    """Decide the members of a shard; one verdict each."""
    chosen: dict[str, Any] = {
        **members.parameters(run, shard),
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
        "agrees": AGREES,
        "differs": DIFFERS,
        "words": occupations.WORDS,
        "answers": occupations.ANSWERS,
        "vague": occupations.VAGUE,
        "signs": occupations.SIGNS,
    }
    joined = _joined(shard)
    with connection.cursor() as cursor:
        cursor.execute(FOR_PYTHON.format(joined=joined), chosen)
        rows = cursor.fetchall()
        chosen |= score_names([(pk, ours, theirs) for pk, ours, theirs, _nik in rows if theirs is not None])
        chosen["wrong"] = in_wrong_form((pk, nik) for pk, _ours, theirs, nik in rows if theirs is None)
        cursor.execute(DECIDE.format(joined=joined, levels=_LEVELS, **_RESULTS), chosen)
        decided = int(cursor.rowcount)
    return decided + members.not_checked(run, shard, Source.POPULATION, reason=NO_NIK)


def score_names(pairs: list[tuple[Any, str, str]]) -> dict[str, list[Any]]:
    """Scores 0 to 100 of unequal names, as the register's service gives them; 100 only if case and signs alone differ.

    That two names are equal after folding is noted for a person to look at; it never raises the score.
    """
    scores = [
        100 if same_name(ours, theirs) else min(int(fuzz.ratio(plain_name(ours), plain_name(theirs))), 99)
        for _id, ours, theirs in pairs
    ]
    folded = [compare_names(ours, theirs).folded_equal for _id, ours, theirs in pairs]
    return {"ids": [pair[0] for pair in pairs], "scores": scores, "folded": folded}


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


def _joined(shard: Shard) -> str:
    return JOINED.format(members=members.WITH_NIK, within=members.within(members.NIK_KEY, shard))


def _result(column: str) -> str:
    return (
        f"CASE WHEN {column} IS NOT NULL THEN jsonb_build_object('result',"
        f" CASE WHEN {column} THEN %(agrees)s ELSE %(differs)s END::text) END"
    )


_RESULTS = {column: _result(column) for column in ("birth_ok", "sex_ok", "kk_ok", "area_ok", "job_ok")}
# Levels of an area code ("31.71.01.1001") with the length of what names them, the highest first.
_LENGTHS = ((AreaLevel.PROVINCE, 2), (AreaLevel.KOTA, 5), (AreaLevel.KECAMATAN, 8), (AreaLevel.KELURAHAN, 13))
_LEVELS = " ".join(
    f"WHEN left(member.ktp_kelurahan_id, {length}) <> left(register.kelurahan_code, {length}) THEN '{level}'"
    for level, length in _LENGTHS
)
