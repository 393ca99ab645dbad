"""Data saya: everything held about me, who looked at it, and a copy to take away."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import citizen_required, signed_in_user
from accounts.consents import standing_of
from accounts.forms.fields import PresentPasswordMixin
from accounts.models import User
from accounts.privacy import privacy
from audit.services import record
from home.my_data import FORMAT, VERSION, gather
from home.my_data_paper import KIND
from home.my_data_words import sections
from jobs.models import Document
from jobs.printing.making import ask
from jobs.printing.pdf import can_write

SLOW = timedelta(seconds=40)
JSON, PDF = "json", "pdf"


class DownloadForm(PresentPasswordMixin):
    """The copy says everything at once, so a phone left open on a table is not enough to take it."""

    bentuk = forms.ChoiceField(
        label=_("In which form?"),
        choices=[(JSON, _("JSON: complete, for computers and for other offices"))],
        initial=JSON,
        widget=forms.RadioSelect,
    )
    field_order = ["bentuk", "present"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["bentuk"]
        if can_write():
            choices.choices = [*choices.choices, (PDF, _("PDF: to read and print, with part of each number hidden"))]


@never_cache
@citizen_required
@require_GET
def my_data_show(request: HttpRequest) -> HttpResponse:
    """All of it in words; the middle of each number is hidden on the screen."""
    user = signed_in_user(request)
    context = {
        "sections": list(sections(gather(user, masked=True))),
        "privacy": privacy(),
        "consent": standing_of(user),
        "may_delete": not user.needs_second_factor,
    }
    return render(request, "home/my_data_show.html", context)


@sensitive_post_parameters("present")
@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_data_download(request: HttpRequest) -> HttpResponse:
    """The copy, after the password; each one is recorded."""
    user = signed_in_user(request)
    form = DownloadForm(request.POST or None, user=user)
    if request.method != "POST" or not form.is_valid():
        return render(request, "home/my_data_download.html", {"form": form, "can_write": can_write()})
    if form.cleaned_data["bentuk"] == PDF:
        document = ask(kind=KIND, about_id=user.pk, by_id=user.pk, language=get_language() or user.language)
        return redirect("home:my_data_pdf_wait", document=document.pk)
    return _as_json(user)


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD"])
def my_data_pdf_wait(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    """How far the PDF is. A script asks for the state alone, as JSON."""
    found = _own_document(request, document)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"state": found.state})
    is_slow = not found.is_ready and timezone.now() - found.created_at > SLOW
    return render(request, "home/my_data_pdf_wait.html", {"document": found, "is_slow": is_slow})


@never_cache
@citizen_required
@require_GET
def my_data_pdf_download(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    found = _own_document(request, document)
    if not found.is_ready:
        raise Http404
    _record(signed_in_user(request), PDF)
    response = HttpResponse(found.pdf(), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _as_json(user: User) -> HttpResponse:
    now = timezone.localtime().replace(microsecond=0)
    content = {"format": FORMAT, "version": VERSION, "made_at": now.isoformat(), **gather(user, masked=False)}
    _record(user, JSON)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="data-saya-{now:%Y-%m-%d}.json"'
    return response


def _record(user: User, form: str) -> None:
    record(by=user, verb="home.download_my_data", subject=user, data={"form": form})


def _own_document(request: HttpRequest, pk: uuid.UUID) -> Document:
    user = signed_in_user(request)
    found = Document.objects.asked_by(user.pk).filter(pk=pk, kind=KIND, about_id=user.pk).first()
    if found is None:
        raise Http404
    return found
