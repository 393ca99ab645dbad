"""A draft from its beginning to its submission."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import citizen_required, signed_in_user
from accounts.carrying import keeps_typed
from registration import services, submitting
from registration.beginning import begin_with
from registration.claims.contested import own_registrations
from registration.handing import is_sent_for_owner
from registration.models import Draft, Household, Phase
from registration.offers import claim_offers, earlier_registration, offers_for
from registration.pages import PAGE_BY_KEY
from registration.phase_lock import database_now, refuse_unless_open
from registration.review import Review
from registration.views.access import visible_draft
from registration.views.pages import part_in_words
from registration.views.refusals import BUSY_SECONDS, refusal_text


@keeps_typed
@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_start(request: HttpRequest) -> HttpResponse:
    """What is needed and what happens with the data, before the first field. Officers register at their desk."""
    user = signed_in_user(request)
    if user.is_officer or user.is_admin:
        raise PermissionDenied
    phase = Phase.objects.current()
    if phase is None:
        return render(request, "registration/draft_refused.html", {"text": refusal_text("none", None)})
    try:
        if request.method == "POST":
            return _begun(request, phase)
        refuse_unless_open(phase, now=database_now())
    except services.NotOpen as refusal:
        return render(request, "registration/draft_refused.html", {"text": refusal_text(refusal.reason, phase)})
    except services.TooMany:
        messages.error(request, _("You have many drafts already. Please finish or delete one first."))
        return redirect("accounts:landing")
    return render(request, "registration/draft_start.html", {"phase": phase, "offers": offers_for(user, phase)})


def _begun(request: HttpRequest, phase: Phase) -> HttpResponse:
    """An empty form, or one with the answers of an earlier registration of one's own."""
    user = signed_in_user(request)
    reference = request.POST.get("dari", "")
    earlier = earlier_registration(user, phase) if reference else None
    if earlier is not None and earlier.reference == reference:
        draft = begin_with(household=earlier, phase=phase, by=user)
        return redirect("registration:draft_detail", draft_id=draft.pk)
    draft = services.open_draft(by=user, phase=phase)
    return redirect("registration:page_edit", draft_id=draft.pk, key="kontak")


@never_cache
@citizen_required
@require_GET
def draft_detail(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The task list."""
    draft = visible_draft(request, draft_id)
    if draft.household is not None:
        return redirect("registration:receipt_show", reference=draft.household.reference)
    review = Review.of(draft)
    context = {**_context(draft, review), "offers": claim_offers(draft)}
    return render(request, "registration/draft_detail.html", context)


@never_cache
@citizen_required
@require_GET
def families_edit(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The KK and the people on them."""
    draft = visible_draft(request, draft_id)
    if draft.household is not None:
        return redirect("registration:receipt_show", reference=draft.household.reference)
    review = Review.of(draft)
    context = {**_context(draft, review), "part": part_in_words(review.state, PAGE_BY_KEY["kk"])}
    return render(request, "registration/families_edit.html", context)


@never_cache
@citizen_required
@require_GET
def draft_check(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """All answers on one page, then the submission."""
    draft = visible_draft(request, draft_id)
    if draft.household is not None:
        return redirect("registration:receipt_show", reference=draft.household.reference)
    user = signed_in_user(request)
    may_submit = submitting.may_submit(draft, user)
    review = Review.of(draft)
    context = {
        **_context(draft, review),
        "offers": offers_for(user, draft.phase, review.state),
        "may_submit": may_submit,
        "needs_consent": may_submit and is_sent_for_owner(draft, user),
    }
    return render(request, "registration/draft_check.html", context)


@keeps_typed
@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_submit(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    draft, user = visible_draft(request, draft_id), signed_in_user(request)
    if request.method != "POST":  # on the way back from signing in
        if not submitting.may_submit(draft, user):
            raise PermissionDenied
        return redirect("registration:draft_check", draft_id=draft.pk)
    try:
        if "setuju" in request.POST and is_sent_for_owner(draft, user):
            services.record_consent(draft=draft, by=user)
        household = services.submit(draft=draft, by=user)
    except services.ConsentNeeded:
        messages.error(request, _("Please mark that the citizen has agreed, then send again."))
        return redirect("registration:draft_check", draft_id=draft.pk)
    except services.NotEditable as refusal:
        context = {"draft": draft, "reason": refusal.reason}
        return render(request, "registration/draft_uneditable.html", context, status=409)
    except services.Incomplete:
        messages.error(request, _("Some parts are not complete yet. They are listed below."))
        return redirect("registration:draft_detail", draft_id=draft.pk)
    except services.HardStop as stop:
        context = {"draft": draft, "stops": stop.results}
        return render(request, "registration/draft_stopped.html", context, status=409)
    except services.NotOpen as refusal:
        context = {"draft": draft, "text": refusal_text(refusal.reason, draft.phase)}
        return render(request, "registration/draft_refused.html", context, status=409)
    except services.AlreadyRegistered:
        context = {"draft": draft, "own": own_registrations(draft, signed_in_user(request))}
        return render(request, "registration/draft_taken.html", context, status=409)
    except services.Busy:
        context = {"draft": draft, "text": refusal_text("busy", draft.phase)}
        response = render(request, "registration/draft_refused.html", context, status=503)
        response["Retry-After"] = str(BUSY_SECONDS)
        return response
    if not Household.objects.visible_to(user).filter(pk=household.pk).exists():  # the family lives elsewhere
        text = _(
            "The registration has been sent. Reference code: %(reference)s. The citizen finds the receipt in the"
            " own account."
        )
        messages.success(request, text % {"reference": household.reference})
        return redirect("accounts:landing")
    return redirect("registration:receipt_show", reference=household.reference)


@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_detach(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The household was withdrawn while a change of it was being typed: what was typed becomes an ordinary draft."""
    draft = visible_draft(request, draft_id)
    if request.method == "POST":
        services.detach_edit(draft=draft, by=signed_in_user(request))
    return redirect("registration:draft_detail", draft_id=draft.pk)


@keeps_typed
@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_discard(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete the draft and everything typed in it."""
    draft = visible_draft(request, draft_id)
    if draft.household is not None:
        return redirect("registration:receipt_show", reference=draft.household.reference)
    if request.method == "POST":
        try:
            services.discard_draft(draft=draft, by=signed_in_user(request))
        except services.AlreadySubmitted:
            return redirect("registration:draft_detail", draft_id=draft.pk)
        messages.success(request, _("The draft has been deleted."))
        return redirect("accounts:landing")
    return render(request, "registration/draft_discard.html", {"draft": draft})


def _context(draft: Draft, review: Review) -> dict[str, object]:
    done, total = review.done_and_all
    return {"draft": draft, "review": review, "phase": draft.phase, "done": done, "total": total}
