"""Agreeing to a newer version of the privacy notice. Nobody is kept from anything before answering."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import citizen_required, signed_in_user
from accounts.consents import agree, standing_of
from accounts.privacy import privacy


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent_give(request: HttpRequest) -> HttpResponse:
    """The notice in short, what is new in it, and a button. `versi` is the version the person has read."""
    user = signed_in_user(request)
    if request.method == "POST" and agree(user=user, version=request.POST.get("versi", ""), by=user):
        messages.success(request, _("Thank you. Your agreement has been noted."))
        return redirect("accounts:landing")
    context = {"privacy": privacy(), "consent": standing_of(user), "given": user.consents.all()}
    return render(request, "accounts/consent_give.html", context)
