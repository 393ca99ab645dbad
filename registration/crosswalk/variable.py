"""One official variable: which neutral answer has which code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Variable:
    """`codes` maps neutral answers to official ones; where several share a code, the first stands for it on the way
    back. An answer that the official list has no code for is not in the table."""

    name: str
    question: str
    codes: Mapping[str, str]

    def code(self, answer: Any) -> str | None:
        """The official code; None for no answer, and for one without a code in this list."""
        return None if answer is None else self.codes.get(str(answer))

    def answer(self, code: str) -> str:
        """The neutral answer that stands for a code. Raises LookupError for an unknown code."""
        for answer, its_code in self.codes.items():
            if its_code == code:
                return answer
        raise LookupError(f"{self.name} has no code {code!r}")


@dataclass(frozen=True)
class Bits:
    """A variable whose code is the sum of the marks; 0 is none. A mark without a bit is left out."""

    name: str
    question: str
    bits: Mapping[str, int]

    def code(self, marks: Iterable[str] | None) -> str | None:
        return None if marks is None else str(sum(self.bits.get(mark, 0) for mark in set(marks)))

    def answer(self, code: str) -> list[str]:
        """The marks in a sum. Raises LookupError for bits nobody knows."""
        total = int(code)
        found = [mark for mark, bit in self.bits.items() if total & bit]
        if sum(self.bits[mark] for mark in found) != total:
            raise LookupError(f"{self.name} has no code {code!r}")
        return found


def codes_of(variables: Iterable[Variable | Bits], answers: Mapping[str, Any]) -> dict[str, str]:
    """{official variable: code} of all answers that have one."""
    found = {variable.name: variable.code(answers.get(variable.question)) for variable in variables}
    return {name: code for name, code in found.items() if code is not None}


def answers_of(variables: Iterable[Variable | Bits], codes: Mapping[str, str]) -> dict[str, Any]:
    """{question: neutral answer} of all codes given; the first variable of a question decides."""
    found: dict[str, Any] = {}
    for variable in variables:
        if variable.name in codes:
            found.setdefault(variable.question, variable.answer(codes[variable.name]))
    return found
