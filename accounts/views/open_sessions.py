"""Where I am signed in, and signing out elsewhere."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import open_sessions
from accounts.access import citizen_required, signed_in_user


@never_cache
@citizen_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    present, others = open_sessions.open_sessions_of(signed_in_user(request), request)
    return render(request, "accounts/session_list.html", {"present": present, "others": others})


@citizen_required
@require_POST
def session_close(request: HttpRequest, session: UUID) -> HttpResponse:
    """Sign one of my devices out; 404 for what is not mine or has ended."""
    user = signed_in_user(request)
    if not open_sessions.end_one(user=user, open_session_id=session, by=user):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:session_list")


@citizen_required
@require_POST
def sessions_close_others(request: HttpRequest) -> HttpResponse:
    """Sign every other device out; this one goes on with a new id."""
    user = signed_in_user(request)
    open_sessions.end_others(user=user, keep=request.session.session_key, by=user)
    update_session_auth_hash(request, user)
    messages.success(request, _("All other devices are signed out."))
    return redirect("accounts:session_list")
