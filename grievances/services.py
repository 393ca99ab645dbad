"""Raising an objection, deciding it, and what still counts afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from assessment.models import Finding, Signature
from assessment.services import findings_for_many
from audit.services import record
from grievances.models import MAX_TEXT, Attachment, Objection, ObjectionState
from identity.sealing import seal, unseal
from notices.services import notify
from registration.attachments.pictures import Readable, repaint
from registration.errors import Busy
from registration.models import Household, Phase
from registration.phase_lock import share_phase
from registration.stage import Stage

if TYPE_CHECKING:
    from accounts.models import User

MAY_OBJECT_IN: Final = frozenset({Stage.PENGOLAHAN_2, Stage.MUSKEL, Stage.PENGOLAHAN_3})


# What else has to happen once an objection is decided, in the transaction of the decision; the phase is held meanwhile.
WhenDecided = Callable[[Objection, Phase], None]
_when_decided: list[WhenDecided] = []


def when_decided(happens: WhenDecided) -> None:
    """Register what follows a decision; called in `AppConfig.ready` of a room that draws on objections."""
    if happens not in _when_decided:
        _when_decided.append(happens)


class NotContestable(Exception):
    """This finding cannot be objected to (now). The message is for people."""


class AlreadyDecided(Exception):
    """Somebody has decided this objection in the meantime."""


class ReasonMissing(ValueError):
    """An objection needs words, and so does its decision."""


def refuse_unless_contestable(finding: Finding, *, phase: Phase | None = None) -> None:
    """Raise NotContestable with the reason unless an objection to this finding can be raised now.

    `phase` is the finding's phase as its row was locked; without it the answer may be out of date the next moment.
    """
    phase = phase or finding.household.phase
    if not (finding.is_current and finding.is_of_concern):
        raise NotContestable(_("There is nothing to object to: this point does not speak against your family."))
    if finding.household.is_withdrawn:
        raise NotContestable(_("The registration has been withdrawn."))
    if phase.stage not in MAY_OBJECT_IN or phase.closed_at is not None:
        raise NotContestable(
            _("Objections are taken while the findings are being processed. Ask at your kelurahan what is possible.")
        )
    earlier = latest_objections(finding.household).get(finding.signature)
    if earlier is not None and earlier.is_open:
        raise NotContestable(_("An objection to this point is already waiting for a decision."))
    if earlier is not None and earlier.state == ObjectionState.UPHELD:
        raise NotContestable(_("An objection to this point has been accepted; the point no longer counts."))


def latest_objections(household: Household) -> dict[Signature, Objection]:
    """The newest objection to each claim about a household, whichever run made the claim; one query."""
    rows = Objection.objects.filter(household=household).select_related("finding").order_by("created_at", "id")
    return {objection.finding.signature: objection for objection in rows}


@transaction.atomic
def object_to(*, finding: Finding, text: str, file: Readable | None = None, by: User) -> Objection:
    """Object to a finding, as the family itself or as an officer of its kelurahan on behalf of somebody at the counter.

    Raises PermissionDenied for anybody else, NotContestable, ReasonMissing and pictures.UnusablePicture.
    """
    if not Household.objects.visible_to(by).filter(pk=finding.household_id).exists():
        raise PermissionDenied
    refuse_unless_contestable(finding, phase=_held_phase(finding))
    words = text.strip()[:MAX_TEXT]
    if not words:
        raise ReasonMissing(_("Write in your own words why this is not right."))
    attachment = _keep(file) if file else None
    try:
        with transaction.atomic():
            objection = Objection.objects.create(
                finding=finding, household=finding.household, text=words, attachment=attachment, created_by=by
            )
    except IntegrityError:
        raise NotContestable(_("An objection to this point is already waiting for a decision.")) from None
    record(
        by=by,
        verb="grievances.object",
        subject=objection,
        area_code=finding.household.kelurahan_id,
        data={"finding": finding.pk, "rule": finding.rule_key, "attachment": attachment is not None},
    )
    notify(household=finding.household, family=finding.family, kind="objection_received", params={}, by=by)
    return objection


def _held_phase(finding: Finding) -> Phase:
    """The finding's phase, kept from moving until the objection is committed: else it could land behind the guard that
    asks for open ones, and hold nothing."""
    try:
        return share_phase(finding.household.phase_id)
    except Busy:
        raise NotContestable(_("The phase is being moved at this moment. Please try again shortly.")) from None


def _keep(file: Readable) -> Attachment:
    picture = repaint(file)
    attachment = Attachment(media_type=picture.media_type, size=len(picture.content))
    attachment.content = seal(picture.content, context=_context(attachment))
    attachment.save(force_insert=True)
    return attachment


def open_picture(attachment: Attachment) -> bytes:
    """The picture of an objection, opened. Raises identity.sealing.SealError if it was tampered with."""
    return unseal(bytes(attachment.content), context=_context(attachment))


def _context(attachment: Attachment) -> str:
    return f"grievances_attachment.content:{attachment.pk}"


def may_decide(user: User, objection: Objection) -> bool:
    """An admin, or an officer of the household's kelurahan; never who raised it or whose household it is."""
    if user.pk in (objection.created_by_id, objection.household.account_id):
        return False
    return user.is_admin or objection.household.kelurahan_id in user.kelurahan_codes


@transaction.atomic
def decide(*, objection: Objection, uphold: bool, reason: str, by: User) -> Objection:
    """Decide an open objection with a reason; the family is told. Changes no outcome: an upheld objection makes the
    finding not count, and what follows for the family is decided elsewhere by a person.

    Raises PermissionDenied, ReasonMissing, AlreadyDecided, and NotContestable while the phase is being moved.
    """
    if not may_decide(by, objection):
        raise PermissionDenied
    if not reason.strip():
        raise ReasonMissing(_("Write down the reason in words the family understands."))
    phase = _held_phase(objection.finding)
    state = ObjectionState.UPHELD if uphold else ObjectionState.REJECTED
    changed = (
        Objection.objects.open()
        .filter(pk=objection.pk)
        .update(state=state, decided_by=by, decided_at=Now(), reason=reason.strip())
    )
    if not changed:
        raise AlreadyDecided(_("Somebody has decided this objection in the meantime."))
    objection.refresh_from_db()
    household = objection.household
    record(
        by=by,
        verb="grievances.decide",
        subject=objection,
        area_code=household.kelurahan_id,
        data={"finding": objection.finding_id, "state": state},
    )
    notify(
        household=household,
        family=objection.finding.family,
        kind=f"objection_{state}",
        params={"reason": objection.reason},
        by=by,
    )
    for happens in _when_decided:
        happens(objection, phase)
    return objection


def open_objections(phase: Phase) -> QuerySet[Objection]:
    """Objections of a phase nobody has decided yet, withdrawn households left out. They hold the stage."""
    return Objection.objects.open().filter(household__phase=phase, household__withdrawn_at__isnull=True)


def effective_findings(household: Household) -> list[Finding]:
    """The current findings that count: those to which an objection was accepted are left out."""
    return effective_findings_for([household.pk])[household.pk]


def effective_findings_for(household_ids: Iterable[UUID]) -> dict[UUID, list[Finding]]:
    """The same for several households, in two queries.

    An accepted objection also holds for a finding of a later run that says the same about the same subject, and not
    for anything new that a source has found since.
    """
    current = findings_for_many(household_ids)
    accepted = accepted_signatures(current)
    return {pk: [f for f in findings if (pk, f.signature) not in accepted] for pk, findings in current.items()}


def accepted_signatures(household_ids: Iterable[UUID]) -> set[tuple[UUID, Signature]]:
    """(household, claim) of every claim to which an objection was accepted; such claims do not count. One query."""
    upheld = Objection.objects.upheld().filter(household__in=list(household_ids)).select_related("finding")
    return {(objection.household_id, objection.finding.signature) for objection in upheld}
