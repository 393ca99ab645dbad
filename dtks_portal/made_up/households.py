"""Households that could live in Jakarta, made from a seed: the same seed makes the same people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from dtks_portal.made_up.names import PLACES, STREETS, made_up_name

HEAD, SPOUSE, CHILD, PARENT = "kepala", "pasangan", "anak", "orang_tua"


@dataclass(frozen=True)
class MadeUpPerson:
    nik: str  # 16 digits, or "" for an infant who has none yet
    name: str
    birth_place: str
    birth_date: date
    sex: str  # L or P
    relation: str
    occupation: str
    pregnant: bool = False
    disabled: bool = False

    def age(self, on: date) -> int:
        return on.year - self.birth_date.year - ((on.month, on.day) < (self.birth_date.month, self.birth_date.day))


@dataclass(frozen=True)
class MadeUpFamily:
    kk: str
    people: tuple[MadeUpPerson, ...]


@dataclass(frozen=True)
class MadeUpHousehold:
    number: int
    kelurahan: str  # Kemendagri code
    address: str
    rt: str
    rw: str
    phone: str
    families: tuple[MadeUpFamily, ...]
    walks_in: bool
    declares: dict[str, str] = field(default_factory=dict)  # question key → "ya" or "tidak"

    @property
    def people(self) -> tuple[MadeUpPerson, ...]:
        return tuple(person for family in self.families for person in family.people)


class Numbers:
    """Hands out NIK and KK numbers once each: Jakarta prefix, serial from 9000 on, so no real person can match."""

    def __init__(self) -> None:
        self._serials: dict[str, int] = {}

    def _number(self, front: str) -> str:
        serial = self._serials.get(front, 9000)
        if serial > 9999:
            raise ValueError(f"no made-up serial is left for {front}")
        self._serials[front] = serial + 1
        return f"{front}{serial:04d}"

    def nik(self, region: str, born: date, sex: str) -> str:
        day = born.day + (40 if sex == "P" else 0)
        return self._number(f"{region}{day:02d}{born:%m%y}")

    def kk(self, region: str, issued: date) -> str:
        return self._number(f"{region}{issued:%d%m%y}")


def make_households(
    *, count: int, kelurahan_codes: Sequence[str], seed: int, today: date, walk_in_share: float = 0.2
) -> Iterator[MadeUpHousehold]:
    """`count` households spread over the kelurahan; about one in eight holds two KK, one in fifty declares a car."""
    chance = Random(seed)  # noqa: S311 made-up people must be the same for the same seed
    numbers = Numbers()
    for number in range(count):
        code = kelurahan_codes[number % len(kelurahan_codes)]
        region = code.replace(".", "")[:6]
        families = [_make_family(chance, numbers, region, today)]
        if chance.random() < 0.12:
            families.append(_make_family(chance, numbers, region, today))
        yield MadeUpHousehold(
            number=number,
            kelurahan=code,
            address=f"{chance.choice(STREETS)} No. {chance.randint(1, 99)}",
            rt=f"{chance.randint(1, 12):03d}",
            rw=f"{chance.randint(1, 9):03d}",
            phone=f"0800{seed % 100:02d}{number:06d}",
            families=tuple(families),
            walks_in=chance.random() < walk_in_share,
            declares={"ktp_dki": "ya", "domisili_dki": "ya", "pegawai_tetap": "tidak", "njop": "tidak"}
            | {"mobil": "ya" if chance.random() < 0.02 else "tidak"}
            | {"air_kemasan": "ya" if chance.random() < 0.02 else "tidak"},
        )


def _born(chance: Random, today: date, youngest: int, oldest: int) -> date:
    return today - timedelta(days=chance.randint(youngest * 365 + 30, oldest * 365))


def _make_family(chance: Random, numbers: Numbers, region: str, today: date) -> MadeUpFamily:
    def person(relation: str, sex: str, born: date, occupation: str) -> MadeUpPerson:
        infant = today - born < timedelta(days=120)
        return MadeUpPerson(
            nik="" if infant else numbers.nik(region, born, sex),
            name=made_up_name(chance, sex),
            birth_place=chance.choice(PLACES),
            birth_date=born,
            sex=sex,
            relation=relation,
            occupation=occupation,
            disabled=chance.random() < 0.03,
        )

    head_sex = "P" if chance.random() < 0.22 else "L"
    head_born = _born(chance, today, 24, 72)
    people = [person(HEAD, head_sex, head_born, chance.choice(("BURUH HARIAN LEPAS", "WIRASWASTA", "KARYAWAN SWASTA")))]
    head_age = people[0].age(today)
    if head_sex == "L" and chance.random() < 0.85:
        spouse = person(
            SPOUSE, "P", _born(chance, today, max(20, head_age - 8), max(24, head_age + 2)), "MENGURUS RUMAH TANGGA"
        )
        people.append(replace(spouse, pregnant=spouse.age(today) < 42 and chance.random() < 0.06))
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3))):
        oldest = max(1, head_age - 22)
        born = today - timedelta(days=chance.randint(10, oldest * 365))
        people.append(
            person(CHILD, chance.choice("LP"), born, "PELAJAR/MAHASISWA" if oldest > 6 else "BELUM/TIDAK BEKERJA")
        )
    if head_age < 55 and chance.random() < 0.1:
        people.append(person(PARENT, "P", _born(chance, today, head_age + 18, head_age + 30), "BELUM/TIDAK BEKERJA"))
    issued = today - timedelta(days=chance.randint(200, 3600))
    return MadeUpFamily(kk=numbers.kk(region, issued), people=tuple(people))
