"""Made-up people and their register as rows to train and measure the linkage model with."""

from typing import Final

from areas.official import read_official_list
from dtks_portal.made_up.slips import Entry, make_set
from matching.linking.levels import levels_of
from matching.linking.training import Row

SEED: Final = 20_261_122
PEOPLE: Final = 20_000


def kelurahan_codes() -> list[str]:
    return [area.code for area in read_official_list().areas if area.level == "kelurahan"]


def training_set(people: int = PEOPLE, seed: int = SEED) -> tuple[list[Row], list[Row]]:
    """(people, entries of the register)."""
    made = make_set(people=people, areas=kelurahan_codes(), seed=seed)
    return [row_of(one.typed) for one in made.people], [row_of(entry) for entry in made.register]


def row_of(entry: Entry) -> Row:
    return Row(entry.nik, entry.name, entry.birth_date, entry.sex, entry.kk, entry.kelurahan)


def is_slip(ours: str, theirs: str) -> bool:
    """Whether two unequal numbers differ in one digit or by two neighbouring digits changed over."""
    unequal = [place for place, (one, other) in enumerate(zip(ours, theirs, strict=True)) if one != other]
    if len(unequal) != 2:
        return len(unequal) == 1
    first, second = unequal
    return second == first + 1 and ours[first] == theirs[second] and ours[second] == theirs[first]


def levels_between(ours: Row, theirs: Row) -> dict[str, str | None]:
    """How each field of two rows with plain numbers compares."""
    number = "equal" if ours.number == theirs.number else "other"
    if ours.number and theirs.number and is_slip(ours.number, theirs.number):
        number = "slip"
    return {**levels_of(ours._asdict(), theirs._asdict()), "number": number}
