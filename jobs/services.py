"""What people do to runs: start, pause, stop, go on; signing and set-aside rows have modules of their own."""

import hashlib
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import Actor, record
from jobs.engine import default_lease_seconds, handler_for
from jobs.models import LIVE, UNDER_WAY, Run, RunState
from jobs.poison import resolve_poison, retry_poison
from jobs.run_row import (
    RunNotAllowed,
    ask_before_going_on,
    end_leases,
    lock_run,
    lock_run_soon,
    require_going_on,
    revive,
)
from jobs.signing import (
    ask_about_signer,
    ask_before_signing,
    ask_before_withdrawing,
    doubt_about,
    objection_to,
    sign_off_run,
    withdraw_sign_off,
)
from jobs.wakeups import wake
from jobs.working import work_run

__all__ = [
    "RunNotAllowed",
    "abort_run",
    "ask_about_signer",
    "ask_before_going_on",
    "ask_before_signing",
    "ask_before_withdrawing",
    "doubt_about",
    "objection_to",
    "pause_run",
    "resolve_poison",
    "resume_run",
    "retry_poison",
    "sign_off_run",
    "start_run",
    "withdraw_sign_off",
    "work_run",
]


def config_hash(*, kind: str, scope_id: int, params: dict[str, Any]) -> str:
    """The same for two runs that must give the same result."""
    text = json.dumps({"kind": kind, "scope": scope_id, "params": params}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def start_run(*, kind: str, scope_id: int, params: dict[str, Any], by: Actor | None, is_dry: bool = False) -> Run:
    """Write down that a run is wanted and wake a worker after the commit.

    `params` is JSON without personal data. The results of a dry run are kept apart and never relied on. Raises
    UnknownKind, and RunNotAllowed while another run of this kind and phase is waiting, running or paused, or if a run
    of this kind cannot be dry.
    """
    if is_dry and not handler_for(kind).can_be_dry:
        raise RunNotAllowed(_("A run of this kind has effects: it cannot be a dry run."))
    handler_for(kind)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                kind=kind,
                scope_id=scope_id,
                params=params,
                config_hash=config_hash(kind=kind, scope_id=scope_id, params=params),
                lease_seconds=default_lease_seconds(),
                started_by_id=by.pk if by else None,
                is_dry=is_dry,
            )
    except IntegrityError:
        raise RunNotAllowed(_("A run of this kind is already under way. Wait for it, or stop it first.")) from None
    record(by=by, verb="jobs.run_started", subject=run, data={"kind": kind, "scope": scope_id, "dry": is_dry})
    wake("jobs.work_on_run", str(run.pk))
    return run


@transaction.atomic
def pause_run(*, run: Run, by: Actor | None) -> Run:
    """Let a run rest: when this has committed, nothing more of it lands until somebody resumes it.

    What is committed stays, and the run keeps its place: no other of its kind and phase is started meanwhile. Answers
    within two seconds or raises OperationalError. Raises RunNotAllowed unless the run is waiting or running.
    """
    run = lock_run_soon(run.pk)
    if run.state not in LIVE:
        raise RunNotAllowed(_("Only a waiting or running run can be paused."))
    run.state = RunState.PAUSED
    run.save(update_fields=["state"])
    end_leases(run)
    record(by=by, verb="jobs.run_paused", subject=run)
    run.refresh_from_db()
    return run


@transaction.atomic
def abort_run(*, run: Run, by: Actor | None) -> Run:
    """Stop a run: when this has committed, nothing more of it lands. Answers within two seconds or raises.

    Raises RunNotAllowed when the run has ended. Shards in work are taken from their workers.
    """
    run = lock_run_soon(run.pk)
    if run.state not in UNDER_WAY:
        raise RunNotAllowed(_("This run has already ended."))
    run.state = RunState.ABORTED
    run.ended_at = Now()
    run.save(update_fields=["state", "ended_at"])
    end_leases(run)
    record(by=by, verb="jobs.run_aborted", subject=run)
    run.refresh_from_db()
    return run


@transaction.atomic
def resume_run(*, run: Run, by: Actor | None) -> Run:
    """Go on with a paused, stopped or failed run from what is committed.

    Raises RunNotAllowed otherwise, and when a room says that it must not go on (`ask_before_going_on`).
    """
    run = lock_run(run.pk)
    if not run.can_go_on:
        raise RunNotAllowed(_("Only a paused, stopped or failed run can be resumed."))
    require_going_on(run)
    end_leases(run)  # of a worker that took a shard while the order was being given
    run.state = RunState.RUNNING if run.shards.exists() else RunState.PLANNED
    run.step_attempts = 0
    run.error = ""
    revive(run)
    record(by=by, verb="jobs.run_resumed", subject=run)
    wake("jobs.work_on_run", str(run.pk))
    run.refresh_from_db()
    return run
