"""The peer of bench/matching.py: Splink on DuckDB compares the same people with the same register by the same key.

It gets what it does best: its tables are at rest in DuckDB's own file, keys are 128-bit numbers, names are compared
with Jaro–Winkler (built into DuckDB), all processors are its own. It is asked for what a verdict says: which fields
agree, at which level an area differs, and what the register holds (Splink's default, `retain_matching_columns`). What
it predicts is durable at the end. It is trained by the three steps of Splink's own tutorial. How long it predicts when
nothing but a probability is wanted is measured too ("bare predict").
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.database import clock, owner

if TYPE_CHECKING:
    from bench.matching import Times
    from matching.models import Snapshot
    from registration.models import Phase

COLUMNS: Final = "unique_id, nik, name, born, sex, kk, area, occupation"
TYPES: Final = (
    "{'unique_id': 'BIGINT', 'nik': 'UUID', 'name': 'VARCHAR', 'born': 'DATE', 'sex': 'VARCHAR', 'kk': 'UUID',"
    " 'area': 'VARCHAR', 'occupation': 'VARCHAR'}"
)
PEOPLE: Final = """
SELECT row_number() OVER (), encode(member.nik_index, 'hex')::uuid, upper(member.name), member.birth_date, member.sex,
    encode(family.kk_index, 'hex')::uuid, household.ktp_kelurahan_id, upper(member.occupation)
FROM registration_member member JOIN registration_family family ON family.id = member.family_id
JOIN registration_household household ON household.id = member.household_id WHERE member.phase_id = %s
"""
REGISTER: Final = """
SELECT row_number() OVER (), encode(nik_index, 'hex')::uuid, name, birth_date, sex, encode(kk_index, 'hex')::uuid,
    kelurahan_code, occupation
FROM matching_populationrecord WHERE snapshot_id = %s
"""
SAME_NIK: Final = "l.nik = r.nik"
SAMPLE: Final = 1_000_000  # pairs for the probability that a field agrees by chance
RECALL: Final = 0.95  # of the pairs that are one person, about so many have an equal NIK
AREA_LEVELS: Final = (8, 5, 2)  # what names a kecamatan, a kota and a province in an area's code, as in a verdict


class Peer:
    """Both tables in a file of DuckDB's; `measure` compares them once."""

    def __init__(self, folder: Path, *, phase: Phase, snapshot: Snapshot) -> None:
        import duckdb

        self.database = duckdb.connect(str(folder / "peer.duckdb"))
        for table, query, about in (("people", PEOPLE, phase.pk), ("register", REGISTER, snapshot.pk)):
            file = folder / f"{table}.csv"
            _export(query, about, file)
            self.database.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_csv('{file}', header=false, columns={TYPES})"
            )
            file.unlink()
        self.database.execute("CHECKPOINT")

    def measure(self, times: Times) -> None:
        """Train and predict once; the seconds are added to `times`. The predictions are deleted again."""
        linker = self._linker(says_why=True)
        with clock() as training:
            linker.training.estimate_probability_two_random_records_match([SAME_NIK], recall=RECALL)
            linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLE)
            linker.training.estimate_parameters_using_expectation_maximisation(SAME_NIK)
        predicting = self._predict(linker)
        times.add("predict", predicting)
        times.add("train and predict", training[0] + predicting)
        bare = self._linker(says_why=False)
        times.add("bare predict", self._predict(bare))

    def _predict(self, linker: Any) -> float:
        with clock() as spent:
            predicted = linker.inference.predict()
            self.database.execute("CHECKPOINT")
        row = self.database.execute(f"SELECT count(*) FROM {predicted.physical_name}").fetchone()
        if not row or not row[0]:
            raise SystemExit("Splink has found nobody.")
        for (table,) in self.database.execute(
            "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, '__splink')"
        ).fetchall():
            self.database.execute(f'DROP TABLE "{table}"')
        return spent[0]

    def _linker(self, *, says_why: bool) -> Any:
        import splink.comparison_level_library as levels
        import splink.comparison_library as comparisons
        from splink import Linker, SettingsCreator
        from splink.internals.duckdb.database_api import DuckDBAPI

        area = comparisons.CustomComparison(
            output_column_name="area",
            comparison_levels=[
                levels.NullLevel("area"),
                levels.ExactMatchLevel("area"),
                *(
                    {"sql_condition": f"left(area_l, {n}) = left(area_r, {n})", "label_for_charts": f"first {n}"}
                    for n in AREA_LEVELS
                ),
                levels.ElseLevel(),
            ],
        )
        exact = {name: comparisons.ExactMatch(name) for name in ("born", "sex", "kk", "area", "occupation")}
        settings = SettingsCreator(
            link_type="link_only",
            comparisons=[
                comparisons.JaroWinklerAtThresholds("name", [0.92, 0.8]),
                *({**exact, "area": area} if says_why else exact).values(),
            ],
            blocking_rules_to_generate_predictions=[SAME_NIK],
            retain_matching_columns=says_why,
        )
        api = DuckDBAPI(connection=self.database)
        return Linker([api.register("people"), api.register("register")], settings, log_level=logging.ERROR)

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()


def _export(query: str, about: int, file: Path) -> None:
    with owner() as line, line.cursor() as cursor, file.open("wb") as out:
        text = cursor.mogrify(query, [about]).decode()
        cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT csv)", out)
