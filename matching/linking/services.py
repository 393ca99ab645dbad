"""Looking for pairs that may be one, and deciding them: by a person, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import Actor, record
from jobs.models import Run
from jobs.services import start_run
from matching.evidence import run_to_rely_on
from matching.linking.duplicates import KIND
from matching.linking.models import DuplicatePair, PairState
from matching.vocabulary import Source
from registration.models import Phase

if TYPE_CHECKING:
    from accounts.models import User

DECISIONS = (PairState.SAME, PairState.DIFFERENT)
SHARD_ROWS = 20_000  # the most people in one shard: looking for pairs takes longer than deciding a verdict


class PairReasonMissing(ValueError):
    """A decision needs its reason in words."""


class PairAlreadyDecided(Exception):
    """Somebody else has decided this in the meantime."""


@transaction.atomic
def start_duplicates(*, phase: Phase, by: Actor | None) -> Run:
    """Start looking for families registered twice in a phase. Raises jobs.services.RunNotAllowed while one runs."""
    matched = run_to_rely_on(phase.pk, Source.POPULATION)
    params = {
        "matched": str(matched.pk) if matched else None,
        "shard_rows": min(int(getattr(settings, "DTKS_SHARD_ROWS", SHARD_ROWS)), SHARD_ROWS),
    }
    return start_run(kind=KIND, scope_id=phase.pk, params=params, by=by)


def newest_duplicates_run(phase: Phase) -> Run | None:
    return Run.objects.latest_for(KIND, phase.pk)


@transaction.atomic
def resolve_pair(*, pair: DuplicatePair, state: str, reason: str, by: User) -> DuplicatePair:
    """Decide that a pair is the same or not the same, with a reason. Changes nothing about either family.

    An admin, or an officer of the kelurahan of one of the households. Raises PermissionDenied, PairReasonMissing,
    PairAlreadyDecided, and ValueError for another state.
    """
    if state not in DECISIONS:
        raise ValueError(f"A pair is the same or different, not {state!r}.")
    areas = {pair.household.kelurahan_id, pair.other_household.kelurahan_id}
    if not (by.is_admin or areas & set(by.kelurahan_codes)):
        raise PermissionDenied
    if not reason.strip():
        raise PairReasonMissing(_("Write down the reason."))
    changed = (
        DuplicatePair.objects.open()
        .filter(pk=pair.pk)
        .update(state=state, reason=reason.strip(), decided_by=by, decided_at=Now())
    )
    if not changed:
        raise PairAlreadyDecided(_("Somebody has decided this in the meantime."))
    pair.refresh_from_db()
    record(
        by=by,
        verb="matching.resolve_pair",
        subject=pair,
        area_code=pair.household.kelurahan_id,
        data={"kind": pair.kind, "state": state},
    )
    return pair
