"""For families whose data somebody else entered: in with the code, without an account.

The code is posted, never in an address; what it opened is remembered in the (sealed) session for half an hour. Each
code and each network is counted before the look-up: a busy network solves a captcha, a code tried too often waits.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import citizen_required, signed_in_user
from accounts.limits import spend
from accounts.network import network_of
from identity.indexes import keyed_index
from public.family import entered_for, preview_for
from public.family_forms import FamilyCodeForm, FamilyObjectionForm, FamilyWithdrawForm, TakeOverForm
from registration.attachments.showing import picture_response
from registration.errors import Busy, NotWithdrawable
from registration.family_codes import KIND, find_code, live_code
from registration.models import FamilyCode
from registration.representation import (
    AlreadyTaken,
    look_at_own,
    object_to_registration,
    take_over,
    withdraw_own,
)

PER_CODE: Final = 20
CODE_WINDOW: Final = timedelta(hours=1)
PER_NETWORK: Final = 30
NETWORK_WINDOW: Final = timedelta(minutes=10)
LASTS: Final = 30 * 60  # seconds
OPENED = "family_code"  # in the session: which code, and until when

CodeView = Callable[..., HttpResponse]  # of the request, the code and what the address names


@never_cache
@sensitive_post_parameters("kode")
@sensitive_variables("code")
@require_http_methods(["GET", "HEAD", "POST"])
def family_enter(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "public/family_enter.html", {"form": FamilyCodeForm()})
    network = keyed_index("network", network_of(request))
    is_busy = not spend("public.family.network", network, limit=PER_NETWORK, window=NETWORK_WINDOW)
    form = FamilyCodeForm(request.POST, is_busy=is_busy)
    if not form.is_valid():
        status = HTTPStatus.TOO_MANY_REQUESTS if is_busy else HTTPStatus.OK
        return render(request, "public/family_enter.html", {"form": form}, status=status)
    code = form.cleaned_data["kode"]
    if not spend("public.family.code", keyed_index(KIND, code), limit=PER_CODE, window=CODE_WINDOW):
        form.add_error("kode", _("This code has been typed too often. Please try again in an hour."))
        return render(request, "public/family_enter.html", {"form": form}, status=HTTPStatus.TOO_MANY_REQUESTS)
    found = find_code(code)
    if found is None:
        form.add_error(
            "kode", _("This code opens nothing: it may be mistyped or ended. Your kelurahan can make a new one.")
        )
        return render(request, "public/family_enter.html", {"form": form})
    request.session.cycle_key()
    request.session[OPENED] = {"code": str(found.pk), "until": timezone.now().timestamp() + LASTS}
    return redirect("public:family_show")


def with_code(view: CodeView) -> CodeView:
    """Only with a code that was typed within the last half hour and still works; else it is asked for."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
        opened: dict[str, Any] = request.session.get(OPENED) or {}
        code = live_code(opened["code"]) if opened.get("until", 0) > timezone.now().timestamp() else None
        if code is None:
            request.session.pop(OPENED, None)
            return redirect("public:family_enter")
        return view(request, code, **named)

    return guarded


@never_cache
@require_GET
@with_code
def family_show(request: HttpRequest, code: FamilyCode) -> HttpResponse:
    look_at_own(code=code)
    context = {"household": code.household, "phase": code.household.phase, "entered": entered_for(code.household)}
    return render(request, "public/family_show.html", context)


@require_GET
@with_code
def family_photo(request: HttpRequest, code: FamilyCode, photo: uuid.UUID) -> HttpResponse:
    """A small picture of the household's own house, by the same proof as the page it stands on."""
    preview = preview_for(code.household, photo)
    if preview is None:
        raise Http404
    return picture_response(preview, name="foto")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_code
def family_object(request: HttpRequest, code: FamilyCode) -> HttpResponse:
    form = FamilyObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            object_to_registration(code=code, text=form.cleaned_data["alasan"])
        except AlreadyTaken:
            messages.info(request, _("You have told the kelurahan already. It will answer."))
        except NotWithdrawable:
            messages.warning(request, too_late())
        except Busy:
            messages.warning(request, _("The phase is being moved at this moment. Please try again shortly."))
            return redirect("public:family_object")
        else:
            messages.success(
                request, _("The kelurahan has been told. Nobody of your household is proposed before it has answered.")
            )
        return redirect("public:family_show")
    return render(request, "public/family_object.html", {"form": form, "household": code.household})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_code
def family_withdraw(request: HttpRequest, code: FamilyCode) -> HttpResponse:
    form = FamilyWithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_own(code=code)
        except NotWithdrawable:
            messages.warning(request, too_late())
        except Busy:
            messages.warning(request, _("The phase is being moved at this moment. Please try again shortly."))
            return redirect("public:family_withdraw")
        else:
            messages.success(request, _("The registration has been withdrawn."))
        return redirect("public:family_show")
    return render(request, "public/family_withdraw.html", {"form": form, "household": code.household})


def too_late() -> str:
    return _("The data have gone to the ministry already, or were withdrawn. Please ask the kelurahan.")


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
@with_code
def family_take_over(request: HttpRequest, code: FamilyCode) -> HttpResponse:
    """Into the account of whoever is signed in. Staff and the helper see why not."""
    user = signed_in_user(request)
    is_other = user.is_officer or user.is_admin or user.pk == code.household.account_id
    form = TakeOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not is_other:
        try:
            household = take_over(code=code, by=user, helper_may_see=form.cleaned_data["penolong"] == "data")
        except (AlreadyTaken, PermissionDenied):
            messages.warning(request, _("This registration is in an account of its own already."))
            return redirect("public:family_enter")
        request.session.pop(OPENED, None)
        messages.success(request, _("The registration is in your account now."))
        return redirect("registration:receipt_show", reference=household.reference)
    context = {"form": form, "household": code.household, "is_other": is_other}
    return render(request, "public/family_take_over.html", context)


@require_POST
def family_leave(request: HttpRequest) -> HttpResponse:
    """Forget the code on this device, such as a borrowed phone."""
    request.session.pop(OPENED, None)
    messages.success(request, _("This device has forgotten the code."))
    return redirect("public:family_enter")
