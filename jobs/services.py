"""Starting, stopping, resuming and signing off runs, and the loop of a worker."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils.translation import gettext as _

from audit.services import Actor, record
from jobs.engine import default_lease_seconds, handler_for
from jobs.models import LIVE, Run, RunState, Shard, ShardState
from jobs.wakeups import wake
from jobs.working import work_run

__all__ = [
    "RunNotAllowed",
    "abort_run",
    "ask_before_signing",
    "doubt_about",
    "resolve_poison",
    "resume_run",
    "retry_poison",
    "sign_off_run",
    "start_run",
    "work_run",
]

ABORT_LOCK_TIMEOUT = "1500ms"


class RunNotAllowed(Exception):
    """What was asked of a run is not possible now. The message is for people."""


Doubt = Callable[[Run], str]
_doubts: list[Doubt] = []


def ask_before_signing(doubt: Doubt) -> None:
    """Register why a finished run must not be signed off now, a sentence or ""; called in `AppConfig.ready`."""
    if doubt not in _doubts:
        _doubts.append(doubt)


def doubt_about(run: Run) -> str:
    """The first reason not to sign off a finished run, or ""."""
    return next((reason for doubt in _doubts if (reason := doubt(run))), "")


def config_hash(*, kind: str, scope_id: int, params: dict[str, Any]) -> str:
    """The same for two runs that must give the same result."""
    text = json.dumps({"kind": kind, "scope": scope_id, "params": params}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def start_run(*, kind: str, scope_id: int, params: dict[str, Any], by: Actor | None) -> Run:
    """Write down that a run is wanted and wake a worker after the commit.

    `params` is JSON without personal data. Raises UnknownKind, and RunNotAllowed while another run of this kind and
    phase is waiting or running.
    """
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
            )
    except IntegrityError:
        raise RunNotAllowed(_("A run of this kind is already under way. Wait for it, or stop it first.")) from None
    record(by=by, verb="jobs.run_started", subject=run, data={"kind": kind, "scope": scope_id})
    wake("jobs.work_on_run", str(run.pk))
    return run


def _locked(run_id: UUID) -> Run:
    """The run, locked against commits of its shards; rows that point to it may still be written."""
    return Run.objects.select_for_update(no_key=True).get(pk=run_id)


@transaction.atomic
def abort_run(*, run: Run, by: Actor | None) -> Run:
    """Stop a run: when this has committed, nothing more of it lands. Answers within two seconds or raises.

    Raises RunNotAllowed when the run has ended. Shards in work are taken from their workers.
    """
    _limit_lock_wait(ABORT_LOCK_TIMEOUT)
    run = _locked(run.pk)
    if run.state not in LIVE:
        raise RunNotAllowed(_("This run has already ended."))
    run.state = RunState.ABORTED
    run.ended_at = Now()
    run.save(update_fields=["state", "ended_at"])
    run.shards.filter(state=ShardState.LEASED).update(
        state=ShardState.WAITING,
        token=F("token") + 1,
        lease_until=None,
        attempts=Greatest(F("attempts") - 1, 0),
    )
    record(by=by, verb="jobs.run_aborted", subject=run)
    run.refresh_from_db()
    return run


@transaction.atomic
def resume_run(*, run: Run, by: Actor | None) -> Run:
    """Go on with a stopped or failed run from what is committed. Raises RunNotAllowed otherwise."""
    run = _locked(run.pk)
    if run.state not in (RunState.ABORTED, RunState.FAILED):
        raise RunNotAllowed(_("Only a stopped or failed run can be resumed."))
    run.state = RunState.RUNNING if run.shards.exists() else RunState.PLANNED
    run.step_attempts = 0
    run.error = ""
    _revive(run)
    record(by=by, verb="jobs.run_resumed", subject=run)
    wake("jobs.work_on_run", str(run.pk))
    run.refresh_from_db()
    return run


@transaction.atomic
def sign_off_run(*, run: Run, by: Actor) -> Run:
    """A named person takes responsibility for a finished run.

    Raises RunNotAllowed unless the run is done, every set-aside shard is resolved, nobody has signed before, and no
    room that registered a doubt (`ask_before_signing`) has one.
    """
    run = _locked(run.pk)
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


def _revive(run: Run) -> None:
    run.resumed_at = Now()
    run.ended_at = None
    try:
        with transaction.atomic():
            run.save(update_fields=["state", "step_attempts", "error", "resumed_at", "ended_at"])
    except IntegrityError:
        raise RunNotAllowed(_("A newer run of this kind is already under way.")) from None


def _open_poison(shard: Shard) -> tuple[Run, Shard]:
    """Lock a shard and its run. Raises RunNotAllowed unless the shard is set aside and unresolved."""
    run = _locked(shard.run_id)
    shard = Shard.objects.select_for_update().get(pk=shard.pk)
    if shard.state != ShardState.POISON or shard.resolved_at is not None:
        raise RunNotAllowed(_("These rows are not waiting for a decision."))
    if run.state not in (*LIVE, RunState.DONE):
        raise RunNotAllowed(_("This run was stopped. Resume it first."))
    return run, shard


@transaction.atomic
def resolve_poison(*, shard: Shard, reason: str, by: Actor) -> Shard:
    """A person accepts that a set-aside shard stays without a result; the reason is kept."""
    if not reason.strip():
        raise RunNotAllowed(_("Write down why these rows are left without a result."))
    run, shard = _open_poison(shard)
    handler = handler_for(run.kind)
    shard.rows = handler.give_up(run, shard, reason) if handler.give_up else 0
    shard.resolution = reason.strip()
    shard.resolved_by_id = by.pk
    shard.resolved_at = Now()
    shard.save(update_fields=["rows", "resolution", "resolved_by_id", "resolved_at"])
    record(by=by, verb="jobs.poison_resolved", subject=run, data={"shard": shard.pk, "rows": shard.rows})
    shard.refresh_from_db()
    return shard


@transaction.atomic
def retry_poison(*, shard: Shard, by: Actor) -> Shard:
    """Try a set-aside shard again, after its cause has been repaired; the run's finishing step runs again."""
    run, shard = _open_poison(shard)
    if run.is_signed_off:
        raise RunNotAllowed(_("This run has already been signed off."))
    shard.state = ShardState.WAITING
    shard.attempts = 0
    shard.available_at = Now()
    shard.save(update_fields=["state", "attempts", "available_at"])
    if run.state == RunState.DONE:
        run.state = RunState.RUNNING
        run.step_attempts = 0
        _revive(run)
    record(by=by, verb="jobs.poison_retried", subject=run, data={"shard": shard.pk})
    wake("jobs.work_on_run", str(run.pk))
    return shard


def _limit_lock_wait(limit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [limit])
