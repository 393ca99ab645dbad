"""The row of a run, locked, and what orders about runs share."""

from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils.translation import gettext as _

from jobs.models import Run, ShardState

ORDER_LOCK_TIMEOUT = "1500ms"  # pausing and stopping answer within two seconds


class RunNotAllowed(Exception):
    """What was asked of a run is not possible now. The message is for people."""


Hindrance = Callable[[Run], str]
_hindrances: list[Hindrance] = []


def ask_before_going_on(hindrance: Hindrance) -> None:
    """Register why a run must not work on any more, such as data that are gone, a sentence or ""; called in
    `AppConfig.ready`. It is asked inside the order's transaction."""
    if hindrance not in _hindrances:
        _hindrances.append(hindrance)


def require_going_on(run: Run) -> None:
    """Raises RunNotAllowed when a room says that this run must not go on."""
    if why := next((why for hindrance in _hindrances if (why := hindrance(run))), ""):
        raise RunNotAllowed(why)


def lock_run(run_id: UUID) -> Run:
    """The run, locked against commits of its shards; rows that point to it may still be written."""
    return Run.objects.select_for_update(no_key=True).get(pk=run_id)


def lock_run_soon(run_id: UUID) -> Run:
    """Like `lock_run`, but gives up when a commit stands in the way for too long (OperationalError)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [ORDER_LOCK_TIMEOUT])
    return lock_run(run_id)


def end_leases(run: Run) -> int:
    """Take the shards of a locked run back from their workers, whose tokens are worth nothing from now on."""
    return run.shards.filter(state=ShardState.LEASED).update(
        state=ShardState.WAITING,
        token=F("token") + 1,
        lease_until=None,
        attempts=Greatest(F("attempts") - 1, 0),
    )


def revive(run: Run) -> None:
    """Store a run that goes on. Raises RunNotAllowed beside a newer one."""
    run.resumed_at = Now()
    run.ended_at = None
    try:
        with transaction.atomic():
            run.save(update_fields=["state", "step_attempts", "error", "resumed_at", "ended_at"])
    except IntegrityError:
        raise RunNotAllowed(_("A newer run of this kind is already under way.")) from None
