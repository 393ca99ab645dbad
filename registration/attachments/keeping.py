"""Adding, turning, confirming and removing photos.

A draft's photos change as freely as its pages. A household's photos change only while the registration window is open,
which is held as for a submission; what is removed from it stays, marked, since a submission may have shown it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import record
from registration.attachments.album import holder_of
from registration.attachments.errors import AlreadyThere, Frozen, Full
from registration.attachments.kinds import RULE_OF
from registration.attachments.looking import Looked, look_at, turn
from registration.errors import AlreadySubmitted, Busy, NotOpen
from registration.models import Attachment, AttachmentPicture, Draft, Household
from registration.phase_lock import database_now, hold_open_phase, refuse_unless_open
from registration.services import lock_draft

if TYPE_CHECKING:
    from accounts.models import User

Holder = Draft | Household


def may_change(holder: Holder, by: User) -> bool:
    """Whoever sees a draft may change it; a household's photos its family and the officers of its kelurahan."""
    return isinstance(holder, Draft) or holder.account_id == by.pk or not by.is_admin


def is_open(holder: Holder) -> bool:
    """Whether photos can be added or removed now."""
    if isinstance(holder, Draft):
        return True
    try:
        refuse_unless_open(holder.phase, now=database_now())
    except NotOpen:
        return False
    return not holder.is_withdrawn


@transaction.atomic
def keep_photo(
    *, holder: Holder, content: bytes, kind: str, by: User, instead_of: uuid.UUID | None = None
) -> Attachment:
    """Look at a sent file and keep it; `instead_of` names the photo it replaces.

    Raises UnusablePicture, and PhotoRefused: Frozen, Full, or AlreadyThere for the very same file.
    """
    return put(holder=holder, looked=look_at(content, rule=RULE_OF[kind]), kind=kind, by=by, instead_of=instead_of)


@transaction.atomic
def put(*, holder: Holder, looked: Looked, kind: str, by: User, instead_of: uuid.UUID | None = None) -> Attachment:
    """Keep what has been looked at, as in `keep_photo`."""
    held = hold(holder, by=by)
    rows = list(Attachment.objects.of(held).present().filter(kind=kind))
    if any(row.sent_sha256 == looked.sent_sha256 for row in rows):
        raise AlreadyThere(_("This very photo has been received already."))
    replaced = next((row for row in rows if row.pk == instead_of), None)
    if replaced is not None:
        _take_away(replaced, held, by=by)
    elif len(rows) >= RULE_OF[kind].most:
        raise Full(_("There are enough photos of this kind. Remove one first if you want to send another."))
    added = _write(held, looked, kind=kind, by=by)
    _record("add_photo", added, held, by=by)
    return added


@transaction.atomic
def turn_photo(*, attachment: Attachment, way: str, by: User) -> Attachment:
    """The photo turned to the right ("kanan"), to the left ("kiri") or upside down ("balik"), as a new one."""
    held = hold(attachment.holder, by=by)
    row = _present(attachment, held)
    content = AttachmentPicture.objects.get(pk=row.pk).content
    looked = turn(content, rule=RULE_OF[row.kind], way=way, sent_sha256=row.sent_sha256)
    _take_away(row, held, by=by)
    added = _write(held, looked, kind=row.kind, by=by, added_at=row.added_at)
    _record("turn_photo", added, held, by=by)
    return added


@transaction.atomic
def confirm_photo(*, attachment: Attachment, by: User) -> Attachment:
    """Keep a photo although something looks wrong with it."""
    held = hold(attachment.holder, by=by)
    row = _present(attachment, held)
    if row.is_waiting:
        Attachment.objects.filter(pk=row.pk).update(confirmed_at=Now())
        _record("confirm_photo", row, held, by=by, hints=row.hints)
        row.refresh_from_db()
    return row


@transaction.atomic
def remove_photo(*, attachment: Attachment, by: User) -> None:
    held = hold(attachment.holder, by=by)
    row = _present(attachment, held)
    _record("remove_photo", row, held, by=by)
    _take_away(row, held, by=by)


def hold(holder: Holder, *, by: User) -> Holder:
    """Whom a photo belongs to, held until the end of the transaction: a draft that was sent meanwhile is its household.

    Raises Frozen where nothing may change any more, Busy while the phase is being moved, PermissionDenied.
    """
    if isinstance(holder, Draft):
        whose = holder_of(Draft.objects.select_related("household", "edits").get(pk=holder.pk))
        if isinstance(whose, Draft):
            try:
                return lock_draft(whose)
            except AlreadySubmitted:
                whose = holder_of(Draft.objects.select_related("household", "edits").get(pk=holder.pk))
        holder = whose
    if not may_change(holder, by):
        raise PermissionDenied
    return _hold_household(Household.objects.get(pk=holder.pk))


def _hold_household(household: Household) -> Household:
    try:
        phase = hold_open_phase(household.phase_id)
    except NotOpen:
        raise Frozen(_("The registration window is closed: the photos stay as they were sent.")) from None
    except Busy:
        raise Frozen(_("The phase is being moved at this moment. Please try again shortly.")) from None
    locked = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    if locked.is_withdrawn:
        raise Frozen(_("The registration has been withdrawn."))
    locked.phase = phase
    return locked


def _present(attachment: Attachment, held: Holder) -> Attachment:
    """The row as it is now that its holder is held. Raises Frozen if it has been removed meanwhile."""
    row = Attachment.objects.of(held).present().filter(pk=attachment.pk).first()
    if row is None:
        raise Frozen(_("This photo has been removed or turned in the meantime."))
    return row


def _take_away(row: Attachment, held: Holder, *, by: User) -> None:
    if isinstance(held, Draft):
        row.delete()
        return
    Attachment.objects.filter(pk=row.pk).update(removed_at=Now(), removed_by=by)


def _write(held: Holder, looked: Looked, *, kind: str, by: User, **more: Any) -> Attachment:
    added = Attachment.objects.create(
        draft=held if isinstance(held, Draft) else None,
        household=held if isinstance(held, Household) else None,
        kind=kind,
        hints=looked.hints,
        sent_sha256=looked.sent_sha256,
        size=len(looked.content),
        width=looked.width,
        height=looked.height,
        added_by=by,
        **more,
    )
    AttachmentPicture.objects.create(attachment=added, content=looked.content, preview=looked.preview)
    return added


def _record(verb: str, row: Attachment, held: Holder, *, by: User, **more: Any) -> None:
    record(
        by=by,
        verb=f"registration.{verb}",
        subject=held,
        area_code=held.kelurahan_id or "",
        data={"photo": row.pk, "kind": row.kind, **more},
    )
