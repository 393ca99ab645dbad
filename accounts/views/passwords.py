"""Changing a password, and recovering a forgotten one."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import recovery, services, slips
from accounts.access import citizen_required, signed_in_user
from accounts.forms import PasswordChangeForm, RecoveryCodeForm, RecoveryForm, SlipForm
from accounts.identifiers import read_identifier

REQUEST_KEY = "recovery_request"


@sensitive_post_parameters()
@never_cache
@citizen_required
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Change the password; other sessions end, this one goes on with a new id."""
    user = signed_in_user(request)
    form = PasswordChangeForm(request.POST or None, user=user)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/password_change.html", {"form": form})
    services.change_password(user=user, password=form.cleaned_data["password1"], by=user)
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed. Other phones and computers have been signed out."))
    return redirect("accounts:account_detail")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_recover(request: HttpRequest) -> HttpResponse:
    """Ask for a code. The answer is the same whether or not there is such an account."""
    form = RecoveryForm(request.POST or None, request=request)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.TOO_MANY_REQUESTS if form.is_limited else HTTPStatus.OK
        return render(request, "accounts/password_recover.html", {"form": form}, status=status)
    request_id = recovery.request_recovery(
        identifier=read_identifier(form.cleaned_data["identifier"]),
        contact=read_identifier(form.cleaned_data["contact"]),
        among=form.among,
    )
    request.session[REQUEST_KEY] = str(request_id)
    return redirect("accounts:password_recover_code")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_recover_code(request: HttpRequest) -> HttpResponse:
    """Type the code and a new password."""
    held = request.session.get(REQUEST_KEY)
    if held is None:
        return redirect("accounts:password_recover")
    form = RecoveryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _recover(form, UUID(held)):
        request.session.flush()
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("accounts:session_start")
    return render(request, "accounts/password_recover_code.html", {"form": form})


def _recover(form: RecoveryCodeForm, request_id: UUID) -> bool:
    """Set the new password, or say on the form why not."""
    password = form.cleaned_data["password1"]
    try:
        user = recovery.owner_of(request_id=request_id, code=form.cleaned_data["code"])
        validate_password(password, user)
        recovery.set_new_password(request_id=request_id, user=user, password=password)
    except recovery.CodeRefused:
        form.add_error("code", _("This code is wrong or no longer works. Check it, or ask for a new one."))
        return False
    except ValidationError as error:
        form.add_error("password1", error)
        return False
    return True


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_recover_slip(request: HttpRequest) -> HttpResponse:
    """Set a new password with a slip from the kelurahan. Every slip that does not serve gets the same answer."""
    form = SlipForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and _recover_with_slip(form):
        request.session.flush()
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("accounts:session_start")
    return render(request, "accounts/password_recover_slip.html", {"form": form})


def _recover_with_slip(form: SlipForm) -> bool:
    """Set the new password, or say on the form why not."""
    cleaned = form.cleaned_data
    try:
        slip = slips.find_slip(identifier=read_identifier(cleaned["nik"]), code=cleaned["code"])
        validate_password(cleaned["password1"], slip.user)
        slips.use_slip(slip=slip, password=cleaned["password1"])
    except slips.SlipRefused:
        form.add_error(
            "code",
            _("This slip does not serve, or not for this NIK. Check both, or ask for a new slip at the kelurahan."),
        )
        return False
    except ValidationError as error:
        form.add_error("password1", error)
        return False
    return True


@citizen_required
@require_POST
def slip_cancel(request: HttpRequest) -> HttpResponse:
    """I did not ask for that slip: it ends."""
    user = signed_in_user(request)
    if slips.cancel_slips(user=user, by=user):
        messages.success(request, _("The slip is cancelled. Nobody can set a new password with it."))
    return redirect("accounts:account_detail")
