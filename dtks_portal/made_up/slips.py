"""People as they registered themselves, and the register that knows them better: made up, with every slip marked.

Rates follow what was published about DTKS (2018 to 2021): 5 to 10 % do not match, mostly by name, 0.2 to 0.3 % are
dead, about 1 % of numbers are double. Every NIK begins with 99, which no region has. Careless people slip more than
once: whoever mistypes the number mistypes the name three times as often.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from dtks_portal.made_up.many_names import KNOWN_VARIANTS, OTHER_VARIANTS, TITLES, name_of

FIRST_DAY, DAYS = date(1940, 1, 1), 30_900
NUMBER_SLIPS: Final = {"nik_digit": 0.012, "nik_swap": 0.006, "nik_two_digits": 0.002, "nik_other": 0.004}
NAME_SLIPS: Final = {
    "name_letter": 0.020,
    "name_two_letters": 0.005,
    "name_variant_known": 0.012,
    "name_variant_unknown": 0.010,
    "name_title": 0.006,
    "name_spacing": 0.004,
    "name_order": 0.003,
    "name_word_missing": 0.006,
    "name_initials": 0.003,
    "name_nickname": 0.003,
}
BIRTH_SLIPS: Final = {"birth_estimate": 0.004, "birth_swapped": 0.003, "birth_digit": 0.004}
OTHER_SLIPS: Final = {"sex": 0.0015, "kk_changed": 0.020, "moved": 0.015}
STATUSES: Final = {"meninggal": 0.0025, "ganda": 0.010}
NOBODY, WRONG_PERSON = 0.007, 0.004  # not in the register at all; the number of somebody else, mostly of the family
CARELESS: Final = 3
NEW_KK: Final = 0.8  # of those who moved
TWINS, STAY_AWAY = 0.02, 0.10  # of children, born with the one before; of a family, not registered with the others


@dataclass(frozen=True)
class Entry:
    """One line of the register."""

    nik: str
    kk: str
    name: str
    birth_date: date
    sex: str
    kelurahan: str
    status: str = "aktif"


@dataclass(frozen=True)
class Registered:
    """What was typed. `right` is the NIK of the entry that is this person, "" where the register has none."""

    typed: Entry
    family: int
    right: str
    slips: tuple[str, ...] = ()


@dataclass(frozen=True)
class MadeUpSet:
    register: list[Entry]
    people: list[Registered]


def make_set(*, people: int, areas: Sequence[str], seed: int, register: int | None = None) -> MadeUpSet:
    """About `people` registered ones, and a register of `register` rows (by default 1.7 for each of them)."""
    chance = Random(seed)  # noqa: S311 the same seed makes the same people
    numbers = _Numbers(chance)
    rows: list[Entry] = []
    registered: list[Registered] = []
    family = 0
    while len(rows) < (register or people * 17 // 10):
        entries = _family(chance, numbers, family, chance.choice(areas))
        applies = len(registered) < people
        rows += entries
        if applies:
            coming = [entry for entry in entries if chance.random() >= STAY_AWAY]
            made = [_registered(chance, numbers, entry, entries, family, areas) for entry in coming]
            gone = {one.typed.nik: one for one in made if "nobody" in one.slips}
            rows[-len(entries) :] = [_settled(chance, entry) for entry in entries if entry.nik not in gone]
            registered += made
        family += 1
    return MadeUpSet(rows, registered)


class _Numbers:
    """Serial numbers as an office gives them out: upwards from 0001, some to people who live elsewhere now."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._serials: dict[str, int] = {}

    def nik(self, region: str, born: date, sex: str) -> str:
        front = f"99{region}{born.day + (40 if sex == 'P' else 0):02d}{born:%m%y}"
        serial = self._serials[front] = self._serials.get(front, 0) + self._chance.randrange(1, 13)
        return f"{front}{serial:04d}"


def _family(chance: Random, numbers: _Numbers, family: int, area: str) -> list[Entry]:
    kk = f"98{family:014d}"
    parents = FIRST_DAY + timedelta(days=chance.randrange(DAYS * 2 // 3))
    shared = name_of(chance, "L").split()[-1]
    entries: list[Entry] = []
    for place in range(chance.choice((1, 2, 2, 3, 3, 4, 4, 5, 6))):
        sex = "LP"[place % 2] if place < 2 else chance.choice("LP")
        born = parents + timedelta(days=chance.randrange(-2000, 2000) if place < 2 else chance.randrange(7000, 14000))
        if born.year < 1970 and chance.random() < 0.06:
            born = date(born.year, *chance.choice(((1, 1), (7, 1), (12, 31))))
        if place > 2 and chance.random() < TWINS:
            born = entries[-1].birth_date
        name = name_of(chance, sex)
        if place > 1 and chance.random() < 0.25:  # children with a word of the father's
            name = f"{name.split()[0]} {shared}"
        home = area[3:8].replace(".", "")
        if entries and born == entries[-1].birth_date:  # numbered in one place, one after the other, and named alike
            name = f"{name.split()[0]} {entries[-1].name.split()[-1]}"
            region = entries[-1].nik[2:6]
            entries.append(Entry(numbers.nik(region, born, sex), kk, name, born, sex, area))
            continue
        region = home if chance.random() < 0.65 else f"{chance.randrange(1, 79):02d}{chance.randrange(1, 25):02d}"
        entries.append(Entry(numbers.nik(region, born, sex), kk, name, born, sex, area))
    return entries


def _settled(chance: Random, entry: Entry) -> Entry:
    draw = chance.random()
    for status, rate in STATUSES.items():
        if draw < rate:
            return replace(entry, status=status)
        draw -= rate
    return entry


def _registered(
    chance: Random, numbers: _Numbers, entry: Entry, family: list[Entry], number: int, areas: Sequence[str]
) -> Registered:
    others = [one for one in family if one is not entry]
    if chance.random() < NOBODY:
        return Registered(entry, number, right="", slips=("nobody",))
    if others and chance.random() < WRONG_PERSON:
        return Registered(replace(entry, nik=chance.choice(others).nik), number, entry.nik, ("wrong_person",))
    slips: list[str] = []
    typed = entry
    if kind := _drawn(chance, NUMBER_SLIPS, 1):
        typed = replace(typed, nik=NUMBERS[kind](chance, typed.nik))
        slips.append(kind)
    more = CARELESS if slips else 1
    if kind := _drawn(chance, NAME_SLIPS, more):
        name = NAMES[kind](chance, typed.name)
        if name != typed.name:
            typed = replace(typed, name=name)
            slips.append(kind)
    if kind := _drawn(chance, BIRTH_SLIPS, more):
        born = BIRTHS[kind](chance, typed.birth_date)
        if born != typed.birth_date:
            typed = replace(typed, birth_date=born)
            slips.append(kind)
    for kind, rate in OTHER_SLIPS.items():
        if chance.random() < rate:
            slips.append(kind)
            typed = _other(chance, kind, typed, number, areas)
    return Registered(typed, number, entry.nik, tuple(slips))


def _drawn(chance: Random, rates: dict[str, float], times: int) -> str:
    draw = chance.random()
    for kind, rate in rates.items():
        if draw < rate * times:
            return kind
        draw -= rate * times
    return ""


def _other(chance: Random, kind: str, typed: Entry, number: int, areas: Sequence[str]) -> Entry:
    if kind == "sex":
        return replace(typed, sex="L" if typed.sex == "P" else "P")
    if kind == "kk_changed":
        return replace(typed, kk=f"97{number:014d}")
    kk = f"97{number:014d}" if chance.random() < NEW_KK else typed.kk
    return replace(typed, kelurahan=chance.choice(areas), kk=kk)


def _digit(chance: Random, nik: str) -> str:
    place = chance.randrange(len(nik))
    return nik[:place] + chance.choice([digit for digit in "0123456789" if digit != nik[place]]) + nik[place + 1 :]


def _swap(chance: Random, nik: str) -> str:
    unequal = [place for place in range(15) if nik[place] != nik[place + 1]]
    place = chance.choice(unequal)
    return nik[:place] + nik[place + 1] + nik[place] + nik[place + 2 :]


def _letter(chance: Random, name: str) -> str:
    """One letter another, left out, doubled or changed over with the next."""
    place = chance.choice([n for n, letter in enumerate(name) if letter.isalpha()])
    how = chance.randrange(4)
    if how == 0:
        return name[:place] + chance.choice("aeiounrstlkdghmyfz") + name[place + 1 :]
    if how == 1 and len(name) > 3:
        return name[:place] + name[place + 1 :]
    if how == 2:
        return name[:place] + name[place] + name[place:]
    return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]


def _variant(table: dict[str, tuple[str, ...]]) -> Callable[[Random, str], str]:
    def write(chance: Random, name: str) -> str:
        words = name.split()
        known = [n for n, word in enumerate(words) if word in table]
        if not known:
            return name
        place = chance.choice(known)
        words[place] = chance.choice(table[words[place]])
        return " ".join(words)

    return write


def _title(chance: Random, name: str) -> str:
    before, behind = chance.choice(TITLES)
    return f"{before} {name}{behind if behind.startswith(',') else f' {behind}'}".strip()


def _spacing(chance: Random, name: str) -> str:
    words = name.split()
    if len(words) > 1:
        place = chance.randrange(len(words) - 1)
        return " ".join([*words[:place], words[place] + words[place + 1].lower(), *words[place + 2 :]])
    middle = len(name) // 2
    return f"{name[:middle]} {name[middle:].title()}"


def _order(chance: Random, name: str) -> str:
    words = name.split()
    return " ".join([*words[1:], words[0]])


def _missing(chance: Random, name: str) -> str:
    words = name.split()
    if len(words) < 2:
        return name
    del words[chance.randrange(len(words))]
    return " ".join(words)


def _initials(chance: Random, name: str) -> str:
    words = name.split()
    return " ".join([words[0], *(f"{word[0]}." for word in words[1:])])


def _nickname(chance: Random, name: str) -> str:
    """How neighbours call somebody: the end of the first word, alone."""
    first = name.split()[0]
    return first[-4:].title() if len(first) > 5 else f"{first[0]}{first[-2:]}".title()


def _estimate(chance: Random, born: date) -> date:
    year = born.year + (chance.choice((-1, 1)) if chance.random() < 0.3 else 0)
    return date(year, *chance.choice(((1, 1), (1, 1), (7, 1), (12, 31))))


def _swapped(chance: Random, born: date) -> date:
    return date(born.year, born.day, born.month) if born.day <= 12 else date(born.year, born.month, 28 - born.day % 10)


def _other_digit(chance: Random, born: date) -> date:
    if chance.random() < 0.5:
        return date(born.year + chance.choice((-10, -1, 1, 10)), born.month, min(born.day, 28))
    return date(born.year, born.month, max(1, min(28, born.day + chance.choice((-10, -1, 1, 10)))))


NUMBERS: Final[dict[str, Callable[[Random, str], str]]] = {
    "nik_digit": _digit,
    "nik_swap": _swap,
    "nik_two_digits": lambda chance, nik: _digit(chance, nik[:8]) + _digit(chance, nik[8:]),
    "nik_other": lambda chance, nik: f"99{chance.randrange(10**13):013d}9",
}
NAMES: Final[dict[str, Callable[[Random, str], str]]] = {
    "name_letter": _letter,
    "name_two_letters": lambda chance, name: _letter(chance, _letter(chance, name)),
    "name_variant_known": _variant(KNOWN_VARIANTS),
    "name_variant_unknown": _variant(OTHER_VARIANTS),
    "name_title": _title,
    "name_spacing": _spacing,
    "name_order": _order,
    "name_word_missing": _missing,
    "name_initials": _initials,
    "name_nickname": _nickname,
}
BIRTHS: Final[dict[str, Callable[[Random, date], date]]] = {
    "birth_estimate": _estimate,
    "birth_swapped": _swapped,
    "birth_digit": _other_digit,
}
