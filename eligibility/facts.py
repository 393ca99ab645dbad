"""What the rules are applied to: answers and evidence about one household, with nobody's name or number in it.

`declarations` is what the family says. Everything else is what a named source said on a date. A field that is `None`
or empty was not answered or not asked: rules make `UNKNOWN` of it, never clear and never excluded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from eligibility.questions import QUESTIONS

SubjectKind = Literal["person", "kk", "household"]


class Source:
    """Keys of sources; the words are in `eligibility.sources`."""

    STATEMENT: Final = "pernyataan"
    DUKCAPIL: Final = "dukcapil"
    BAPENDA: Final = "bapenda"
    KK: Final = "kk"
    RT_RW: Final = "rt_rw"
    MUSKEL: Final = "muskel"


@dataclass(frozen=True)
class PersonFacts:
    """One person. `ref` and `kk_ref` are opaque references (UUID text), never a NIK or KK number.

    `has_nik`: False for a newborn without one, whom no register can be asked about.
    `declared_occupation`: what the family wrote (neutral code or text); weak.
    `population_value`: outcome of the comparison with the population register ("padan", "tidak_padan", …) or None.
    `ktp_area`: code of the area the person's *current* KTP belongs to, as the register says ("31.71.01.1001"), or None.
    `kk_occupation`: occupation as entered on the KK (self-reported, often stale; weak), or None.
    `assets_checked`: True if the revenue agency's list was really consulted for this person; None if not (yet).
    """

    ref: str
    kk_ref: str
    has_nik: bool = True
    declared_occupation: str | None = None
    population_value: str | None = None
    population_as_of: date | None = None
    ktp_area: str | None = None
    kk_occupation: str | None = None
    assets_checked: bool | None = None
    assets_as_of: date | None = None


@dataclass(frozen=True)
class CarFact:
    """A car that the vehicle tax list carries. A claim, not ownership: it may be sold or lent out.

    `person_ref` is None where only the KK number led to the family. `object_ref` is the same where a list carries one
    and the same object twice, such as for two owners; "" where that is not known.
    """

    person_ref: str | None = None
    source: str = Source.BAPENDA
    as_of: date | None = None
    object_ref: str = ""


@dataclass(frozen=True)
class LandFact:
    """A tax object of land, with or without building. `njop` in whole rupiah, None where the list holds no value.

    `object_ref` as of a car; `kk_ref` is the KK it was found for.
    """

    person_ref: str | None
    njop: int | None
    source: str = Source.BAPENDA
    as_of: date | None = None
    object_ref: str = ""
    kk_ref: str = ""


@dataclass(frozen=True)
class DomicileFact:
    """What RT/RW, a visit or the muskel said about where the household lives. `in_jakarta` None: could not tell."""

    in_jakarta: bool | None
    source: str = Source.RT_RW
    as_of: date | None = None


@dataclass(frozen=True)
class CommunityFact:
    """The muskel's decision on one KK in a locked berita acara. `is_poor` None: the meeting did not decide."""

    kk_ref: str
    is_poor: bool | None
    as_of: date | None = None


@dataclass(frozen=True)
class HouseholdFacts:
    """Answers and evidence about one household. Build it with `from_declarations` and `with_…`, or in full."""

    declarations: Mapping[str, str | None] = field(default_factory=dict)
    declared_on: date | None = None
    people: tuple[PersonFacts, ...] = ()
    cars: tuple[CarFact, ...] = ()
    land: tuple[LandFact, ...] = ()
    domicile: tuple[DomicileFact, ...] = ()
    community: tuple[CommunityFact, ...] = ()

    @classmethod
    def from_declarations(
        cls, answers: Mapping[str, str | None], *, declared_on: date | None = None
    ) -> "HouseholdFacts":
        """Facts that hold answers only. A missing or empty answer is None; any other word than ya/tidak is refused."""
        clean: dict[str, str | None] = {}
        for question in QUESTIONS:
            answer = answers.get(question.key) or None
            if answer not in ("ya", "tidak", None):
                raise ValueError(f"The answer to {question.key!r} must be 'ya', 'tidak' or None, not {answer!r}.")
            clean[question.key] = answer
        return cls(declarations=clean, declared_on=declared_on)

    def with_people(self, *people: PersonFacts) -> "HouseholdFacts":
        return replace(self, people=people)

    @property
    def kk_refs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(person.kk_ref for person in self.people))
