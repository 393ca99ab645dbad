"""The people of a phase and the entries of an extract that a model can be trained on: a sample, numbers as indexes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from django.db import connection

from identity.indexes import index_key, index_maker
from identity.sealing import SealError
from matching import members
from matching.linking.neighbours import neighbours
from matching.linking.training import Row
from matching.models import Snapshot
from registration.models import Member, Phase

PEOPLE: Final = 20_000
OTHERS: Final = 50_000  # entries drawn at random beside those of the people and their KK
SAMPLE: Final = f"""
    SELECT member.id, member.nik, encode(member.nik_index, 'hex'), member.name, member.birth_date, member.sex,
        encode(member.roster_kk_index, 'hex'), member.roster_kelurahan
    FROM {members.WITH_NIK}
    ORDER BY md5(member.id::text) LIMIT %(limit)s
"""  # noqa: S608
ENTRIES: Final = """
    SELECT encode(nik_index, 'hex'), name, birth_date, nullif(sex, ''), encode(kk_index, 'hex'),
        nullif(kelurahan_code, '')
    FROM matching_populationrecord
    WHERE snapshot_id = %(snapshot)s
      AND (nik_index = ANY(%(niks)s::bytea[]) OR kk_index = ANY(%(kks)s::bytea[])
           OR nik_index < %(edge)s)
"""


def rows_of(phase: Phase, snapshot: Snapshot) -> tuple[list[Row], list[Row], Callable[[str, str], bool]]:
    """(people, entries, whether two indexes are one slip apart)."""
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, {"phase": phase.pk, "limit": PEOPLE})
        found = cursor.fetchall()
        people = [Row(*rest) for _pk, _sealed, *rest in found]
        asked: dict[str, Any] = {
            "snapshot": snapshot.pk,
            "niks": [bytes.fromhex(row.number or "") for row in people],
            "kks": [bytes.fromhex(row.kk or "") for row in people],
            "edge": _edge(OTHERS / max(snapshot.row_count, 1)),
        }
        cursor.execute(ENTRIES, asked)
        entries = [Row(*row) for row in cursor.fetchall()]
    slips = _slips(found, {entry.number for entry in entries}, index_key(snapshot.index_key_id))
    return people, entries, lambda ours, theirs: (ours, theirs) in slips


def _edge(share: float) -> bytes:
    """The index below which so large a share of the entries lies: they are spread evenly."""
    return b"\xff" * 17 if share >= 1 else int(share * (1 << 64)).to_bytes(8, "big")


def _slips(found: list[tuple[Any, ...]], held: set[str | None], key: bytes) -> set[tuple[str, str]]:
    """Pairs of indexes (typed, held by the register) whose numbers are one slip apart."""
    make = index_maker("nik", key)
    column: Any = Member._meta.get_field("nik")
    slips = set()
    for pk, sealed, index, *_rest in found:
        with suppress(SealError):
            digits = column.open(bytes(sealed), column.context_for(pk))
            slips |= {(index, near) for one in neighbours(digits) if (near := make(one.digits)) in held}
    return slips
