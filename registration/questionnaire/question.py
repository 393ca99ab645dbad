"""One question of the form, and the circumstances on which it depends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.questionnaire.versions import EVERY

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

YES, NO = "ya", "tidak"
NONE_OF_THESE = "tidak_ada"  # the answer that excludes the others where several may be marked
OTHER = ("lainnya", gettext_lazy("Other"))
Choices = tuple[tuple[str, Any], ...]


class Kind(Enum):
    ONE = "one of the choices"
    MANY = "several of the choices, or none of these"
    YES_NO = "Ya or Tidak"
    NUMBER = "a whole number from low to high"
    DIGITS = "a number of low to high digits that is not counted with"
    TEXT = "a line of text"
    DAY = "a day, not in the future"
    MONTH = "a month and year, not in the future"


@dataclass(frozen=True)
class Circumstances:
    """What is known from earlier pages. `age` None: the birth date is not known yet, so age closes no question."""

    age: int | None = None
    sex: str = ""
    marital: str = ""
    relation: str = ""
    in_further_family: bool = False  # on another KK than the first one of the dwelling

    def is_from(self, youngest: int) -> bool:
        return self.age is None or self.age >= youngest


def always(circumstances: Circumstances) -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """`after` names a question of the same page and its answers that call for this one. `sealed`: kept sealed only.

    `low` and `high` bound a number, or the count of digits; `unit` is written behind it.
    `compact`: its choices are opened from one line, so that a page with several lists stays short.
    """

    topic: str
    key: str
    label: StrPromise | str
    choices: Choices = ()
    help: StrPromise | str = ""
    unit: StrPromise | str = ""
    low: int = 0
    high: int = 0
    kind: Kind = Kind.ONE
    after: tuple[str, frozenset[str]] | None = None
    asked: Callable[[Circumstances], bool] = always
    required: bool = True
    sealed: bool = False
    compact: bool = False
    editions: frozenset[str] = EVERY

    def knows(self, value: Any) -> bool:
        """Whether a kept answer is one of this question's own; a later edition may list other codes under its key."""
        codes = {str(code) for code, _label in self.choices}
        return not codes or all(str(code) in codes for code in (value if isinstance(value, list) else [value]))

    def in_words(self, value: Any) -> str:
        """A kept answer (JSON) in words; "" where there is none."""
        if value is None or value == "":
            return ""
        if self.kind is Kind.YES_NO:
            return {YES: _("Yes"), NO: _("No")}.get(value, str(value))
        if self.kind in (Kind.ONE, Kind.MANY):
            words = {code: str(label) for code, label in self.choices}
            codes = value if isinstance(value, list) else [value]
            return ", ".join(words.get(str(code), str(code)) for code in codes or [NONE_OF_THESE])
        if self.kind is Kind.DAY:
            return date_format(date.fromisoformat(value), "j F Y")
        if self.kind is Kind.MONTH:
            return date_format(date.fromisoformat(f"{value}-01"), "F Y")
        return f"{value} {self.unit}".rstrip()


def asked_on(
    table: Iterable[Question], *, topic: str, edition: str, circumstances: Circumstances | None = None
) -> tuple[Question, ...]:
    """The questions of one page, for this edition and these circumstances."""
    known = circumstances or Circumstances()
    return tuple(q for q in table if q.topic == topic and edition in q.editions and q.asked(known))


def lines(table: Iterable[Question], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(question, answer in words) for every answer held, in the order of the table, whatever its edition.

    Where editions ask the same key with other codes, the row that knows the answer tells it.
    """
    rows: dict[str, list[Question]] = {}
    for question in table:
        if question.key in answers:
            rows.setdefault(question.key, []).append(question)
    tellers = [next((q for q in same if q.knows(answers[q.key])), same[0]) for same in rows.values()]
    found = [(str(q.label), q.in_words(answers[q.key])) for q in tellers]
    return [line for line in found if line[1]]
