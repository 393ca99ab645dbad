"""The phase as everybody may see it: its window, its stage and when that stage began."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registration.models import Phase
from registration.stage import Stage

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Window = Literal["soon", "open", "suspended", "closed"]

# One sentence per stage. Nothing was ever published on stages 3 to 6 and 8: they say no more than that work goes on.
SENTENCES: Final[dict[Stage, "StrPromise"]] = {
    Stage.SOSIALISASI: _("Dates and rules are being made known. Registration has not begun."),
    Stage.PENDAFTARAN: _("Families register online or at their kelurahan."),
    Stage.PENGOLAHAN_1: _("The proposals are being processed: double and incomplete entries are put in order."),
    Stage.PEMADANAN_DUKCAPIL: _("NIK and family data are being compared with the population register (Dukcapil)."),
    Stage.PEMADANAN_BAPENDA: _("Vehicles, land and buildings are being compared with the revenue agency (Bapenda)."),
    Stage.PENGOLAHAN_2: _("The results are being processed. Families hear what was found and may object."),
    Stage.MUSKEL: _("Neighbours and officers discuss the proposals in the kelurahan deliberation meeting (muskel)."),
    Stage.PENGOLAHAN_3: _("The decisions of the muskel are being processed."),
    Stage.PENETAPAN_DST: _("The kota or kabupaten fixes the final target list (DST)."),
    Stage.INPUT_SIKSNG: _("The list is being handed to the ministry through SIKS-NG."),
    Stage.PENETAPAN_DTKS: _("The ministry decides; its determination is entered here when it arrives."),
}


@dataclass(frozen=True)
class StageLine:
    """One stage of the list; `state` is done, present or ahead."""

    number: int
    name: str
    sentence: str
    state: Literal["done", "present", "ahead"]


@dataclass(frozen=True)
class PhaseView:
    """A phase for a page. `lines` are the eleven stages."""

    phase: Phase
    window: Window
    stage: StageLine
    lines: tuple[StageLine, ...]

    @property
    def last_moment(self) -> datetime:
        """The last minute in which one may submit: `closes_at` is too late, and midnight reads as the day after."""
        return self.phase.closes_at - timedelta(minutes=1)


def current_phase() -> PhaseView | None:
    """The present phase; None if there is none yet, or no database: the page must answer still."""
    try:
        phase = Phase.objects.current()
    except DatabaseError:
        return None
    return view_of(phase) if phase else None


def latest_phases(count: int = 5) -> list[PhaseView]:
    try:
        return [view_of(phase) for phase in Phase.objects.order_by("-opens_at", "-id")[:count]]
    except DatabaseError:
        return []


def view_of(phase: Phase) -> PhaseView:
    lines = stage_lines(phase)
    return PhaseView(phase=phase, window=window_of(phase, timezone.now()), stage=lines[phase.stage - 1], lines=lines)


def window_of(phase: Phase, now: datetime) -> Window:
    """Whether one can register now, for display only: what counts is the lock a submission takes."""
    if phase.stage > Stage.PENDAFTARAN or now >= phase.closes_at:
        return "closed"
    if phase.stage < Stage.PENDAFTARAN or now < phase.opens_at:
        return "soon"
    return "suspended" if phase.suspended else "open"


def stage_lines(phase: Phase | None) -> tuple[StageLine, ...]:
    """The eleven stages; without a phase all of them lie ahead."""
    present = phase.stage if phase else 0
    over = bool(phase and phase.closed_at)

    def state(stage: Stage) -> Literal["done", "present", "ahead"]:
        if stage < present or over:
            return "done"
        return "present" if stage == present else "ahead"

    return tuple(StageLine(stage.value, str(stage.label), str(SENTENCES[stage]), state(stage)) for stage in Stage)


def rules_day(view: PhaseView | None) -> date:
    return view.phase.rules_on if view else timezone.localdate()
