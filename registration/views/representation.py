"""The code of a family whose data somebody else entered: made and shown once, to be printed or copied for it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import citizen_required, signed_in_user
from accounts.limits import spend
from registration.consenting import FAMILY_PAGE
from registration.errors import TooMany
from registration.family_codes import issue_code, may_have_code
from registration.views.access import visible_household

CODES, PER = 60, timedelta(days=1)  # of one person; an officer hands out many


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def family_code(request: HttpRequest, reference: str) -> HttpResponse:
    """A POST makes a code and shows it in its own answer: it stands in no address, no session and no second page."""
    household = visible_household(request, reference)
    code = ""
    user = signed_in_user(request)
    if request.method == "POST" and not spend("registration.family_code", str(user.pk), limit=CODES, window=PER):
        messages.warning(request, _("That were many codes within a day. Please go on tomorrow."))
    elif request.method == "POST" and may_have_code(household):
        try:
            code = issue_code(household=household, by=user)
        except TooMany:  # taken over or withdrawn in this very moment
            household.refresh_from_db()
    context = {
        "household": household,
        "code": code,
        "groups": code.split("-"),  # so that a narrow phone can break the line between them
        "may_have_code": may_have_code(household),
        "family_page": request.build_absolute_uri(FAMILY_PAGE),
    }
    return render(request, "registration/representation_code.html", context)
