"""Signing off a run: a named person takes responsibility for its result."""

from collections.abc import Callable

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import Actor, record
from jobs.models import Run, RunState
from jobs.run_row import RunNotAllowed, lock_run

Doubt = Callable[[Run], str]
_doubts: list[Doubt] = []


def ask_before_signing(doubt: Doubt) -> None:
    """Register why a finished run must not be signed off now, a sentence or ""; called in `AppConfig.ready`."""
    if doubt not in _doubts:
        _doubts.append(doubt)


def doubt_about(run: Run) -> str:
    """The first reason not to sign off a finished run, or ""."""
    return next((reason for doubt in _doubts if (reason := doubt(run))), "")


@transaction.atomic
def sign_off_run(*, run: Run, by: Actor) -> Run:
    """A named person takes responsibility for a finished run.

    Raises RunNotAllowed unless the run is done, every set-aside shard is resolved, nobody has signed before, and no
    room that registered a doubt (`ask_before_signing`) has one.
    """
    run = lock_run(run.pk)
    if run.state != RunState.DONE:
        raise RunNotAllowed(_("Only a finished run can be signed off."))
    if run.is_signed_off:
        raise RunNotAllowed(_("This run has already been signed off."))
    if run.open_poison:
        raise RunNotAllowed(_("Some rows could not be worked on. Resolve each of them with a reason first."))
    if reason := doubt_about(run):
        raise RunNotAllowed(reason)
    run.signed_off_by_id = by.pk
    run.signed_off_at = Now()
    run.save(update_fields=["signed_off_by_id", "signed_off_at"])
    record(by=by, verb="jobs.run_signed_off", subject=run, data={"started_by": run.started_by_id})
    run.refresh_from_db()
    return run
