"""What a person reads when a form's token is stale: the page with what they typed, where the page keeps it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.csrf import csrf_failure

from accounts.access import signed_in_user
from accounts.carrying import carry_back, carry_to_sign_in, is_worth_keeping

# How Django's reasons begin when another site has sent the form; what it says is nobody's typing.
FROM_ELSEWHERE = ("Origin checking failed", "Referer checking failed")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: nothing is done with the form, but what was typed comes back into its page."""
    is_own = (
        not reason.startswith(FROM_ELSEWHERE) and request.headers.get("Sec-Fetch-Site", "same-origin") != "cross-site"
    )
    if not is_own or not is_worth_keeping(request):
        return csrf_failure(request, reason=reason)
    if request.user.is_authenticated:
        return carry_back(request, signed_in_user(request))
    return carry_to_sign_in(request)
