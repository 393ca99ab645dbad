"""A phase as large as a city, made by the database itself, and what its population run must say, asked another way.

Person n has a NIK index made of n and belongs to family n // 3. What the register holds about person n depends on
n % 20 (`REGISTER`); nothing here can be opened or typed by anybody.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from identity.indexes import current_index_key_id
from jobs.models import Run
from matching.models import Snapshot, SnapshotState
from matching.services import start_matching
from matching.snapshots import tables
from registration.models import Family, Household, Member, Phase
from registration.references import ALPHABET
from tests.faults.cluster import Cluster
from tests.matching.town import make_phase, settle
from tests.people import dewi, siti

WITHOUT_NIK_EVERY = 1009
HOME, FAMILY = "md5('home' || n / 3)::uuid", "md5('family' || n / 3)::uuid"
NIK_INDEX = "substring(sha256(convert_to('nik' || n, 'UTF8')) FOR 16)"
KK_INDEX = "substring(sha256(convert_to('kk' || n / 3, 'UTF8')) FOR 16)"
LETTERS = " || ".join(f"substr('{ALPHABET}', (n / 3 / {30**place} %% 30) + 1, 1)" for place in range(4))
BY_FAMILY, BY_PERSON = "generate_series(%(first)s, %(last)s, 3)", "generate_series(%(first)s, %(last)s)"
HAS_NIK = f"n %% {WITHOUT_NIK_EVERY} > 0"


def copies(model: type[Model], each: str, of: str, **changes: str) -> str:
    """Rows like the one that was made in the ordinary way, but for some columns."""
    table, columns = model._meta.db_table, [str(field.column) for field in model._meta.concrete_fields]
    values = ", ".join(changes.get(column, f"made.{column}") for column in columns)
    rows = f"SELECT {values} FROM {each} AS n, {table} AS made WHERE {of}"  # noqa: S608
    return f"INSERT INTO {table} ({', '.join(columns)}) {rows};\n"


SETTLE = (
    copies(
        Household, BY_FAMILY, "made.id = %(home)s", id=HOME, phase_id="%(phase)s", reference=f"'JKT-2222-' || {LETTERS}"
    )
    + copies(Family, BY_FAMILY, "made.household_id = %(home)s", id=FAMILY, household_id=HOME, kk_index=KK_INDEX)
    + copies(
        Member,
        BY_PERSON,
        "made.household_id = %(home)s AND made.number = CASE WHEN n %% 3 = 0 THEN 1 ELSE 2 END",
        id="md5('person' || n)::uuid",
        family_id=FAMILY,
        household_id=HOME,
        phase_id="%(phase)s",
        number="n %% 3 + 1",
        name="'Warga ' || translate(n::text, '0123456789', 'abcdefghij')",
        birth_date="date '1960-01-01' + n %% 20000",
        sex="substr('LP', n %% 2 + 1, 1)",
        nik=f"CASE WHEN {HAS_NIK} THEN made.nik END",
        nik_index=f"CASE WHEN {HAS_NIK} THEN {NIK_INDEX} END",
    )
)
# n % 20 = 0: nobody has this number. The rest: another field differs, a status, a blank, a sign; the others agree.
REGISTER = f"""
INSERT INTO {{part}}
    (nik_index, kk_index, name, birth_place, birth_date, sex, kelurahan_code, rt, rw, occupation, status)
SELECT {NIK_INDEX}, CASE kind WHEN 8 THEN decode(repeat('00', 16), 'hex') WHEN 12 THEN NULL
                              ELSE {KK_INDEX} END,
    CASE WHEN kind IN (5, 6) THEN 'ZULKIFLI HAKIM QODRI'
         ELSE upper('Warga ' || translate(n::text, '0123456789', 'abcdefghij')) END
        || CASE kind WHEN 13 THEN '.' ELSE '' END,
    'JAKARTA', date '1960-01-01' + n %% 20000 + CASE WHEN kind IN (6, 7) THEN 31 ELSE 0 END,
    CASE kind WHEN 10 THEN substr('PL', n %% 2 + 1, 1) WHEN 14 THEN ''
              ELSE substr('LP', n %% 2 + 1, 1) END,
    CASE kind WHEN 9 THEN '31.74.01.1001' WHEN 12 THEN '' ELSE '31.71.01.1001' END, '001', '002',
    'BURUH HARIAN LEPAS',
    CASE kind WHEN 2 THEN 'meninggal' WHEN 3 THEN 'ganda' WHEN 4 THEN 'nonaktif' WHEN 11 THEN 'pindah'
              ELSE 'aktif' END
FROM generate_series(%(first)s, %(last)s + 20000) AS n, LATERAL (SELECT n %% 20) AS mixture (kind)
WHERE kind > 0 ORDER BY 1
"""  # noqa: S608
BY_KIND = {
    0: "nik_tidak_ditemukan",
    2: "meninggal",
    3: "ganda",
    4: "nonaktif",
    **dict.fromkeys((5, 7, 8, 9, 10, 14), "padan_sebagian"),
    6: "tidak_padan",
}
# Not a word of the engine's statement: sets of people instead of one row each, letters instead of a score.
ORACLE = """
WITH people AS MATERIALIZED (
    SELECT * FROM registration_member WHERE phase_id = %(phase)s
), register AS MATERIALIZED (
    SELECT * FROM matching_populationrecord WHERE snapshot_id = %(snapshot)s
), known AS (
    SELECT people.id, register.status, people.birth_date = register.birth_date AS born,
        regexp_replace(upper(people.name), '[^A-Z]', '', 'g') =
            regexp_replace(register.name, '[^A-Z]', '', 'g') AS named,
        people.sex = register.sex
            AND (register.kk_index IS NULL OR EXISTS (SELECT 1 FROM registration_family family
                 WHERE family.id = people.family_id AND family.kk_index = register.kk_index))
            AND (register.kelurahan_code = '' OR EXISTS (SELECT 1 FROM registration_household household
                 WHERE household.id = people.household_id
                   AND household.ktp_kelurahan_id = register.kelurahan_code)) AS rest
    FROM people JOIN register USING (nik_index)
), answers (id, value) AS (
    SELECT id, 'belum_dicek' FROM people WHERE nik_index IS NULL
    UNION ALL
    SELECT id, 'nik_tidak_ditemukan' FROM people WHERE nik_index IN (
        SELECT nik_index FROM people WHERE nik_index IS NOT NULL EXCEPT SELECT nik_index FROM register)
    UNION ALL
    SELECT id, status FROM known WHERE status IN ('meninggal', 'ganda', 'nonaktif')
    UNION ALL
    SELECT id, CASE WHEN named AND born AND rest THEN 'padan' WHEN named OR born THEN 'padan_sebagian'
                    ELSE 'tidak_padan' END
    FROM known WHERE status IN ('aktif', 'pindah')
), verdicts AS (
    SELECT member_id, min(value) AS value, count(*) AS times
    FROM matching_personverdict WHERE run_id = %(run)s GROUP BY member_id
)
SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM answers),
    count(*) FILTER (WHERE verdicts.member_id IS NULL), count(*) FILTER (WHERE answers.id IS NULL),
    count(*) FILTER (WHERE verdicts.times > 1), count(*) FILTER (WHERE verdicts.value <> answers.value)
FROM answers FULL JOIN verdicts ON verdicts.member_id = answers.id
"""

JUDGED = ("people", "answers", "without a verdict", "verdict on a stranger", "doubled", "wrong")


@dataclass
class City:
    phase: Phase
    snapshot: Snapshot
    people: range

    def start(self) -> Run:
        return start_matching(phase=self.phase, source="population", snapshot=self.snapshot, by=dewi())

    def judge(self, run: Run) -> None:
        """Everybody has one verdict, and the oracle's."""
        with connection.cursor() as cursor:
            cursor.execute(ORACLE, {"phase": self.phase.pk, "snapshot": self.snapshot.pk, "run": run.pk})
            found = dict(zip(JUDGED, cursor.fetchone(), strict=True))
            everybody = len(self.people)
            assert found == dict(zip(JUDGED, (everybody, everybody, 0, 0, 0, 0), strict=True)), found
            cursor.execute("SELECT value, count(*) FROM matching_personverdict WHERE run_id = %s GROUP BY 1", [run.pk])
            counted, expected = dict(cursor.fetchall()), Counter(map(expected_of, self.people))
            assert counted == expected, (counted, expected)


def expected_of(n: int) -> str:
    return BY_KIND.get(n % 20, "padan") if n % WITHOUT_NIK_EVERY else "belum_dicek"


def found_city(cluster: Cluster, slug: str, people: range) -> City:
    """`people` begins with a family: person numbers, other ones for each city."""
    phase, model = make_phase(slug), make_phase(f"cetakan-{slug}")
    home = settle(model, 2, owner=siti())[0].household_id
    chosen = {"first": people[0], "last": people[-1], "phase": phase.pk, "home": home}
    with cluster.superuser() as cursor:
        cursor.execute("SET session_replication_role = replica")  # a million looks at foreign keys are not the point
        cursor.execute(SETTLE, chosen)
        cursor.execute("SET session_replication_role = origin")  # but the roster is
        cursor.execute(
            "UPDATE registration_member SET roster_active = roster_active WHERE phase_id = %(phase)s", chosen
        )
        cursor.execute("ANALYZE registration_household, registration_family, registration_member")
    return City(phase, _register(chosen), people)


@transaction.atomic
def _register(chosen: dict[str, Any]) -> Snapshot:
    snapshot = Snapshot.objects.create(
        source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), state=SnapshotState.LOADING
    )
    with connection.cursor() as cursor:
        cursor.execute(REGISTER.format(part=tables.open_partition(snapshot.pk)), chosen)
        snapshot.row_count = cursor.rowcount
        tables.attach_partition(snapshot.pk)
    snapshot.state, snapshot.ready_at, snapshot.sha256 = SnapshotState.READY, timezone.now(), "0" * 64
    snapshot.save()
    return snapshot
