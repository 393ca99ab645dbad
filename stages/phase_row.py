"""The row of a phase, locked: the one way to write it."""

from django.db import OperationalError, connection
from django.utils.translation import gettext_lazy as _

from registration.models import Phase
from registration.phase_lock import database_now, stop_turnstile
from registration.stage import Stage
from stages.errors import Busy, NotAllowed, Reason, Refused, Stale

LOCK_TIMEOUT = "3s"
BULK_PATIENCE = "10min"  # for one statement over all families of a phase; pages wait for seconds only

__all__ = ["database_now", "lock_phase", "refuse_stale", "require_running", "require_stage", "share_phase_for_bulk"]


def lock_phase(phase_id: int) -> Phase:
    """Take the phase row FOR UPDATE until the end of the transaction.

    A submission holds the same row FOR SHARE until it commits, so having this lock proves that none is in flight.
    Raises Busy when the row cannot be had within LOCK_TIMEOUT.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
    try:
        stop_turnstile(phase_id)
        phase = Phase.objects.select_for_update().get(pk=phase_id)
    except OperationalError as error:
        raise Busy from error
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
    _be_patient()
    return phase


def share_phase(phase_id: int) -> Phase:
    """Hold the phase in its stage for work inside that stage, without keeping others from doing the same."""
    return Phase.objects.raw("SELECT * FROM registration_phase WHERE id = %s FOR SHARE", [phase_id])[0]


def share_phase_if_free(phase_id: int) -> Phase | None:
    """Like share_phase, but None instead of waiting for whoever moves the phase."""
    raw = "SELECT * FROM registration_phase WHERE id = %s FOR SHARE SKIP LOCKED"
    return next(iter(Phase.objects.raw(raw, [phase_id])), None)


def share_phase_for_bulk(phase_id: int) -> Phase:
    """Like share_phase, for an order that touches all families of a phase: its statements may take minutes."""
    phase = share_phase(phase_id)
    _be_patient()
    return phase


def _be_patient() -> None:
    with connection.cursor() as cursor:
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, BULK_PATIENCE])


def refuse_stale(phase: Phase, expected: Stage) -> None:
    """Raise Stale unless the phase is where the person who gave the order saw it."""
    if phase.stage != expected:
        raise Stale


def require_running(phase: Phase) -> None:
    if phase.closed_at is not None:
        raise NotAllowed("closed", _("This phase is closed."))
    if phase.suspended:
        raise NotAllowed("suspended", _("This phase is suspended. Resume it first."))


def require_stage(phase: Phase, *stages: Stage) -> None:
    """Raise Refused unless the phase runs and is in one of these stages."""
    require_running(phase)
    if phase.stage not in stages:
        names = " / ".join(str(stage.label) for stage in stages)
        raise Refused([Reason("wrong_stage", _("This is done in the stage “%(stages)s” only.") % {"stages": names})])
