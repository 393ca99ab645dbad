"""Photos and papers, of drafts and households alike: a list of kinds, a page for each kind, and the picture itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import citizen_required, signed_in_user
from registration.attachments import keeping
from registration.attachments.album import Album, Shelf, holder_of
from registration.attachments.errors import AlreadyThere, PhotoRefused
from registration.attachments.looking import TURNS
from registration.attachments.pictures import MAX_BYTES, UnusablePicture, read_all
from registration.attachments.quality import in_words
from registration.attachments.showing import file_name, is_of_family, picture_response, record_look
from registration.attachments.uploads import spend_one
from registration.forms.photo import PhotoForm
from registration.models import Attachment, AttachmentPicture, Draft, Household
from registration.views.access import visible_draft, visible_household

Holder = Draft | Household


def holder_from(request: HttpRequest, draft_id: uuid.UUID | None, reference: str | None) -> Holder:
    """Whose photos an address means, as the person asking may see them (404 otherwise); a draft that has become, or
    changes, a household means the household's."""
    if draft_id is not None:
        return holder_of(visible_draft(request, draft_id))
    return visible_household(request, reference or "")


def list_url(holder: Holder) -> str:
    if isinstance(holder, Household):
        return reverse("registration:household_photo_list", kwargs={"reference": holder.reference})
    return reverse("registration:photo_list", kwargs={"draft_id": holder.pk})


def kind_url(holder: Holder, kind: str, *, start: bool = False) -> str:
    """The page of one kind, or with `start` where an upload of that kind begins."""
    name = "upload_start" if start else "photo_add"
    if isinstance(holder, Household):
        return reverse(f"registration:household_{name}", kwargs={"reference": holder.reference, "kind": kind})
    return reverse(f"registration:{name}", kwargs={"draft_id": holder.pk, "kind": kind})


def shelf_of(holder: Holder, kind: str) -> Shelf:
    shelf = Album.of(holder).shelf(kind)
    if shelf is None:
        raise Http404
    return shelf


@never_cache
@citizen_required
@require_GET
def photo_list(request: HttpRequest, draft_id: uuid.UUID | None = None, reference: str | None = None) -> HttpResponse:
    holder = holder_from(request, draft_id, reference)
    album = Album.of(holder)
    may_change = keeping.may_change(holder, signed_in_user(request)) and keeping.is_open(holder)
    shelves = [(shelf, kind_url(holder, shelf.rule.kind)) for shelf in album.shelves]
    context = {**_about(request, holder), "album": album, "shelves": shelves, "may_change": may_change}
    return render(request, "registration/photo_list.html", context)


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def photo_add(
    request: HttpRequest, kind: str, draft_id: uuid.UUID | None = None, reference: str | None = None
) -> HttpResponse:
    """The photos of one kind, and a form for one more that works with nothing but the browser."""
    holder = holder_from(request, draft_id, reference)
    if not keeping.may_change(holder, signed_in_user(request)):
        raise PermissionDenied
    shelf = shelf_of(holder, kind)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PhotoForm(*posted, rule=shelf.rule)
    if posted and form.is_valid() and form.photo is not None:
        try:
            photo = _received(request, holder, kind, form.photo, instead_of=form.cleaned_data["instead_of"])
        except AlreadyThere as there:
            messages.info(request, str(there))
            return redirect(kind_url(holder, kind))
        except (UnusablePicture, PhotoRefused) as refused:
            form.add_error(form.chosen, str(refused))
        else:
            return after_keeping(request, photo)
    return _show(request, holder, shelf, form)


def _received(
    request: HttpRequest, holder: Holder, kind: str, file: UploadedFile[Any], *, instead_of: uuid.UUID | None
) -> Attachment:
    user = signed_in_user(request)
    spend_one(user)
    content = read_all(file)
    return keeping.keep_photo(holder=holder, content=content, kind=kind, by=user, instead_of=instead_of)


def after_keeping(request: HttpRequest, photo: Attachment) -> HttpResponse:
    """Back to the page of the kind; what looks wrong stands there beside the photo."""
    if not photo.hints:
        messages.success(request, _("The photo has been received."))
    return redirect(kind_url(photo.holder, photo.kind))


def _show(request: HttpRequest, holder: Holder, shelf: Shelf, form: PhotoForm) -> HttpResponse:
    replaced = request.GET.get("ganti") or request.POST.get("instead_of") or ""
    replaced = replaced if any(str(photo.row.pk) == replaced for photo in shelf.photos) else ""
    form.initial["instead_of"] = replaced
    context = {
        **_about(request, holder),
        "shelf": shelf,
        "form": form,
        "replaced": replaced,
        "is_open": keeping.is_open(holder),
        "start_url": kind_url(holder, shelf.rule.kind, start=True),
        "most_bytes": MAX_BYTES,
    }
    return render(request, "registration/photo_add.html", context)


def _about(request: HttpRequest, holder: Holder) -> dict[str, Any]:
    """What every page about photos says of whose they are; only the family sees small pictures on the page itself."""
    own = Attachment(household=holder) if isinstance(holder, Household) else Attachment(draft=holder)
    return {
        "draft": holder if isinstance(holder, Draft) else None,
        "household": holder if isinstance(holder, Household) else None,
        "list_url": list_url(holder),
        "is_family": is_of_family(own, signed_in_user(request)),
    }


def visible_photo(request: HttpRequest, photo: uuid.UUID) -> Attachment:
    rows = Attachment.objects.visible_to(signed_in_user(request)).present()
    found = rows.select_related("draft", "household").filter(pk=photo).first()
    if found is None:
        raise Http404
    return found


def changeable_photo(request: HttpRequest, photo: uuid.UUID) -> Attachment:
    found = visible_photo(request, photo)
    if not keeping.may_change(found.holder, signed_in_user(request)):
        raise PermissionDenied
    return found


@citizen_required
@require_GET
def photo_show(request: HttpRequest, photo: uuid.UUID) -> HttpResponse:
    """The picture. Each look by somebody else than the family is recorded before it is opened."""
    found = visible_photo(request, photo)
    record_look(found, by=signed_in_user(request))
    picture = AttachmentPicture.objects.only("content").get(pk=found.pk)
    return picture_response(picture.content, name=file_name(found))


@citizen_required
@require_GET
def photo_preview(request: HttpRequest, photo: uuid.UUID) -> HttpResponse:
    """The small picture on the family's own pages; for everybody else it does not exist."""
    own = Attachment.objects.of_family(signed_in_user(request)).present().filter(pk=photo)
    picture = AttachmentPicture.objects.filter(attachment__in=own).only("preview").first()
    if picture is None:
        raise Http404
    return picture_response(picture.preview, name="foto")


@citizen_required
@require_POST
def photo_turn(request: HttpRequest, photo: uuid.UUID) -> HttpResponse:
    found = changeable_photo(request, photo)
    way = request.POST.get("arah", "")
    if way in TURNS:
        _try(request, lambda: keeping.turn_photo(attachment=found, way=way, by=signed_in_user(request)))
    return redirect(kind_url(found.holder, found.kind))


@citizen_required
@require_POST
def photo_confirm(request: HttpRequest, photo: uuid.UUID) -> HttpResponse:
    found = changeable_photo(request, photo)
    _try(request, lambda: keeping.confirm_photo(attachment=found, by=signed_in_user(request)))
    return redirect(kind_url(found.holder, found.kind))


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def photo_remove(request: HttpRequest, photo: uuid.UUID) -> HttpResponse:
    """Ask, then take a photo away."""
    found = changeable_photo(request, photo)
    back = kind_url(found.holder, found.kind)
    if request.method == "POST":
        if _try(request, lambda: keeping.remove_photo(attachment=found, by=signed_in_user(request))):
            messages.success(request, _("The photo has been removed."))
        return redirect(back)
    context = {**_about(request, found.holder), "photo": found, "hints": in_words(found.hints), "back": back}
    return render(request, "registration/photo_remove.html", context)


def _try(request: HttpRequest, act: Any) -> bool:
    try:
        act()
    except PhotoRefused as refused:
        messages.error(request, str(refused))
        return False
    return True
