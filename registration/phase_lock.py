"""The closing second is a lock, not a clock.

A submission holds the row of its phase FOR SHARE until it commits, and only then reads the database's time. Whoever
closes registration takes the same row FOR UPDATE, and so waits for submissions in flight and keeps later ones out.

The row lock alone is right but not fair: while submissions overlap, each new one shares the row at once, and whoever
wants it alone may wait for ever. So both pass a turnstile first, an advisory lock, whose queue is kept in order.
"""

from datetime import datetime
from typing import Protocol, cast

from django.db import OperationalError, connection

from registration.errors import Busy, NotOpen
from registration.models import Phase
from registration.stage import Stage

LOCK_TIMEOUT = "3s"
TURNSTILE = 20_470_001  # first key of the advisory locks; the second one is the phase
ENTER = "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock_shared(%s, %s::integer)"
# The clock is read for the row that the lock has given, so after the lock was had.
HOLD = """
WITH held AS MATERIALIZED (SELECT * FROM registration_phase WHERE id = %s FOR SHARE)
SELECT held.*, clock_timestamp() AS held_at FROM held
"""
STOP = "SELECT pg_advisory_xact_lock(%s, %s::integer)"


def database_now() -> datetime:
    """The database server's time at this instant (not that of the transaction's start)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


class HeldPhase(Protocol):
    """What `share_phase` adds to the phase: when it was had (database time)."""

    held_at: datetime


def share_phase(phase_id: int) -> Phase:
    """Take the phase row FOR SHARE until the end of the transaction, in one round trip; `held_at` says when.

    Raises Busy when it cannot be had in time.
    """
    try:
        return Phase.objects.raw(f"{ENTER}; {HOLD}", [LOCK_TIMEOUT, TURNSTILE, phase_id, phase_id])[0]
    except OperationalError as error:
        raise Busy from error


def stop_turnstile(phase_id: int) -> None:
    """Let nobody else in until the end of the transaction; for whoever is about to take the phase row FOR UPDATE.

    Returns once those inside have gone; raises OperationalError after the session's lock_timeout.
    """
    with connection.cursor() as cursor:
        cursor.execute(STOP, [TURNSTILE, phase_id])


def hold_phase(phase_id: int) -> tuple[Phase, datetime]:
    """Hold the phase for a submission and say when it was held (database time); inside a transaction only.

    Raises NotOpen unless it is in stage 2, not suspended, and that time lies in [opens_at, closes_at);
    raises Busy when the row is locked for longer than LOCK_TIMEOUT.
    """
    phase = share_phase(phase_id)
    now = cast("HeldPhase", phase).held_at
    refuse_unless_open(phase, now=now)
    return phase, now


def hold_open_phase(phase_id: int) -> Phase:
    """The phase alone, held as in `hold_phase`."""
    return hold_phase(phase_id)[0]


def refuse_unless_open(phase: Phase, *, now: datetime) -> None:
    """Raise NotOpen with its reason unless the phase accepts registrations at `now`."""
    if phase.stage != Stage.PENDAFTARAN:
        raise NotOpen("stage")
    if phase.suspended:
        raise NotOpen("suspended")
    if now < phase.opens_at:
        raise NotOpen("early")
    if now >= phase.closes_at:
        raise NotOpen("late")
