"""How a field of a person and of an entry of the register compare: one level for each, from a table.

The same functions are used where the model is trained and where it is applied, so both mean the same by "nearly".
None: one side says nothing, so the field speaks neither for nor against.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from identity.names import compare_names, fold_name

# Levels from the closest to "other". What a field weighs at each level is learned (matching/linking/model.py).
LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("equal", "nearly", "part", "alike", "somewhat", "other"),
    "birth_date": ("equal", "one_part", "estimate", "other"),
    "sex": ("equal", "other"),
    "home": ("kk", "kelurahan", "kecamatan", "kota", "other"),
    "number": ("equal", "slip", "other"),
}
NEARLY, ALIKE, SOMEWHAT = 90, 80, 65  # of 100 after folding
ESTIMATES: Final = ((1, 1), (7, 1), (12, 31))  # days that are written for a birth whose day nobody knows
YEARS_OFF: Final = 2
KECAMATAN, KOTA = 8, 5  # lengths of an area code that name them ("31.71.01.1001")


def level_of_name(ours: str | None, theirs: str | None) -> str | None:
    if not ours or not theirs:
        return None
    compared = compare_names(ours, theirs)
    if compared.folded_equal:
        return "equal"
    if compared.score >= NEARLY:
        return "nearly"
    if _is_part(fold_name(ours).split(), fold_name(theirs).split()):
        return "part"
    if compared.score >= ALIKE:
        return "alike"
    return "somewhat" if compared.score >= SOMEWHAT else "other"


def level_of_birth_date(ours: date | None, theirs: date | None) -> str | None:
    if ours is None or theirs is None:
        return None
    if ours == theirs:
        return "equal"
    if ours.year == theirs.year and (ours.day, ours.month) == (theirs.month, theirs.day):
        return "one_part"
    if (ours.year == theirs.year) + (ours.month == theirs.month) + (ours.day == theirs.day) == 2:
        return "one_part"
    is_estimate = (ours.month, ours.day) in ESTIMATES or (theirs.month, theirs.day) in ESTIMATES
    return "estimate" if is_estimate and abs(ours.year - theirs.year) <= YEARS_OFF else "other"


def level_of_equality(ours: Any, theirs: Any) -> str | None:
    if not ours or not theirs:
        return None
    return "equal" if ours == theirs else "other"


def level_of_kelurahan(ours: str | None, theirs: str | None) -> str | None:
    if not ours or not theirs:
        return None
    if ours == theirs:
        return "equal"
    if ours[:KECAMATAN] == theirs[:KECAMATAN]:
        return "kecamatan"
    return "kota" if ours[:KOTA] == theirs[:KOTA] else "other"


def level_of_home(our_kk: Any, their_kk: Any, ours: str | None, theirs: str | None) -> str | None:
    """KK and kelurahan as one field: who moves gets a new KK, so the two may not speak twice of one thing."""
    kk = level_of_equality(our_kk, their_kk)
    if kk == "equal":
        return "kk"
    area = level_of_kelurahan(ours, theirs)
    return kk if area is None else "kelurahan" if area == "equal" else area


COMPARE: Final[Mapping[str, Callable[[Any, Any], str | None]]] = {
    "name": level_of_name,
    "birth_date": level_of_birth_date,
    "sex": level_of_equality,
}


def levels_of(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, str | None]:
    """The level of each field but the number, which is compared where it is known in the clear."""
    levels = {field: compare(ours[field], theirs[field]) for field, compare in COMPARE.items()}
    home = level_of_home(ours["kk"], theirs["kk"], ours["kelurahan"], theirs["kelurahan"])
    return {**levels, "home": home}


def _is_part(ours: list[str], theirs: list[str]) -> bool:
    """Whether the shorter name is the longer one with words left out or cut to their first letter."""
    short, long = sorted((ours, theirs), key=len)
    rest = list(long)
    whole = False
    for word in short:
        found = next((one for one in rest if one == word or (len(word) == 1 and one.startswith(word))), None)
        if found is None:
            return False
        rest.remove(found)
        whole = whole or (len(word) > 2 and found == word)
    return whole
