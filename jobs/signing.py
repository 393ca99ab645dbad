"""Signing off a run: a second person takes responsibility for its result, and may take that back while nothing rests
on it."""

from collections.abc import Callable

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import Actor, record
from identity.free_text import hide_numbers
from jobs.models import Run, RunState
from jobs.run_row import RunNotAllowed, lock_run

Doubt = Callable[[Run], str]
Objection = Callable[[Run, Actor], str]
_doubts: list[Doubt] = []
_objections: list[Objection] = []
_reliances: list[Doubt] = []


def ask_before_signing(doubt: Doubt) -> None:
    """Register why a finished run must not be signed off now, a sentence or ""; called in `AppConfig.ready`."""
    if doubt not in _doubts:
        _doubts.append(doubt)


def doubt_about(run: Run) -> str:
    """The first reason not to sign off a finished run, or "": rows that wait for a person, or what a room says."""
    if run.open_poison:
        return _("Some rows could not be worked on. Resolve each of them with a reason first.")
    return next((reason for doubt in _doubts if (reason := doubt(run))), "")


def ask_about_signer(objection: Objection) -> None:
    """Register why a person must not sign off a run, a sentence or ""; called in `AppConfig.ready`."""
    if objection not in _objections:
        _objections.append(objection)


def objection_to(run: Run, by: Actor) -> str:
    """Why this person may not sign off this run: whoever started it never may. Or ""."""
    if run.started_by_id is not None and run.started_by_id == by.pk:
        return _("You started this run yourself. Another admin has to look at the result and sign it off.")
    return next((reason for objection in _objections if (reason := objection(run, by))), "")


def ask_before_withdrawing(reliance: Doubt) -> None:
    """Register why a signature must stay, such as a stage that rests on it; called in `AppConfig.ready`.

    It is asked inside the withdrawal's transaction and holds whatever its answer rests on until that ends.
    """
    if reliance not in _reliances:
        _reliances.append(reliance)


@transaction.atomic
def sign_off_run(*, run: Run, by: Actor) -> Run:
    """Another person than the one who started it takes responsibility for a finished run.

    Raises RunNotAllowed unless the run is done and no dry run, every set-aside shard is resolved, nobody has signed
    before, and no room has a doubt about the run (`ask_before_signing`) or an objection to the person
    (`ask_about_signer`).
    """
    run = lock_run(run.pk)
    if run.state != RunState.DONE:
        raise RunNotAllowed(_("Only a finished run can be signed off."))
    if run.is_dry:
        raise RunNotAllowed(_("A dry run is looked at and never relied on, so nobody signs it off."))
    if run.is_signed_off:
        raise RunNotAllowed(_("This run has already been signed off."))
    if reason := doubt_about(run) or objection_to(run, by):
        raise RunNotAllowed(reason)
    run.signed_off_by_id = by.pk
    run.signed_off_at = Now()
    run.save(update_fields=["signed_off_by_id", "signed_off_at"])
    record(by=by, verb="jobs.run_signed_off", subject=run, data={"started_by": run.started_by_id})
    run.refresh_from_db()
    return run


@transaction.atomic
def withdraw_sign_off(*, run: Run, reason: str, by: Actor) -> Run:
    """Take a signature back, with a reason: the run is unsigned again, and the acts keep who had signed it when.

    Raises RunNotAllowed if nobody has signed it, without a reason, or if a room relies on it already
    (`ask_before_withdrawing`).
    """
    run = lock_run(run.pk)
    if not run.is_signed_off:
        raise RunNotAllowed(_("Nobody has signed off this run."))
    if not reason.strip():
        raise RunNotAllowed(_("Write down why the signature is withdrawn."))
    if why := next((why for reliance in _reliances if (why := reliance(run))), ""):
        raise RunNotAllowed(why)
    signed = {"signed_by": run.signed_off_by_id, "signed_at": run.signed_off_at}
    run.signed_off_by_id = None
    run.signed_off_at = None
    run.save(update_fields=["signed_off_by_id", "signed_off_at"])
    record(by=by, verb="jobs.sign_off_withdrawn", subject=run, data={**signed, "reason": hide_numbers(reason.strip())})
    return run
