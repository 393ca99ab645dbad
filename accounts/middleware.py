"""Staff get nowhere without their second factor, and their sessions are short; an account that is to be deleted can
only be kept."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts import second_factor, session_length
from accounts.access import signed_in_user
from accounts.carrying import carry_to_sign_in, is_worth_keeping
from accounts.models import User

# Where somebody gets whose account waits to be deleted: keeping it, and signing out.
OPEN_TO_LEAVING = frozenset({"accounts:account_keep", "accounts:session_end"})
# What staff may reach before their second factor is complete: enrolling it, and signing out.
OPEN_TO_UNFINISHED_STAFF = frozenset({"accounts:second_factor_enrol", "accounts:session_end"})


class RequireSecondFactor:
    """Runs for every page: an officer, an admin or a superuser without a completed second factor is sent to enrol it,
    or to sign in again when it is enrolled but this session has not passed it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Without a database the page answers as it can: protected pages ask again before they show anything."""
        try:
            return self._turn_back(request)
        except DatabaseError:
            return None

    def _turn_back(self, request: HttpRequest) -> HttpResponseBase | None:
        if not request.user.is_authenticated:
            return None
        user = signed_in_user(request)
        if user.deletion_due_at is not None:
            return None if _named(request) in OPEN_TO_LEAVING else redirect("accounts:account_keep")
        if not user.needs_second_factor:
            return None
        if session_length.is_over(request):
            return self._sign_in_again(request, user)
        if second_factor.is_complete(request):
            session_length.note_activity(request)
            return None
        if _named(request) in OPEN_TO_UNFINISHED_STAFF:
            return None
        if second_factor.is_enrolled(user):
            return self._sign_in_again(request, user)
        return redirect("accounts:second_factor_enrol")

    def _sign_in_again(self, request: HttpRequest, user: User) -> HttpResponseBase:
        """End the session; what was just typed comes back after the next sign-in."""
        keeps = is_worth_keeping(request)
        logout(request)
        return carry_to_sign_in(request, user=user) if keeps else redirect_to_login(request.get_full_path())


def _named(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match is not None else ""
