"""Photos that arrive in pieces, because the line breaks.

Announce (size and SHA-256) → send pieces in order → finish. Every step may be repeated: announcing the same file again
finds the upload begun before and says how much of it is here; a piece that is here already is not stored twice;
finishing again gives the same answer. An upload expires; nobody but who began it can go on with it.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend
from registration.attachments.album import holder_of
from registration.attachments.errors import AlreadyThere, Garbled, TooOften, UploadGone, WrongOffset
from registration.attachments.keeping import Holder, hold, put
from registration.attachments.kinds import RULE_OF
from registration.attachments.looking import look_at
from registration.attachments.pictures import MAX_BYTES, UnusablePicture
from registration.models import Attachment, Draft, Household, Upload, UploadPiece

if TYPE_CHECKING:
    from accounts.models import User

LEAST_PIECE: Final = 16_384  # bytes, but for the last piece: else one photo could become thousands of rows
MOST_PIECE: Final = 262_144
MOST_UNDER_WAY: Final = 4  # uploads of one person for one draft or household
MOST_BYTES_UNDER_WAY: Final = 3 * MAX_BYTES
HOUR: Final = timedelta(hours=1)
SHA256: Final = re.compile(r"\A[0-9a-f]{64}\Z")


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def spend_one(by: User) -> None:
    """Count one photo of this account, before any work. Raises TooOften; not inside a transaction."""
    limit = settings.DTKS_PHOTOS_PER_HOUR * (5 if by.is_officer else 1)  # a counter serves many families
    if not spend("registration.photos", by.pk.bytes, limit=limit, window=HOUR):
        raise TooOften(_("You have sent very many photos in the last hour. Please go on a little later."))


def already_kept(*, holder: Holder, kind: str, sha256: str) -> Attachment | None:
    """The photo that was kept from this very file, if its answer was lost on the way."""
    if isinstance(holder, Draft):
        holder = holder_of(holder)
    return Attachment.objects.of(holder).present().filter(kind=kind, sent_sha256=sha256).first()


def start_upload(*, holder: Holder, kind: str, size: int, sha256: str, by: User) -> Upload:
    """Announce a photo, or find the one announced before. The oldest ones under way make room for a new one.

    Raises PhotoRefused for what can be refused at once: the size, a frozen registration.
    """
    if not 0 < size <= MAX_BYTES or not SHA256.match(sha256):
        raise Garbled(_("The photo is larger than %(size)s MB.") % {"size": MAX_BYTES // 1_000_000})
    try:
        return _start(holder=holder, kind=kind, size=size, sha256=sha256, by=by)
    except IntegrityError:  # announced twice at the same moment
        return _start(holder=holder, kind=kind, size=size, sha256=sha256, by=by)


@transaction.atomic
def _start(*, holder: Holder, kind: str, size: int, sha256: str, by: User) -> Upload:
    held = hold(holder, by=by)
    own = Upload.objects.under_way().of(held).filter(by=by)
    own.filter(expires_at__lte=timezone.now()).delete()
    found = own.filter(kind=kind, sha256=sha256, size=size).first()
    if found is not None:
        return found
    _make_room(list(own.order_by("created_at", "pk")), size)
    return Upload.objects.create(
        by=by,
        draft=held if isinstance(held, Draft) else None,
        household=held if isinstance(held, Household) else None,
        kind=kind,
        size=size,
        sha256=sha256,
        expires_at=timezone.now() + timedelta(hours=settings.DTKS_PHOTO_UPLOAD_HOURS),
    )


def _make_room(under_way: list[Upload], size: int) -> None:
    while under_way and (
        len(under_way) >= MOST_UNDER_WAY or sum(one.size for one in under_way) + size > MOST_BYTES_UNDER_WAY
    ):
        under_way.pop(0).delete()


@transaction.atomic
def add_piece(*, upload: Upload, start: int, content: bytes) -> int:
    """Store the piece that begins at byte `start`; returns how many bytes are here.

    A piece that is here already changes nothing. Raises WrongOffset for a gap, Garbled for a piece of a wrong length,
    UploadGone.
    """
    locked = _lock(upload)
    if start < locked.received:
        return locked.received
    if start > locked.received:
        raise WrongOffset(locked.received)
    end = start + len(content)
    is_last = end == locked.size
    if not content or len(content) > MOST_PIECE or end > locked.size or (len(content) < LEAST_PIECE and not is_last):
        raise Garbled(_("A piece of the photo has a wrong length."))
    UploadPiece.objects.create(upload=locked, start=start, content=content)
    Upload.objects.filter(pk=locked.pk).update(received=end)
    return end


def finish_upload(*, upload: Upload, by: User, instead_of: uuid.UUID | None = None) -> Attachment:
    """Put the pieces together and keep the photo, which may replace another one; a second call returns the same photo,
    or refuses it again.

    Raises UnusablePicture and PhotoRefused. When the bytes are not those announced, nothing of them is kept: Garbled.
    """
    content = _assembled(upload)
    if content is None:
        return _settled(upload)
    if checksum(content) != upload.sha256:
        _forget_pieces(upload)
        raise Garbled(_("The photo was damaged on the way. Please send it once more."))
    try:
        looked = look_at(content, rule=RULE_OF[upload.kind])
        with transaction.atomic():
            hold(upload.holder, by=by)  # before the upload, as announcing does: else the two could wait for each other
            locked = _lock(upload)
            kept = put(holder=locked.holder, looked=looked, kind=locked.kind, by=by, instead_of=instead_of)
            _settle(locked, attachment=kept)
    except UploadGone:
        return _settled(upload)
    except AlreadyThere:
        kept_before = already_kept(holder=upload.holder, kind=upload.kind, sha256=upload.sha256)
        if kept_before is None:
            raise
        return kept_before
    except UnusablePicture as refused:
        _settle(upload, refusal=str(refused)[:300])
        raise
    return kept


def forget_abandoned_uploads() -> int:
    """Delete uploads whose time is over, with all their pieces; returns how many. For the periodic task."""
    expired = Upload.objects.filter(expires_at__lte=timezone.now())
    count = expired.count()
    expired.delete()
    return count


def _lock(upload: Upload) -> Upload:
    """The upload's row, held. Raises UploadGone when it is finished, refused, expired or given up."""
    locked = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if locked is None or locked.attachment_id or locked.refusal or locked.expires_at <= timezone.now():
        raise UploadGone(_("This upload is no longer there. Please choose the photo again."))
    return locked


def _assembled(upload: Upload) -> bytes | None:
    """All bytes, or None for an upload that is settled. Raises WrongOffset while some are missing, UploadGone."""
    with transaction.atomic():
        found = Upload.objects.filter(pk=upload.pk).first()
        if found is None:
            raise UploadGone(_("This upload is no longer there. Please choose the photo again."))
        if found.attachment_id or found.refusal:
            return None
        if found.received < found.size:
            raise WrongOffset(found.received)
        return b"".join(piece.content for piece in found.pieces.order_by("start"))


def _settled(upload: Upload) -> Attachment:
    found = Upload.objects.select_related("attachment").filter(pk=upload.pk).first()
    if found is None or (found.attachment is None and not found.refusal):
        raise UploadGone(_("This upload is no longer there. Please choose the photo again."))
    if found.attachment is None:
        raise UnusablePicture(found.refusal)
    return found.attachment


@transaction.atomic
def _settle(upload: Upload, *, attachment: Attachment | None = None, refusal: str = "") -> None:
    Upload.objects.filter(pk=upload.pk).update(attachment=attachment, refusal=refusal)
    UploadPiece.objects.filter(upload=upload).delete()


@transaction.atomic
def _forget_pieces(upload: Upload) -> None:
    UploadPiece.objects.filter(upload=upload).delete()
    Upload.objects.filter(pk=upload.pk).update(received=0)
