"""The receipt of a household: to read and print, its QR, and the same as PDF."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import citizen_required, signed_in_user
from accounts.limits import spend
from audit.services import record
from jobs.models import Document
from jobs.printing.making import ask
from jobs.printing.pdf import can_write
from registration import services
from registration.models import Household
from registration.receipt_page import KIND, context_for
from registration.receipts import check_address, qr_svg, receipt_for
from registration.registry_lookup import kind_shown_to
from registration.views.access import visible_household

DOCUMENTS, PER = 20, timedelta(hours=1)
SLOW = timedelta(seconds=40)  # then the page says that it takes longer, and what else there is


@never_cache
@citizen_required
@require_GET
def receipt_show(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt, made to be printed. Names are shown, numbers are masked. Somebody else's look is recorded."""
    household = visible_household(request, reference)
    _record_look(request, household)
    user = signed_in_user(request)
    context = {
        **context_for(household),
        "can_write": can_write(),
        "kind": kind_shown_to(user, household),
        "may_edit": services.may_edit(household, user),
    }
    return render(request, "registration/receipt_show.html", context)


@never_cache
@citizen_required
@require_GET
def receipt_qr(request: HttpRequest, reference: str) -> HttpResponse:
    """The QR of the receipt as a picture of its own."""
    receipt = receipt_for(visible_household(request, reference))
    address = check_address(receipt, origin=request.build_absolute_uri("/"))
    response = HttpResponse(qr_svg(address), content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@never_cache
@citizen_required
@require_POST
def receipt_pdf_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the PDF; a worker makes it."""
    household = visible_household(request, reference)
    user = signed_in_user(request)
    if not can_write():
        messages.warning(request, _("This server cannot make PDF files at the moment. Please print the page instead."))
    elif not spend("registration.receipt_pdf", str(user.pk), limit=DOCUMENTS, window=PER):
        messages.warning(request, _("That were many documents within an hour. Please go on a little later."))
    else:
        document = ask(
            kind=KIND,
            about_id=household.pk,
            by_id=user.pk,
            language=get_language() or user.language,
            params={"origin": request.build_absolute_uri("/")},
        )
        return redirect("registration:receipt_pdf_wait", reference=reference, document=document.pk)
    return redirect("registration:receipt_show", reference=reference)


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD"])
def receipt_pdf_wait(request: HttpRequest, reference: str, document: uuid.UUID) -> HttpResponse:
    """How far the PDF is. A script asks for the state alone, as JSON."""
    household = visible_household(request, reference)
    found = _own_document(request, household, document)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"state": found.state})
    is_slow = not found.is_ready and timezone.now() - found.created_at > SLOW
    context = {"household": household, "document": found, "is_slow": is_slow}
    return render(request, "registration/receipt_pdf_wait.html", context)


@never_cache
@citizen_required
@require_GET
def receipt_pdf_download(request: HttpRequest, reference: str, document: uuid.UUID) -> HttpResponse:
    household = visible_household(request, reference)
    found = _own_document(request, household, document)
    if not found.is_ready:
        raise Http404
    _record_look(request, household)
    response = HttpResponse(found.pdf(), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _own_document(request: HttpRequest, household: Household, pk: uuid.UUID) -> Document:
    own = Document.objects.asked_by(signed_in_user(request).pk)
    found = own.filter(pk=pk, kind=KIND, about_id=household.pk).first()
    if found is None:
        raise Http404
    return found


def _record_look(request: HttpRequest, household: Household) -> None:
    user = signed_in_user(request)
    if household.account_id != user.pk:
        record(by=user, verb="registration.view_receipt", subject=household, area_code=household.kelurahan_id)
