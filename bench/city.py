"""A made-up city in the database: families of a phase, and a population register that knows most of their people.

Made by SQL from each person's number alone, so that a size is the same each time. What differs between the two sides
follows the errors that registers really have: most of them are in names (docs/matching.md).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from bench.database import owner
from dtks_portal.made_up.names import MEN, PLACES, SECOND, WOMEN

FAMILY: Final = 4  # persons
UNKNOWN: Final = 50  # the register lacks every so manieth person
KELURAHAN: Final = "31.71.01.1001"

# Person n, of a phase or of the register. `fate` (0 to 999) decides what the register says differently.
PERSON: Final = """
    (%(firsts)s::text[])[1 + n %% cardinality(%(firsts)s)] || ' '
        || (%(seconds)s::text[])[1 + n / 7 %% cardinality(%(seconds)s)] || ' '
        || (%(seconds)s::text[])[1 + n / 311 %% cardinality(%(seconds)s)] AS name,
    (%(places)s::text[])[1 + n %% cardinality(%(places)s)] AS place,
    date '1945-01-01' + (n::bigint * 7919 %% 28000)::int AS born,
    CASE WHEN n %% cardinality(%(firsts)s) < %(men)s THEN 'L' ELSE 'P' END AS sex,
    (%(areas)s::text[])[1 + n / 900 %% cardinality(%(areas)s)] AS area,
    (n::bigint * 2654435761 %% 4294967291 %% 1000)::int AS fate
"""


def lists() -> dict[str, Any]:
    """What the statements choose from."""
    from areas.models import Area

    return {
        "firsts": [*MEN, *WOMEN],
        "men": len(MEN),
        "seconds": list(SECOND),
        "places": list(PLACES),
        "areas": list(Area.objects.kelurahan().order_by("code").values_list("code", flat=True)),
    }


def index_of(kind: str, number: str) -> str:
    """SQL for 16 bytes that look like the keyed index of a number."""
    return f"substr(sha256(convert_to('{kind}' || ({number}), 'UTF8')), 1, 16)"


HOUSEHOLDS: Final = f"""
INSERT INTO registration_household (id, phase_id, reference, registered_by_id, channel, kind, for_others,
    registrant_relation, consent_basis, kelurahan_id, address, rt, rw, ktp_kelurahan_id, ktp_address, ktp_rt, ktp_rw,
    ktp_region_text, dwelling, declarations, programmes, questionnaire, submitted_at, submitted_by_id,
    withdrawal_reason, withdrawn_with_code, opted_out)
SELECT md5(%(phase)s || 'household' || h)::uuid, %(phase)s,
    'JKT-' || upper(translate(lpad(to_hex(%(phase)s * 256 + h / 65536), 4, '0'), '01', 'GH'))
        || '-' || upper(translate(lpad(to_hex(h %% 65536), 4, '0'), '01', 'GH')),
    %(officer)s, 'counter', 'baru', false, '', '', '{KELURAHAN}', 'Jl. Melati ' || h, '001', '002',
    (%(areas)s::text[])[1 + h * {FAMILY} / 900 %% cardinality(%(areas)s)], '', '', '', '', '{{}}', '{{}}', '{{}}',
    'ringkas-2022', now(), %(officer)s, '', false, false
FROM generate_series(0, (%(persons)s - 1) / {FAMILY}) AS h
"""
FAMILIES: Final = f"""
INSERT INTO registration_family (id, household_id, number, kk, kk_index, outcome)
SELECT md5(%(phase)s || 'family' || h)::uuid, md5(%(phase)s || 'household' || h)::uuid, 1,
    decode(repeat('00', 60), 'hex'), {index_of("kk", "h")}, 'PROCESSING'
FROM generate_series(0, (%(persons)s - 1) / {FAMILY}) AS h
"""
MEMBERS: Final = f"""
INSERT INTO registration_member (id, family_id, household_id, phase_id, number, nik, nik_index, name, birth_place,
    birth_date, sex, relation, marital, occupation, in_school, school_level, works, is_head)
SELECT md5(%(phase)s || 'member' || n)::uuid, md5(%(phase)s || 'family' || n / {FAMILY})::uuid,
    md5(%(phase)s || 'household' || n / {FAMILY})::uuid, %(phase)s, n %% {FAMILY} + 1,
    decode(repeat('00', 60), 'hex'), {index_of("nik", "n")}, name, place, born, sex,
    CASE WHEN n %% {FAMILY} = 0 THEN 'kepala' ELSE 'famili_lain' END, 'belum_kawin',
    CASE WHEN fate < 500 THEN 'wiraswasta' ELSE 'belum_bekerja' END, false, '', false, n %% {FAMILY} = 0
FROM (SELECT n, {PERSON} FROM generate_series(0, %(persons)s - 1) AS n) AS people
"""
UNKNOWN_ONES: Final = f"""
SELECT md5(%(phase)s || 'member' || n)::uuid, n FROM generate_series(7, %(persons)s - 1, {UNKNOWN}) AS n
"""
SEALED: Final = """
UPDATE registration_member SET nik = made.nik FROM (VALUES %s) AS made (id, nik)
WHERE registration_member.id = made.id::uuid
"""
REGISTER: Final = f"""
INSERT INTO {{table}} (nik_index, kk_index, name, birth_place, birth_date, sex, kelurahan_code, rt, rw, occupation,
    status)
SELECT {index_of("nik", "n")}, {index_of("kk", f"n / {FAMILY} + CASE WHEN fate BETWEEN 100 AND 129 THEN 7 ELSE 0 END")},
    upper(CASE WHEN fate < 30 THEN overlay(name PLACING 'x' FROM 3 FOR 1) WHEN fate < 50 THEN replace(name, 'a', 'aa')
               WHEN fate < 60 THEN split_part(name, ' ', 1) WHEN fate < 70 THEN 'Orang Lain Sama Sekali'
               ELSE name END),
    upper(place), CASE WHEN fate BETWEEN 70 AND 77 THEN born + 1 ELSE born END, sex,
    CASE WHEN fate BETWEEN 200 AND 239 THEN (%(areas)s::text[])[1 + n %% cardinality(%(areas)s)] ELSE area END,
    '001', '002', CASE WHEN fate < 480 THEN 'WIRASWASTA' ELSE 'BELUM/TIDAK BEKERJA' END,
    CASE WHEN fate BETWEEN 300 AND 302 THEN 'meninggal' WHEN fate BETWEEN 310 AND 314 THEN 'nonaktif'
         ELSE 'aktif' END
FROM (SELECT n, {PERSON} FROM generate_series(0, %(last)s) AS n WHERE n %% {UNKNOWN} <> 7) AS people
ORDER BY 1
"""


def settle(phase_id: int, persons: int, *, officer_id: Any) -> None:
    """Submit families of four for so many persons. Those whom the register lacks have a really sealed NIK, which the
    comparison opens; the others' sealed values are of the usual length and never opened."""
    chosen = {**lists(), "phase": phase_id, "persons": persons, "officer": officer_id}
    with owner() as line, line, line.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        for statement in (HOUSEHOLDS, FAMILIES, MEMBERS):
            cursor.execute(statement, chosen)
        cursor.execute(UNKNOWN_ONES, chosen)
        _seal(cursor, cursor.fetchall())


def _seal(cursor: Any, people: list[tuple[Any, int]]) -> None:
    from psycopg2.extras import execute_values

    from registration.models import Member

    column: Any = Member._meta.get_field("nik")
    rows = [
        (pk, column.close(f"990101{n % 28 + 1:02d}0190{n % 9999 + 1:04d}", column.context_for(pk))) for pk, n in people
    ]
    execute_values(cursor, SEALED, rows, page_size=5000)


def _nik(n: int) -> str:
    return f"990101{n % 28 + 1:02d}0190{n % 9999 + 1:04d}"


def load_register(rows: int) -> Any:
    """A ready population extract of so many rows, stored as an import stores it: sorted, keyed, attached."""
    from django.db import connection
    from django.db.models.functions import Now

    from identity.indexes import current_index_key_id
    from matching.models import Snapshot, SnapshotState
    from matching.snapshots.tables import attach_partition, open_partition

    snapshot = Snapshot.objects.create(
        source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), state=SnapshotState.LOADING
    )
    table = open_partition(snapshot.pk)
    last = rows + rows // (UNKNOWN - 1)  # so many numbers until the known ones are enough
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '512MB'")
        cursor.execute(REGISTER.format(table=table), {**lists(), "last": last})
        stored = cursor.rowcount
    attach_partition(snapshot.pk)
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state=SnapshotState.READY, ready_at=Now(), row_count=stored, sha256="0" * 64
    )
    snapshot.refresh_from_db()
    return snapshot
