"""Limits of the rules: numbers and lists that change by decree, each with its first day, unit and basis.

A value holds from its first day until the next one starts. Asking for a day before the first value raises
`NoValueYet`: a limit that did not exist is an error of the question, not zero and not "no limit".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, Literal, TypeVar

Value = TypeVar("Value")
NjopCounting = Literal["sum", "kk", "single"]


class NoValueYet(LookupError):
    """Asked about a day before the first value of a limit or the first set of rules."""


@dataclass(frozen=True)
class Dated(Generic[Value]):
    valid_from: date
    value: Value
    basis: str


@dataclass(frozen=True)
class Limit(Generic[Value]):
    key: str
    unit: str
    history: tuple[Dated[Value], ...]

    def on(self, day: date) -> Value:
        """The value in force on `day`. Raises NoValueYet before the first one."""
        return in_force(self.history, day, name=self.key).value


def in_force(history: Sequence[Dated[Value]], day: date, *, name: str) -> Dated[Value]:
    """The last entry that had started on `day`; `history` is in ascending order."""
    started = [entry for entry in history if entry.valid_from <= day]
    if not started:
        first = history[0]
        raise NoValueYet(
            f"{name} has no value on {day.isoformat()}: its first value starts on {first.valid_from.isoformat()}"
            f" ({first.basis}). Ask for that day or later, or add an earlier value with its legal basis."
        )
    return started[-1]


FIRST_RULES: Final = date(2021, 6, 7)  # registration of Fakir Miskin dan Orang Tidak Mampu (FMOTM) opens
OCTOBER_2024: Final = date(2024, 10, 1)

NJOP_LIMIT: Final = Limit(
    key="njop_limit",
    unit="rupiah; excluded strictly above",
    history=(Dated(date(2020, 1, 1), 1_000_000_000, "Dinas Sosial DKI, 2020 to 2024: NJOP 'di atas Rp1 miliar'"),),
)
NJOP_COUNTING: Final = Limit[NjopCounting](
    key="njop_counting",
    unit="'sum' of all objects of the household, of each 'kk' by itself, or each 'single' object",
    history=(
        Dated(
            date(2020, 1, 1), "sum", "Not published; the sum is reviewed by a person, so it decides nothing by itself"
        ),
    ),
)
EMPLOYERS: Final = Limit(
    key="employers",
    unit="employers whose permanent employees are meant",
    history=(
        Dated(
            FIRST_RULES,
            frozenset({"BUMN", "PNS", "TNI", "POLRI", "DPR", "DPRD"}),
            "Dinas Sosial DKI, announcement of June 2021; same list in 2022",
        ),
        Dated(
            OCTOBER_2024,
            frozenset({"BUMN", "BUMD", "PNS", "TNI", "POLRI", "DPR", "DPRD"}),
            "Dinas Sosial DKI, October 2024: BUMD named as well",
        ),
    ),
)
KTP_AREA: Final = Limit(
    key="ktp_area",
    unit="prefix of the Kemendagri area code of the current KTP",
    history=(Dated(FIRST_RULES, "31.", "Kemendagri code of DKI Jakarta"),),
)
KK_SPREADS: Final = Limit(
    key="kk_spreads",
    unit="true: one KK's exclusion reaches every KK of the dwelling",
    history=(Dated(FIRST_RULES, False, "Dinas Sosial DKI applies the rules by KK (statement of October 2024)"),),
)
ALL_LIMITS: Final[tuple[Limit[object], ...]] = (  # type: ignore[assignment]
    NJOP_LIMIT,
    NJOP_COUNTING,
    EMPLOYERS,
    KTP_AREA,
    KK_SPREADS,
)


@dataclass(frozen=True)
class Limits:
    """The values of one day, ready for the rules."""

    njop_limit: int
    njop_counting: NjopCounting
    employers: frozenset[str]
    ktp_area: str
    kk_spreads: bool


def limits_on(day: date) -> Limits:
    """Raises NoValueYet before the first value of any limit."""
    return Limits(
        njop_limit=NJOP_LIMIT.on(day),
        njop_counting=NJOP_COUNTING.on(day),
        employers=EMPLOYERS.on(day),
        ktp_area=KTP_AREA.on(day),
        kk_spreads=KK_SPREADS.on(day),
    )
