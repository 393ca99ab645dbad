"""Learning the linkage model with Splink, without labels. Needs the extra `linkage`; applying the model does not.

How often fields agree by chance (u) is counted over random pairs. How often they agree in one person (m) is learned by
expectation maximisation within three kinds of blocks, each of which leaves the fields it does not block by to be
learned: equal numbers, equal birth date and sex, equal KK. A number one slip away is no chance of its own: the number
holds birth date and sex. So its u is learned among pairs that share both.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from django.utils import timezone

from matching.linking.levels import COMPARE, LEVELS, level_of_home

RANDOM_PAIRS: Final = 1_000_000
SEED: Final = 1
CACHED: Final = 1 << 14  # a level is asked for once per branch of Splink's CASE, a vector of rows at a time
RARE: Final = 1e-9  # a level that was never met; less than 1e-300 is refused by Splink
TYPES: Final = {"birth_date": "DATE"}


class NotInstalled(RuntimeError):
    """Splink is missing: what to install, in a sentence."""


class NothingLearned(ValueError):
    """These rows say too little: why, and what to do, in a sentence."""


class Row(NamedTuple):
    """A person as registered, or an entry of the register. `number` and `kk` may be keyed indexes in hexadecimal."""

    number: str | None
    name: str
    birth_date: date | None
    sex: str
    kk: str | None
    kelurahan: str | None


def require_splink() -> str:
    """Splink's version. Raises NotInstalled."""
    try:
        import splink
    except ImportError:
        raise NotInstalled(
            "Training needs Splink. Install it with: pip install --require-hashes -r requirements/linkage.txt"
        ) from None
    return str(splink.__version__)


def train(
    people: Iterable[Row], register: Iterable[Row], *, is_slip: Callable[[str, str], bool], version: str, source: str
) -> dict[str, Any]:
    """The model as JSON. `is_slip` says of two unequal numbers whether they are one slip apart.

    Raises NotInstalled, and NothingLearned where hardly anybody stands in the register.
    """
    made_by = require_splink()
    people, register = list(people), list(register)
    linker = _linker(people, register, is_slip, _settings())
    training, number = linker.training, _block("number")
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    with _enough(people):
        for blocks in (number, _block("birth_date", "sex"), _block("kk")):
            training.estimate_parameters_using_expectation_maximisation(blocks)
        learned = _numbers_of(linker)
        learned["number"] = _number_within_birth_date(people, register, is_slip, learned)
    same = learned["number"]["equal"][0]
    if same is None:
        raise NothingLearned("None of these people stands in this register: there is nothing to learn from.")
    training.estimate_probability_two_random_records_match([number], recall=min(same, 0.9999))
    prior = linker.misc.save_model_to_json()["probability_two_random_records_match"]
    pairs = dict.fromkeys(learned, min(len(people) * len(register), RANDOM_PAIRS))
    pairs["number"] = _pairs_within_birth_date(people, register)
    return {
        "version": version,
        "share": min(prior * len(register), 1.0),
        "levels": {
            field: {
                level: {"m": _seen(m, len(people)), "u": _seen(u, pairs[field])} for level, (m, u) in levels.items()
            }
            for field, levels in learned.items()
        },
        "made_of": {
            "source": source,
            "made_on": timezone.localdate().isoformat(),
            "people": len(people),
            "register_rows": len(register),
            "splink": made_by,
        },
    }


def predict(
    body: Mapping[str, Any], pairs: Iterable[tuple[Row, Row]], *, is_slip: Callable[[str, str], bool]
) -> list[tuple[float, float]]:
    """(weight, probability) of each pair as Splink computes them with a model of `train`."""
    require_splink()
    ours, theirs = zip(*pairs, strict=True)
    learned = {
        field: {level: (numbers["m"], numbers["u"]) for level, numbers in levels.items()}
        for field, levels in body["levels"].items()
    }
    settings = _settings(learned) | {
        "probability_two_random_records_match": body["share"] / body["made_of"]["register_rows"],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.unique_id = r.unique_id"}],
    }
    rows = _linker(ours, theirs, is_slip, settings).inference.predict().as_record_list()
    found = {row["unique_id_l"]: (row["match_weight"], row["match_probability"]) for row in rows}
    return [found[number] for number in range(len(ours))]


def _linker(
    people: Iterable[Row], register: Iterable[Row], is_slip: Callable[[str, str], bool], settings: dict[str, Any]
) -> Any:
    import duckdb
    import pyarrow
    from splink import DuckDBAPI, Linker

    line = duckdb.connect(":memory:")
    kinds = {field: [TYPES.get(field, "VARCHAR")] * 2 for field in COMPARE}
    kinds |= {"number": ["VARCHAR"] * 2, "home": ["VARCHAR"] * 4}
    functions: dict[str, Callable[..., str | None]] = {**COMPARE, "number": _number(is_slip), "home": level_of_home}
    for field, compare in functions.items():
        line.create_function(f"level_of_{field}", _called(compare), kinds[field], "VARCHAR", null_handling="special")
    api = DuckDBAPI(connection=line)
    tables = []
    for side, rows in (("people", people), ("register", register)):
        columns = dict(zip(Row._fields, zip(*rows, strict=True), strict=True))
        arrow = pyarrow.table({"unique_id": range(len(columns["name"])), **columns})
        tables.append(api.register(arrow, dataset_display_name=side))
    return Linker(tables, settings, log_level=logging.ERROR)


def _called(compare: Callable[..., str | None]) -> Callable[..., str | None]:
    """Remembered, since Splink's CASE asks once per branch."""
    cached: Any = lru_cache(CACHED)(compare)
    return cast("Callable[..., str | None]", cached)


def _number(is_slip: Callable[[str, str], bool]) -> Callable[[str | None, str | None], str | None]:
    def level(ours: str | None, theirs: str | None) -> str | None:
        if not ours or not theirs:
            return None
        if ours == theirs:
            return "equal"
        return "slip" if is_slip(ours, theirs) else "other"

    return level


Learned = dict[str, dict[str, tuple[float | None, float | None]]]


def _settings(learned: Learned | None = None, *, free: Iterable[str] = ()) -> dict[str, Any]:
    """Splink's settings; what has been learned is fixed, but for the fields in `free`."""
    return {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [
            {"output_column_name": field, "comparison_levels": _levels(field, known)}
            for field, known in ((field, (learned or {}).get(field) if field not in free else None) for field in LEVELS)
        ],
        "retain_matching_columns": False,
        "em_convergence": 1e-5,
        "max_iterations": 100,
    }


def _levels(field: str, learned: Mapping[str, tuple[float | None, float | None]] | None) -> list[dict[str, Any]]:
    columns = ("kk", "kelurahan") if field == "home" else (field,)
    call = f"level_of_{field}({', '.join(f'{column}_l, {column}_r' for column in columns)})"
    levels: list[dict[str, Any]] = [
        {"sql_condition": f"{call} IS NULL", "label_for_charts": "none", "is_null_level": True}
    ]
    for level in LEVELS[field]:
        one: dict[str, Any] = {"label_for_charts": level}
        one["sql_condition"] = "ELSE" if level == LEVELS[field][-1] else f"{call} = '{level}'"
        if learned:
            m, u = learned[level]
            one |= {"m_probability": max(m or 0.0, RARE), "u_probability": max(u or 0.0, RARE)}
            one |= {"fix_m_probability": True, "fix_u_probability": True}
        levels.append(one)
    return levels


def _numbers_of(linker: Any) -> Learned:
    """m and u of each level; None where a level was not met."""
    return {
        comparison["output_column_name"]: {
            level["label_for_charts"]: (_met(level.get("m_probability")), _met(level.get("u_probability")))
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        }
        for comparison in linker.misc.save_model_to_json()["comparisons"]
    }


def _number_within_birth_date(
    people: list[Row], register: list[Row], is_slip: Callable[[str, str], bool], learned: Learned
) -> dict[str, tuple[float | None, float | None]]:
    linker = _linker(people, register, is_slip, _settings(learned, free=("number",)))
    linker.training.estimate_parameters_using_expectation_maximisation(
        _block("birth_date", "sex"), fix_u_probabilities=False
    )
    return _numbers_of(linker)["number"]


def _pairs_within_birth_date(people: list[Row], register: list[Row]) -> int:
    entries = Counter((entry.birth_date, entry.sex) for entry in register)
    return max(sum(entries[one.birth_date, one.sex] for one in people), 1)


@contextmanager
def _enough(people: list[Row]) -> Iterator[None]:
    """Splink ends with a ValueError where at some level no pair is one person: m sinks to nothing, step by step."""
    try:
        yield
    except ValueError as error:
        raise NothingLearned(
            f"Too few of these {len(people)} people stand in the register, or too few made a slip, to learn from:"
            f" train on some thousands, or go on with the model that comes along. Splink says: {error}"
        ) from error


def _block(*fields: str) -> Any:
    from splink import block_on

    return block_on(*fields)


def _met(number: Any) -> float | None:
    return float(number) if isinstance(number, int | float) else None


def _seen(number: float | None, tries: int) -> float:
    """A level that was never met is rarer than one in the number of pairs that were looked at, not impossible."""
    return min(max(number or 0.0, 0.5 / tries), 1.0)
