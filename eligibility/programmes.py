"""Programmes for which the register may serve as a reference, as dated data.

Amounts, ages and deciles change by decree; each programme therefore carries its days and where they come from. A hint
says that the family's data "dapat menjadi acuan" (may serve as a reference) for a programme, never that it will get it:
programmes have their own quotas, checks and decisions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PUPIL_LEVELS: Final = frozenset({"sd", "smp", "sma", "smk"})
STUDENT_LEVELS: Final = frozenset({"diploma", "s1"})
SINCE: Final = date(2022, 5, 9)  # first day for which the conditions below were checked
LONG_AGO: Final = date(2021, 6, 7)


@dataclass(frozen=True)
class PersonSummary:
    """What matters of one person. `age` in whole years; `school_level` a neutral code ("sd", "smk", "s1", …) or ""."""

    age: int
    sex: Literal["L", "P"] | str
    pregnant: bool = False
    disabled: bool = False
    school_level: str = ""
    in_school: bool = False


@dataclass(frozen=True)
class Condition:
    """One way in which a person fits a programme, with the days it holds. `reason` is shown to the family."""

    reason: "StrPromise"
    fits: Callable[[PersonSummary], bool]
    valid_from: date = LONG_AGO
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Amount:
    """What a programme paid from a day on, in words of its decree."""

    valid_from: date
    text: "StrPromise"


@dataclass(frozen=True)
class Programme:
    """`conditions` empty: no bound of age or composition. `basis` names the source, in its own Indonesian name."""

    key: str
    name: str
    provider: "StrPromise"
    about: "StrPromise"
    conditions: tuple[Condition, ...]
    amounts: tuple[Amount, ...]
    basis: str
    valid_from: date = LONG_AGO
    valid_until: date | None = None

    def amount_on(self, day: date) -> "StrPromise | str":
        """The amount last known on a day; "" before the first one."""
        started = [amount for amount in self.amounts if amount.valid_from <= day]
        return started[-1].text if started else ""

    def is_running(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class ProgrammeHint:
    """`reasons` say which of the family's circumstances the programme looks at. Not a promise."""

    programme: Programme
    reasons: tuple["StrPromise", ...]

    @property
    def sentence(self) -> str:
        return str(_("Your data may serve as a reference (dapat menjadi acuan) for %(programme)s.")) % {
            "programme": self.programme.name
        }


KEMENSOS: Final = _("Ministry of Social Affairs (Kemensos)")
JAKARTA: Final = _("Government of Jakarta")
Y2025: Final = date(2025, 1, 1)

PROGRAMMES: Final[tuple[Programme, ...]] = (
    Programme(
        key="PKH",
        name="Program Keluarga Harapan (PKH)",
        provider=KEMENSOS,
        about=_("Cash for families with children, pregnant mothers, older people or severe disability."),
        conditions=(
            Condition(_("a pregnant mother"), lambda p: p.pregnant),
            Condition(_("a child up to 6 years old"), lambda p: p.age <= 6),
            Condition(_("a pupil of SD, SMP, SMA or SMK"), lambda p: p.in_school and p.school_level in PUPIL_LEVELS),
            Condition(_("an older person from 60 years"), lambda p: p.age >= 60, valid_until=date(2024, 12, 31)),
            Condition(_("an older person from 70 years"), lambda p: p.age >= 70, valid_from=Y2025),
            Condition(_("a person with a severe disability"), lambda p: p.disabled),
        ),
        amounts=(Amount(Y2025, _("Rp225,000 to Rp750,000 per quarter and person, depending on the circumstance")),),
        basis="Kemensos, komponen PKH (tabel 2025)",
    ),
    Programme(
        key="BPNT",
        name="Bantuan Pangan Non Tunai (BPNT, Program Sembako)",
        provider=KEMENSOS,
        about=_("Help to buy food."),
        conditions=(),
        amounts=(Amount(SINCE, _("Rp200,000 a month")),),
        basis="Kemensos, Program Sembako; Kepmensos 79/HUK/2025",
    ),
    Programme(
        key="PBI_JK",
        name="Penerima Bantuan Iuran Jaminan Kesehatan (PBI JK)",
        provider=KEMENSOS,
        about=_("The state pays the premium of the health insurance (JKN). No bound of age."),
        conditions=(),
        amounts=(),
        basis="Kemensos, PBI JK; Kepmensos 79/HUK/2025",
    ),
    Programme(
        key="KJP_PLUS",
        name="Kartu Jakarta Pintar Plus (KJP Plus)",
        provider=JAKARTA,
        about=_("For pupils from 6 to 21 years with a Jakarta NIK who live in Jakarta."),
        conditions=(
            Condition(
                _("a pupil from 6 to 21 years"),
                lambda p: p.in_school and 6 <= p.age <= 21 and p.school_level in PUPIL_LEVELS,
            ),
        ),
        amounts=(Amount(SINCE, _("Rp250,000 (SD) to Rp450,000 (SMK) a month")),),
        basis="Pemprov DKI, KJP Plus",
    ),
    Programme(
        key="KJMU",
        name="Kartu Jakarta Mahasiswa Unggul (KJMU)",
        provider=JAKARTA,
        about=_("For students with a Jakarta KTP and KK who left school at most three years before."),
        conditions=(
            Condition(_("a student"), lambda p: p.in_school and p.school_level in STUDENT_LEVELS),
            Condition(
                _("a school leaver who may become a student"),
                lambda p: 16 <= p.age <= 22 and p.school_level in {"sma", "smk"},
            ),
        ),
        amounts=(Amount(SINCE, _("Rp9,000,000 a semester")),),
        basis="Pergub DKI 101/2021",
    ),
    Programme(
        key="KLJ",
        name="Kartu Lansia Jakarta (KLJ)",
        provider=JAKARTA,
        about=_("For older people in need. Pensioners of PNS, TNI and Polri cannot receive it."),
        conditions=(Condition(_("an older person from 60 years"), lambda p: p.age >= 60),),
        amounts=(
            Amount(LONG_AGO, _("Rp600,000 a month")),
            Amount(date(2023, 1, 1), _("Rp300,000 a month")),
        ),
        basis="Pergub DKI 44/2022 (Pemenuhan Kebutuhan Dasar)",
    ),
    Programme(
        key="KAJ",
        name="Kartu Anak Jakarta (KAJ)",
        provider=JAKARTA,
        about=_("For children up to 6 years."),
        conditions=(Condition(_("a child up to 6 years old"), lambda p: p.age <= 6),),
        amounts=(Amount(SINCE, _("Rp300,000 a month")),),
        basis="Pergub DKI 44/2022 (Pemenuhan Kebutuhan Dasar)",
    ),
    Programme(
        key="KPDJ",
        name="Kartu Penyandang Disabilitas Jakarta (KPDJ)",
        provider=JAKARTA,
        about=_("For persons with a registered disability. Pensioners of PNS, TNI and Polri cannot receive it."),
        conditions=(Condition(_("a person with a disability"), lambda p: p.disabled),),
        amounts=(Amount(SINCE, _("Rp300,000 a month")),),
        basis="Pergub DKI 44/2022 (Pemenuhan Kebutuhan Dasar)",
    ),
    Programme(
        key="KPARJ",
        name="Kartu Peduli Anak dan Remaja Jakarta (KPARJ)",
        provider=JAKARTA,
        about=_("A small programme for children and young people."),
        conditions=(Condition(_("a child or young person under 18"), lambda p: p.age < 18),),
        amounts=(),
        basis="Dinas Sosial DKI, 2023",
    ),
)


def may_apply(people: Sequence[PersonSummary], on: date) -> list[ProgrammeHint]:
    """The programmes that look at circumstances this family has, in the order of the table. Never a promise."""
    hints: list[ProgrammeHint] = []
    for programme in PROGRAMMES:
        if not people or not programme.is_running(on):
            continue
        conditions = [condition for condition in programme.conditions if condition.holds_on(on)]
        reasons = tuple(c.reason for c in conditions if any(c.fits(person) for person in people))
        if reasons or not programme.conditions:
            hints.append(ProgrammeHint(programme, reasons))
    return hints
