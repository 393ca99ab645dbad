"""Photos in pieces: announced, sent, finished. Spoken by static/js/photo.js; answers are JSON with words for people."""

from __future__ import annotations

import re
import uuid
from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import citizen_required, signed_in_user
from registration.attachments import keeping, uploads
from registration.attachments.errors import Garbled, PhotoRefused, TooOften, UploadGone, WrongOffset
from registration.attachments.pictures import UnusablePicture
from registration.models import Attachment, Upload
from registration.views.photos import holder_from, kind_url, shelf_of

_NUMBER = re.compile(r"\A[0-9]{1,8}\Z", re.ASCII)


def _said(status: int, words: object = "", **more: object) -> HttpResponse:
    return JsonResponse({"message": str(words), **more}, status=status)


def _kept(photo: Attachment) -> HttpResponse:
    return _said(200, state="kept", url=kind_url(photo.holder, photo.kind))


def _state(upload: Upload) -> dict[str, object]:
    url = reverse("registration:upload_continue", kwargs={"upload_id": upload.pk})
    done = reverse("registration:upload_finish", kwargs={"upload_id": upload.pk})
    return {"state": "sending", "url": url, "finish": done, "offset": upload.received, "piece": 65_536}


@never_cache
@citizen_required
@require_POST
def upload_start(
    request: HttpRequest, kind: str, draft_id: uuid.UUID | None = None, reference: str | None = None
) -> HttpResponse:
    """Announce a photo by its size and SHA-256, or find what has arrived of it before."""
    user = signed_in_user(request)
    holder = holder_from(request, draft_id, reference)
    if not keeping.may_change(holder, user):
        raise PermissionDenied
    shelf_of(holder, kind)
    size, sha256 = request.POST.get("size", ""), request.POST.get("sha256", "")
    if not _NUMBER.match(size) or not uploads.SHA256.match(sha256):
        return _said(400, _("The photo could not be announced. Please choose it again."))
    kept = uploads.already_kept(holder=holder, kind=kind, sha256=sha256)
    if kept is not None:
        return _kept(kept)
    try:
        uploads.spend_one(user)
        upload = uploads.start_upload(holder=holder, kind=kind, size=int(size), sha256=sha256, by=user)
    except TooOften as refused:
        return _said(429, refused)
    except Garbled as refused:
        return _said(400, refused)
    except PhotoRefused as refused:
        return _said(409, refused, state="refused")
    return _said(201, **_state(upload))


def _own_upload(request: HttpRequest, upload_id: uuid.UUID) -> Upload:
    """Only who began an upload goes on with it, as long as the draft or household is still theirs to see."""
    rows = Upload.objects.filter(by=signed_in_user(request)).select_related("draft", "household")
    found = rows.filter(pk=upload_id).first()
    if found is None:
        raise Http404
    holder_from(request, found.draft_id, found.household.reference if found.household else None)
    return found


@never_cache
@citizen_required
@require_http_methods(["GET", "PUT"])
def upload_continue(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """How much is here; or one more piece, which begins at the byte that the header Upload-Offset names."""
    upload = _own_upload(request, upload_id)
    if request.method == "GET":
        return _said(200, **_state(upload))
    start, length = request.headers.get("Upload-Offset", ""), request.headers.get("Content-Length", "")
    if not _NUMBER.match(start) or not _NUMBER.match(length) or int(length) > uploads.MOST_PIECE:
        return _said(400, _("A piece of the photo has a wrong length."))
    try:
        content = request.read(int(length))
    except UnreadablePostError:
        content = b""
    if len(content) != int(length):  # the line broke within the piece
        return _said(400, _("A piece of the photo has a wrong length."))
    try:
        received = uploads.add_piece(upload=upload, start=int(start), content=content)
    except WrongOffset as gap:
        return _said(409, state="sending", offset=gap.received)
    except Garbled as refused:
        return _said(400, refused)
    except UploadGone as gone:
        return _said(410, gone)
    return _said(200, state="sending", offset=received)


@never_cache
@citizen_required
@require_POST
def upload_finish(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Put the pieces together. Asking again gives the same answer."""
    upload = _own_upload(request, upload_id)
    instead_of: uuid.UUID | None = None
    with suppress(ValueError):
        instead_of = uuid.UUID(request.POST.get("instead_of", ""))
    try:
        photo = uploads.finish_upload(upload=upload, by=signed_in_user(request), instead_of=instead_of)
    except WrongOffset as gap:
        return _said(409, state="sending", offset=gap.received)
    except UploadGone as gone:
        return _said(410, gone)
    except Garbled as refused:
        return _said(409, refused, state="again")
    except (UnusablePicture, PhotoRefused) as refused:
        return _said(422, refused, state="refused")
    if not photo.hints:
        messages.success(request, _("The photo has been received."))
    return _kept(photo)
