"""Deleting one's account, and keeping it after all."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import leaving
from accounts.access import citizen_required, signed_in_user
from accounts.forms import PasswordConfirmForm
from accounts.places import in_present_language


@sensitive_post_parameters()
@never_cache
@citizen_required
@require_http_methods(["GET", "POST"])
def account_delete(request: HttpRequest) -> HttpResponse:
    """What goes and what stays, and the wish itself, confirmed with the password. Staff lose their roles first."""
    user = signed_in_user(request)
    if user.needs_second_factor:
        raise PermissionDenied
    form = PasswordConfirmForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        leaving.request_deletion(user=user, by=user)
        due = user.deletion_due_at
        logout(request)
        return render(request, "accounts/account_leaving.html", {"due": due})
    holdings = leaving.holdings_of(user)
    context = {
        "form": form,
        "days": leaving.UNDO.days,
        "goes": [holding for holding in holdings if holding.goes],
        "stays": [holding for holding in holdings if not holding.goes],
        "proposals": in_present_language(settings.ACCOUNTS_LANDING_PATHS["warga"]),
    }
    return render(request, "accounts/account_delete.html", context)


@never_cache
@citizen_required
@require_http_methods(["GET", "POST"])
def account_keep(request: HttpRequest) -> HttpResponse:
    """All that an account can do that waits to be deleted: be kept, or be left again."""
    user = signed_in_user(request)
    if user.deletion_due_at is None:
        return redirect("accounts:account_detail")
    if request.method == "POST":
        leaving.keep_account(user=user, by=user)
        messages.success(request, _("Good that you stay. Your account is as it was."))
        return redirect("accounts:landing")
    return render(request, "accounts/account_keep.html", {"due": user.deletion_due_at})
