"""What a family whose data somebody else entered may do with its code: see, take over, object, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from audit.services import record
from registration import services
from registration.errors import NotWithdrawable, RegistrationError
from registration.family_codes import end_codes, may_have_code
from registration.models import (
    Channel,
    Draft,
    FamilyCode,
    FamilyObjection,
    FamilyObjectionState,
    Household,
    Phase,
    Representation,
)
from registration.phase_lock import database_now, share_phase
from registration.stage import Stage
from registration.telling import tell

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

# Up to here an open objection holds the phase; later the family can still withdraw, or ask the kelurahan.
LAST_STAGE_TO_OBJECT = Stage.PENETAPAN_DST
BY_THE_FAMILY = "Ditarik oleh keluarga sendiri dengan kodenya"


class AlreadyTaken(RegistrationError):
    """The household has an account of its own, or an objection is waiting already."""


@transaction.atomic
def look_at_own(*, code: FamilyCode) -> None:
    """Remember that the family looked at what was entered for it."""
    _record(code, "registration.family_view")


@transaction.atomic
def take_over(*, code: FamilyCode, by: User, helper_may_see: bool) -> Household:
    """Put the household into the family's own account. The helper sees the standing from now on, or the data too if
    the family allows it. Raises PermissionDenied for the helper and for staff, AlreadyTaken.
    """
    locked = _hold(code)
    if by.is_officer or by.is_admin or locked.account_id == by.pk:
        raise PermissionDenied
    if not may_have_code(locked):
        raise AlreadyTaken
    now = database_now()
    representation = Representation.objects.filter(household=locked).first()
    helper_id = locked.account_id or locked.registered_by_id
    if representation is None and helper_id is not None:
        representation = Representation(household=locked, helper_id=helper_id)
    if representation is not None:
        representation.taken_over_at, representation.taken_over_by = now, by
        representation.helper_may_see = helper_may_see
        representation.save()
    locked.account = by
    locked.contact_phone = by.phone or (representation.phone if representation else None)
    locked.save(update_fields=["account", "contact_phone"])
    Draft.objects.filter(household=locked, channel=Channel.ONLINE).update(owner=by)
    Draft.objects.filter(edits=locked, channel=Channel.ONLINE).update(owner=by)
    end_codes(locked)
    _record(code, "registration.take_over", by=by, helper_may_see=helper_may_see)
    return locked


@transaction.atomic
def withdraw_own(*, code: FamilyCode) -> Household:
    """The family takes its registration back. Raises NotWithdrawable and Busy."""
    share_phase(code.household.phase_id)
    _hold(code)
    household = services.withdraw(household=code.household, by=None, reason=BY_THE_FAMILY)
    _settle(household, FamilyObjectionState.WITHDRAWN, reason=BY_THE_FAMILY, by=None)
    _record(code, "registration.family_withdraw")
    tell(household=household, kind="family_withdrew", params={}, by=None)
    return household


@transaction.atomic
def object_to_registration(*, code: FamilyCode, text: str) -> FamilyObjection:
    """The family says that it does not agree. It waits for the kelurahan and holds the phase.

    Raises NotWithdrawable once the data have gone on, AlreadyTaken while an objection is open.
    """
    phase = share_phase(code.household.phase_id)
    locked = _hold(code)
    if locked.is_withdrawn or phase.stage > LAST_STAGE_TO_OBJECT:
        raise NotWithdrawable
    try:
        with transaction.atomic():
            objection = FamilyObjection.objects.create(household=locked, text=text)
    except IntegrityError:
        raise AlreadyTaken from None
    _record(code, "registration.family_object", objection=objection.pk)
    tell(household=locked, kind="family_objected", params={}, by=None)
    return objection


@transaction.atomic
def decide_objection(*, objection: FamilyObjection, withdraw: bool, reason: str, by: User) -> FamilyObjection:
    """An officer of the household's kelurahan, who did not enter it as a citizen, ends the registration or lets it go
    on. Raises PermissionDenied, AlreadyTaken when it was decided before, NotWithdrawable and Busy.
    """
    household = objection.household
    if household.kelurahan_id not in by.kelurahan_codes or household.account_id == by.pk:
        raise PermissionDenied
    if withdraw:
        services.withdraw(household=household, by=by, reason=reason)
    state = FamilyObjectionState.WITHDRAWN if withdraw else FamilyObjectionState.CONTINUED
    if not _settle(household, state, reason=reason, by=by):
        raise AlreadyTaken
    data = {"objection": objection.pk, "state": state}
    record(by=by, verb="registration.decide_objection", subject=household, area_code=household.kelurahan_id, data=data)
    tell(household=household, kind="family_objection_decided", params={"reason": reason}, by=by)
    objection.refresh_from_db()
    return objection


def open_family_objections(phase: Phase) -> QuerySet[FamilyObjection]:
    """Families of a phase that do not agree to being registered and wait for an answer."""
    return FamilyObjection.objects.filter(
        state=FamilyObjectionState.OPEN, household__phase=phase, household__withdrawn_at__isnull=True
    )


def objections_for(user: User) -> QuerySet[FamilyObjection]:
    """What an officer's kelurahan has to answer."""
    open_ones = FamilyObjection.objects.filter(state=FamilyObjectionState.OPEN, household__withdrawn_at__isnull=True)
    return open_ones.filter(household__kelurahan__in=list(user.kelurahan_codes))


def _hold(code: FamilyCode) -> Household:
    """The household's row until the end of the transaction; PermissionDenied if the code has ended meanwhile."""
    locked = Household.objects.select_for_update(of=("self",)).select_related("phase").get(pk=code.household_id)
    if not FamilyCode.objects.filter(pk=code.pk, ended_at__isnull=True).exists():
        raise PermissionDenied
    return locked


def _settle(household: Household, state: FamilyObjectionState, *, reason: str, by: User | None) -> int:
    return FamilyObjection.objects.filter(household=household, state=FamilyObjectionState.OPEN).update(
        state=state, reason=reason, decided_by=by, decided_at=database_now()
    )


def _record(code: FamilyCode, verb: str, *, by: User | None = None, **data: Any) -> None:
    household = code.household
    about = {"code": code.pk, **data}
    record(by=by, verb=verb, subject=household, area_code=household.kelurahan_id, data=about)
