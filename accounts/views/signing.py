"""Opening an account, signing in and out, and where that leads."""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.logout import logout
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.access import citizen_required, signed_in_user
from accounts.consents import agree, current_notice
from accounts.forms import SignInForm, SignUpForm
from accounts.places import in_present_language
from accounts.privacy import privacy
from areas.directory import known_nik_regions
from identity.nik import nik_warnings, parse_nik

PASSWORD_BOXES = ("password", "password1", "password2")


@sensitive_post_parameters(*PASSWORD_BOXES, "nik", "phone", "email")
@never_cache
@require_http_methods(["GET", "POST"])
def account_create(request: HttpRequest) -> HttpResponse:
    """Sign up. What is unlikely about a NIK is said afterwards and stops nobody."""
    if request.user.is_authenticated:
        return redirect("accounts:landing")
    form = SignUpForm(request.POST or None, request=request)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.TOO_MANY_REQUESTS if form.is_limited else HTTPStatus.OK
        context = _with_next(request, form=form, privacy=privacy())
        return render(request, "accounts/account_create.html", context, status=status)
    data = form.cleaned_data
    user = services.create_citizen(
        nik=data["nik"], name=data["name"], phone=data["phone"], email=data["email"], password=data["password1"]
    )
    agree(user=user, version=request.POST.get("versi", "") or current_notice().version, by=user)
    messages.success(
        request,
        _(
            "Your account is ready. Next time, sign in with your NIK and password. Under “Account” you can verify your"
            " mobile number, so that our messages reach you."
        ),
    )
    for warning in nik_warnings(parse_nik(data["nik"]), known_regions=known_nik_regions()):
        messages.warning(request, str(warning.message))
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=get_next_redirect_url(request)))
    return response


class SessionStart(LoginView):  # type: ignore[misc]
    """Sign in with NIK, phone or e-mail; staff go on to their second factor."""

    form_class = SignInForm
    template_name = "accounts/session_start.html"

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if form.is_limited:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        return response


session_start = sensitive_post_parameters("login", "password")(SessionStart.as_view())


class SecondFactorCheck(AuthenticateView):  # type: ignore[misc]
    """The second step of signing in."""

    template_name = "accounts/second_factor_check.html"


second_factor_check = sensitive_post_parameters("code")(SecondFactorCheck.as_view())


@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """Sign out, or give up a sign-in that waits for its second factor."""
    logout(request, show_message=False)
    clear_login(request)
    request.session.flush()
    return HttpResponseRedirect(in_present_language(settings.ACCOUNT_LOGOUT_REDIRECT_URL))


@citizen_required
def landing(request: HttpRequest) -> HttpResponse:
    """Where a person goes after signing in, by role."""
    path = settings.ACCOUNTS_LANDING_PATHS[signed_in_user(request).role_name]
    return HttpResponseRedirect(in_present_language(path))


def account_inactive(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/account_inactive.html", status=HTTPStatus.FORBIDDEN)


def _with_next(request: HttpRequest, **context: Any) -> dict[str, Any]:
    return {**context, "next": get_next_redirect_url(request) or ""}
