"""What a register is asked about a person, and what it answers: one shape, whoever answers.

Answers are evidence. None of them rejects anybody, and whoever gives no answer has said nothing about the person.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from matching.vocabulary import AGREES, DIFFERS, SourceKind, Value

Fields = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Person:
    """A member as a register is asked about. `key` is the index of the NIK, or the row's id where there is none.

    `area_code` as the Ministry of Home Affairs writes it ("31.71.01.1001"), "" for KTPs from outside the list;
    `occupation` is our code.
    """

    member_id: UUID
    key: bytes
    nik: str
    kk: str
    name: str
    birth_date: date
    sex: str
    area_code: str
    occupation: str


@dataclass(frozen=True)
class Answer:
    """What a register says about a person: the columns of a verdict, without anything the family did not write itself.

    `area_code` and `occupation` are what the register holds, "" where it does not say.
    """

    value: Value
    fields: Fields = field(default_factory=dict)
    raw_code: str = ""
    threshold: int | None = None
    area_code: str = ""
    occupation: str = ""
    status: str = ""


class NoAnswer(Exception):
    """The register said nothing that can be believed. The message is a kind and holds nothing of what was sent."""

    def __init__(self, kind: str, *, may_try_again: bool = False) -> None:
        super().__init__(kind)
        self.may_try_again = may_try_again


class QuotaSpent(Exception):
    """The register itself says that today's quota is used up."""


class Register(Protocol):
    """A register that is asked about one person at a time, over a network."""

    kind: SourceKind
    knows_people_without_nik: bool

    def compare(self, person: Person) -> Answer:
        """The register's answer. Raises NoAnswer or QuotaSpent, and nothing else that could quote the person."""
        ...


def weigh(*, name: bool, birth: bool | None, sex: bool | None, kk: bool | None, area: bool | None) -> Value:
    """One value for compared fields, by the rule of the comparison with an extract (matching/population.py).

    None: one side says nothing, so the field is not compared.
    """
    if name and birth and sex and kk is not False and area is not False:
        return Value.MATCH
    if not name and birth is not True:
        return Value.MISMATCH
    return Value.PARTIAL


def results(**compared: bool | None) -> Fields:
    """{field: {"result": "Sesuai" or "Tidak Sesuai"}} for the fields that were compared."""
    return {name: {"result": AGREES if agrees else DIFFERS} for name, agrees in compared.items() if agrees is not None}
