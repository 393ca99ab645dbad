"""Showing a picture to who may see it, as a picture and as nothing else. Each look by staff is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from audit.services import record
from registration.attachments.pictures import MEDIA_TYPE
from registration.models import Attachment, Draft, Household

if TYPE_CHECKING:
    from accounts.models import User


def picture_response(content: bytes, *, name: str, disposition: str = "inline") -> HttpResponse:
    """A JPEG of ours that no browser can take for a page, keep, or show inside another site. `name` has no ending."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'{disposition}; filename="{name}.jpg"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def is_of_family(attachment: Attachment, user: User) -> bool:
    """Whether the photo belongs to this person's own draft or household."""
    holder = attachment.holder
    if isinstance(holder, Draft):
        return holder.owner_id == user.pk and not holder.is_at_counter
    return holder.account_id == user.pk


def record_look(attachment: Attachment, *, by: User) -> None:
    """Write down that somebody other than the family saw the photo; the subject is its household or draft."""
    if is_of_family(attachment, by):
        return
    holder = attachment.holder
    record(
        by=by,
        verb="registration.view_photo",
        subject=holder,
        area_code=holder.kelurahan_id or _desk_of(holder),
        data={"photo": attachment.pk, "kind": attachment.kind},
    )


def _desk_of(holder: Draft | Household) -> str:
    """The kelurahan that has taken a citizen's draft in."""
    taken = holder.handovers.taken().first() if isinstance(holder, Draft) else None
    return taken.kelurahan_id if taken else ""


def file_name(attachment: Attachment) -> str:
    """Such as "ktp-JKT-7K2M-Q4XH": no name and no number of a person."""
    household = attachment.household
    return f"{attachment.kind}-{household.reference}" if household else str(attachment.kind)
