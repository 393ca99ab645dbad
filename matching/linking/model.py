"""The model that weighs suggestions: how much each field speaks for or against two rows being one person.

Fellegi and Sunter (1969): a level of a field weighs log2(m / u), m being how often it occurs among pairs that are one
person and u among pairs that are two. Both are learned without anybody telling which pairs are which
(`manage.py train_linkage`, matching/linking/training.py); here they are applied, without the library that learned them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from matching.linking.levels import LEVELS

DEFAULT: Final = Path(__file__).with_name("default_model.json")
# Somebody may be anyone in the city, however small the extract: a small one is no reason to be sure.
SMALLEST_REGISTER: Final = 1_000_000


class WrongModel(ValueError):
    """What was read is no model for these fields and levels; the message says where."""


@dataclass(frozen=True)
class Weighed:
    """`weight` in bits, and the `bits` in it of each field that was compared; the rest is the prior."""

    weight: float
    bits: Mapping[str, float]

    @property
    def probability(self) -> float:
        return probability_of(self.weight)


@dataclass(frozen=True)
class LinkageModel:
    """`share`: of the people, how many the register holds. `made_of`: dates, rows and program that it comes from."""

    version: str
    share: float
    register_rows: int
    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    made_of: Mapping[str, Any]

    def weigh(self, found: Mapping[str, str | None], *, register_rows: int | None = None) -> Weighed:
        """`found`: the level of each field, None where one side says nothing. `register_rows`: those of the extract.

        In a larger register a stranger is alike more easily by chance, but shares the KK more rarely: as few people
        stand on it as in a small one.
        """
        rows = max(register_rows, SMALLEST_REGISTER) if register_rows is not None else self.register_rows
        bits = {}
        for field, level in found.items():
            if level is None:
                continue
            m, u = self.levels[field][level]
            if (field, level) == ("home", "kk"):
                u *= self.register_rows / rows
            bits[field] = math.log2(m / u)
        prior = self.share / rows
        return Weighed(math.log2(prior / (1 - prior)) + sum(bits.values()), bits)


def probability_of(weight: float) -> float:
    return 1 / (1 + 2 ** min(-weight, 1000.0))


def read_model(body: Mapping[str, Any]) -> LinkageModel:
    """A model from JSON. Raises WrongModel where a field or level is missing or no probability."""
    try:
        levels = {
            field: {
                level: (float(body["levels"][field][level]["m"]), float(body["levels"][field][level]["u"]))
                for level in names
            }
            for field, names in LEVELS.items()
        }
        model = LinkageModel(
            version=str(body["version"]),
            share=float(body["share"]),
            register_rows=int(body["made_of"]["register_rows"]),
            levels=levels,
            made_of=dict(body["made_of"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WrongModel(f"This is no linkage model: {error!r}.") from None
    numbers = [number for field in levels.values() for pair in field.values() for number in pair]
    if not all(0 < number <= 1 for number in [*numbers, model.share]) or model.register_rows < 1:
        raise WrongModel("A probability of this linkage model is not between 0 and 1.")
    return model


@lru_cache(maxsize=1)
def default_model() -> LinkageModel:
    """The one that comes with the portal, trained on made-up people."""
    return read_model(json.loads(DEFAULT.read_text()))
