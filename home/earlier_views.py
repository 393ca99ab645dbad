"""Beginning again after a no: the reasons in words, and what is different now."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import citizen_required, signed_in_user
from home.earlier import differences, refusals_of, refused_before, stopped_before
from registration.models import Draft, Phase
from registration.state import DraftState


@never_cache
@citizen_required
@require_GET
def earlier_list(request: HttpRequest) -> HttpResponse:
    """Everything that was refused before in this account, seen from the phase that is on."""
    user = signed_in_user(request)
    phase = Phase.objects.current()
    context = {
        "phase": phase,
        "refusals": refusals_of(refused_before(user, phase), phase) if phase else [],
        "stopped": stopped_before(user, phase) if phase else [],
    }
    return render(request, "home/earlier_list.html", context)


@never_cache
@citizen_required
@require_GET
def earlier_compare(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The same for one form: also where its answers differ from those of the newest earlier registration."""
    user = signed_in_user(request)
    own = Draft.objects.visible_to(user).filter(owner=user).select_related("phase", "kelurahan")
    draft = own.filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    households = refused_before(user, draft.phase)
    context = {
        "phase": draft.phase,
        "draft": draft,
        "refusals": refusals_of(households, draft.phase),
        "stopped": [],
        "earlier": households[0] if households else None,
        "differences": differences(households[0], DraftState.load(draft)) if households else [],
    }
    return render(request, "home/earlier_list.html", context)
