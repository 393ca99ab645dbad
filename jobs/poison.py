"""Set-aside shards: rows that no worker could finish wait for a person."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import Actor, record
from jobs.engine import handler_for
from jobs.models import LIVE, Run, RunState, Shard, ShardState
from jobs.run_row import RunNotAllowed, lock_run, require_going_on, revive
from jobs.wakeups import wake


def _open_poison(shard: Shard) -> tuple[Run, Shard]:
    """Lock a shard and its run. Raises RunNotAllowed unless the shard is set aside and unresolved."""
    run = lock_run(shard.run_id)
    shard = Shard.objects.select_for_update().get(pk=shard.pk)
    if shard.state != ShardState.POISON or shard.resolved_at is not None:
        raise RunNotAllowed(_("These rows are not waiting for a decision."))
    if run.state not in (*LIVE, RunState.PAUSED, RunState.DONE):
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
    require_going_on(run)
    shard.state = ShardState.WAITING
    shard.attempts = 0
    shard.available_at = Now()
    shard.save(update_fields=["state", "attempts", "available_at"])
    if run.state == RunState.DONE:
        run.state = RunState.RUNNING
        run.step_attempts = 0
        revive(run)
    record(by=by, verb="jobs.poison_retried", subject=run, data={"shard": shard.pk})
    wake("jobs.work_on_run", str(run.pk))
    return shard
