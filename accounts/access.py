"""Who may open a page. Anonymous people are sent to sign in; the wrong role gets 403."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts import second_factor
from accounts.carrying import carry_to_sign_in, is_worth_keeping

if TYPE_CHECKING:
    from accounts.models import User

View = Callable[..., HttpResponseBase]


def signed_in_user(request: HttpRequest) -> "User":
    """The user of a request that has passed one of the decorators below."""
    return cast("User", request.user)


def _required(view: View, allowed: "Callable[[User], bool]") -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if is_worth_keeping(request):
                return carry_to_sign_in(request)
            return redirect_to_login(request.get_full_path())
        user = signed_in_user(request)
        if user.needs_second_factor and not second_factor.is_complete(request):
            raise PermissionDenied
        if not allowed(user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def citizen_required(view: View) -> View:
    """Anybody who is signed in."""
    return _required(view, lambda user: True)


def officer_required(view: View) -> View:
    return _required(view, lambda user: user.is_officer)


def admin_required(view: View) -> View:
    return _required(view, lambda user: user.is_admin)


def staff_required(view: View) -> View:
    """Officers and admins."""
    return _required(view, lambda user: user.is_officer or user.is_admin)
