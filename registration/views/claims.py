"""Claiming numbers that are registered already: the explanation and the form, the page to print, taking it back."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import citizen_required, signed_in_user
from accounts.limits import spend
from accounts.models import User
from registration import services
from registration.claims.errors import ClaimClosed, NothingContested
from registration.claims.opening import drop_claim, open_claim
from registration.forms.claims import ClaimForm
from registration.models import Claim, Draft, Paper
from registration.state import DraftState
from registration.views.access import visible_draft
from registration.views.refusals import BUSY_SECONDS, refusal_text

CLAIMS, PER = 10, timedelta(days=1)  # of one citizen
TO_BRING = (Paper.KTP, Paper.KK, Paper.BIRTH, Paper.RT_RW)


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_open(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    draft = visible_draft(request, draft_id)
    if draft.household is not None:
        return redirect("registration:receipt_show", reference=draft.household.reference)
    earlier = draft.claims.open().first()
    if earlier is not None:
        return redirect("registration:claim_show", claim_id=earlier.pk)
    form = ClaimForm(request.POST or None, draft=draft, initial={"kelurahan": _lives_in(draft)})
    if request.method == "POST" and form.is_valid():
        return _opened(request, draft, form)
    context = {"draft": draft, "form": form, "papers": [paper.label for paper in TO_BRING]}
    return render(request, "registration/claim_open.html", context)


def _lives_in(draft: Draft) -> str:
    return str(DraftState.load(draft).answer("domisili", "kelurahan") or "")


def _opened(request: HttpRequest, draft: Draft, form: ClaimForm) -> HttpResponse:
    user = signed_in_user(request)
    if not draft.is_at_counter and not spend("registration.claim", str(user.pk), limit=CLAIMS, window=PER):
        return render(request, "registration/claim_limited.html", {"draft": draft}, status=429)
    try:
        claim = open_claim(draft=draft, kelurahan=form.cleaned_data.get("kelurahan") or draft.kelurahan, by=user)
    except NothingContested:
        messages.info(request, _("Nothing stands in the way of this registration any more. You can send it."))
        return redirect("registration:draft_check", draft_id=draft.pk)
    except (services.Incomplete, services.HardStop, services.AlreadySubmitted):
        return redirect("registration:draft_check", draft_id=draft.pk)
    except services.NotOpen as refusal:
        context = {"draft": draft, "text": refusal_text(refusal.reason, draft.phase)}
        return render(request, "registration/draft_refused.html", context, status=409)
    except services.Busy:
        context = {"draft": draft, "text": refusal_text("busy", draft.phase)}
        response = render(request, "registration/draft_refused.html", context, status=503)
        response["Retry-After"] = str(BUSY_SECONDS)
        return response
    if draft.is_at_counter:
        messages.info(request, _("The claim waits at your desk, under “Claims of numbers”."))
    return redirect("registration:claim_show", claim_id=claim.pk)


@never_cache
@citizen_required
@require_GET
def claim_show(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    """The claim to print and bring along; after the decision, the answer with its reason."""
    claim = visible_claim(request, claim_id)
    user = signed_in_user(request)
    people = [name for name in _people(claim) if name]
    context = {
        "claim": claim,
        "draft": claim.draft,
        "people": people,
        "papers": [paper.label for paper in TO_BRING],
        "seen": [Paper(paper).label for paper in claim.papers],
        "is_own": _is_own(claim, user),
    }
    return render(request, "registration/claim_show.html", context)


@citizen_required
@require_POST
def claim_drop(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    claim = visible_claim(request, claim_id)
    user = signed_in_user(request)
    if not _is_own(claim, user):
        raise Http404
    try:
        drop_claim(claim=claim, by=user)
    except ClaimClosed:
        messages.info(request, _("The claim has been decided in the meantime."))
    else:
        messages.success(request, _("You have taken the claim back. Your draft is kept."))
    return redirect("registration:claim_show", claim_id=claim.pk)


def visible_claim(request: HttpRequest, claim_id: uuid.UUID) -> Claim:
    claims = Claim.objects.visible_to(signed_in_user(request))
    found = claims.select_related("phase", "kelurahan", "draft__phase", "draft__kelurahan").filter(pk=claim_id).first()
    if found is None:
        raise Http404
    return found


def _people(claim: Claim) -> list[str]:
    if claim.draft is None:
        return []
    state = DraftState.load(claim.draft)
    return [state.name_of(item) for item in state.people()]


def _is_own(claim: Claim, user: User) -> bool:
    """The claimant, or an officer for somebody at the counter."""
    return user.pk == (claim.claimant_id or claim.opened_by_id)
