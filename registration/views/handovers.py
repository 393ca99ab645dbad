"""A draft in the hands of the kelurahan: asking for help, taking it back, giving it back, and who changed what."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import carrying
from accounts.access import citizen_required, signed_in_user
from accounts.carrying import keeps_typed
from areas.formfields import KelurahanField
from registration import services
from registration.handing import is_in_hands_of
from registration.models import DraftChange, Handover
from registration.pages import PAGE_BY_KEY
from registration.state import DraftState
from registration.views.access import visible_draft
from registration.views.pages import place_in_words
from registration.views.people import who_saved

MOST_SHOWN = 200


class HandoverForm(forms.Form):
    kelurahan = KelurahanField(
        label=gettext_lazy("Which kelurahan shall help?"),
        help_text=gettext_lazy("Choose the one where the household lives. Only its officers can use the code."),
    )


@keeps_typed
@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_open(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Ask the kelurahan for help: choose it, then read the code to its officer."""
    user = signed_in_user(request)
    draft = visible_draft(request, draft_id)
    if draft.household is not None:
        return redirect("registration:receipt_show", reference=draft.household.reference)
    if draft.is_at_counter or draft.owner_id != user.pk:
        raise PermissionDenied
    handover = Handover.objects.open().filter(draft=draft).select_related("kelurahan", "taken_by").first()
    home = DraftState.load(draft).answer("domisili", "kelurahan") if handover is None else None
    form = HandoverForm(request.POST or carrying.carried(request, user), initial={"kelurahan": home})
    if request.method == "POST" and form.is_valid():
        try:
            services.open_handover(draft=draft, kelurahan=form.cleaned_data["kelurahan"], by=user)
        except services.AlreadySubmitted:
            return redirect("registration:draft_detail", draft_id=draft.pk)
        carrying.let_go(request, user)
        return redirect("registration:handover_open", draft_id=draft.pk)
    context = {"draft": draft, "handover": handover, "form": form, "brought": carrying.parameter_of(request)}
    return render(request, "registration/handover_open.html", context)


@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_revoke(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    draft = visible_draft(request, draft_id)
    if request.method == "POST":
        try:
            services.revoke_handover(draft=draft, by=signed_in_user(request))
        except services.AlreadySubmitted:
            return redirect("registration:draft_detail", draft_id=draft.pk)
        messages.success(request, _("The draft is in your hands alone again. The code no longer works."))
    return redirect("registration:draft_detail", draft_id=draft.pk)


@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_return(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The officer gives the draft back to the citizen."""
    draft, user = visible_draft(request, draft_id), signed_in_user(request)
    if request.method != "POST":  # on the way back from signing in
        if not is_in_hands_of(draft, user):
            raise PermissionDenied
        return redirect("registration:draft_detail", draft_id=draft.pk)
    services.return_handover(draft=draft, by=user)
    messages.success(request, _("The draft has been handed back to the citizen."))
    return redirect("accounts:landing")


@never_cache
@citizen_required
@require_GET
def draft_history(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Hand-overs of the draft, and who changed which page since the first one."""
    draft = visible_draft(request, draft_id)
    state, reader = DraftState.load(draft), signed_in_user(request)
    changes = DraftChange.objects.filter(draft=draft).select_related("by")[:MOST_SHOWN]
    context = {
        "draft": draft,
        "changes": [(change, in_words(change, state), who_saved(change.by, draft, reader)) for change in changes],
        "handovers": Handover.objects.filter(draft=draft).select_related("kelurahan", "taken_by", "ended_by"),
    }
    return render(request, "registration/draft_history.html", context)


def in_words(change: DraftChange, state: DraftState) -> str:
    """Which page, and the questions on it whose answers changed."""
    page = PAGE_BY_KEY.get(change.page)
    if page is None:
        return change.page
    where = place_in_words(state, page, change.item)
    title = f"{where} · {page.title}" if where else str(page.title)
    if change.removed:
        return _("%(page)s: removed") % {"page": title}
    fields = page.build(state, change.item).fields
    labels = [
        str(field.label)
        for name, field in fields.items()
        if any(typed == name or typed.startswith(f"{name}_") for typed in change.fields)
    ]
    return f"{title}: {', '.join(labels)}" if labels else title
