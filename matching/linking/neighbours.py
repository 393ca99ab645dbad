"""Numbers one slip of the finger away from a number that was typed."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from matching.linking.models import Way


class Neighbour(NamedTuple):
    """`position` counts from 1: the digit that is another, or the first of two that have changed places."""

    way: Way
    position: int
    digits: str


def neighbours(digits: str) -> Iterator[Neighbour]:
    """All numbers with one other digit (9 for each), then those with two unequal neighbours swapped; none twice."""
    for place, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit:
                yield Neighbour(Way.DIGIT, place + 1, digits[:place] + other + digits[place + 1 :])
    for place, (one, other) in enumerate(pairwise(digits)):
        if one != other:
            yield Neighbour(Way.SWAP, place + 1, digits[:place] + other + one + digits[place + 2 :])
