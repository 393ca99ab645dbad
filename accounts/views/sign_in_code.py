"""A code by message at each sign-in, for citizens who wish so."""

from typing import Any, cast

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import codes, services, tries
from accounts.access import citizen_required, signed_in_user
from accounts.forms import ChooseSignInCodeForm, SignInCodeForm
from accounts.forms.contacts import NO_CODE
from accounts.forms.fields import TOO_MANY_TRIES
from accounts.masking import mask_contact
from accounts.models import ContactKind, Purpose, User
from accounts.stages import MessageCodeStage
from accounts.telling import ways_to


@sensitive_post_parameters("code")
@login_stage_required(stage=MessageCodeStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def sign_in_code_check(request: HttpRequest) -> HttpResponse:
    """The second step: the code of the message, or a recovery code. Or the message once more."""
    stage: MessageCodeStage = request._login_stage  # type: ignore[attr-defined]
    user: User = stage.login.user
    if not user.sign_in_code:  # switched off on another device, or at the kelurahan, meanwhile
        return cast(HttpResponse, stage.exit())
    if request.method == "POST" and "kirim" in request.POST:
        return _send_again(request, user)
    form = SignInCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _passes(form, user):
        return cast(HttpResponse, stage.exit())
    contact = mask_contact(user.sign_in_code, getattr(user, user.sign_in_code))
    context = {"form": form, "contact": contact, "can_send": bool(ways_to(user.sign_in_code))}
    return render(request, "accounts/sign_in_code_check.html", context)


def _send_again(request: HttpRequest, user: User) -> HttpResponse:
    try:
        codes.send_code(user=user, purpose=Purpose.SIGN_IN, kind=user.sign_in_code)
    except codes.TooManyMessages:
        messages.error(request, TOO_MANY_TRIES)
    except codes.NoWay:
        messages.error(request, _("No message can be sent at the moment. Use a recovery code."))
    else:
        messages.success(request, _("The code is on its way. It may take a few minutes."))
    return redirect("accounts:sign_in_code_check")


def _passes(form: SignInCodeForm, user: User) -> bool:
    """Count the try, then compare; says on the form why not."""
    if not tries.spend("code", user.pk.bytes):
        form.add_error("code", TOO_MANY_TRIES)
        return False
    typed = form.cleaned_data["code"]
    if not (_is_recovery_code(user, typed) or _is_message_code(user, typed)):
        form.add_error("code", _("This code is wrong or no longer works. Check it, or ask for a new one."))
        return False
    tries.forgive("code", user.pk.bytes)
    return True


def _is_message_code(user: User, typed: str) -> bool:
    try:
        codes.accept(user=user, purpose=Purpose.SIGN_IN, kind=user.sign_in_code, typed=typed)
    except codes.CodeRefused:
        return False
    return True


def _is_recovery_code(user: User, typed: str) -> bool:
    if len(typed) == codes.DIGITS:
        return False
    kept = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return kept is not None and bool(kept.wrap().validate_code(typed))


@sensitive_post_parameters()
@never_cache
@citizen_required
@require_http_methods(["GET", "POST"])
def sign_in_code_choose(request: HttpRequest) -> HttpResponse:
    """Switch the code at sign-in on or off. Switching it on shows recovery codes, once. Staff have their app."""
    user = signed_in_user(request)
    if user.needs_second_factor:
        raise PermissionDenied
    choices = _choices(user)
    form = ChooseSignInCodeForm(
        request.POST or None, user=user, choices=choices, initial={"sign_in_code": user.sign_in_code or NO_CODE}
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/sign_in_code_choose.html", {"form": form, "can_choose": len(choices) > 1})
    was_on = bool(user.sign_in_code)
    services.put_sign_in_code(user=user, kind=form.cleaned_data["sign_in_code"], by=user)
    if user.sign_in_code and not was_on:
        generate_recovery_codes(request)
        return redirect("accounts:recovery_codes_detail")
    messages.success(request, _("Saved."))
    return redirect("accounts:account_detail")


def _choices(user: User) -> list[tuple[str, Any]]:
    offered = {
        ContactKind.PHONE: _("A code by message to %(contact)s"),
        ContactKind.EMAIL: _("A code by e-mail to %(contact)s"),
    }
    return [
        (NO_CODE, _("Only the password")),
        *(
            (kind.value, label % {"contact": mask_contact(kind, getattr(user, kind))})
            for kind, label in offered.items()
            if getattr(user, f"{kind}_verified_at")
        ),
    ]
