"""A registered household: changing it, its versions, taking it back."""

from __future__ import annotations

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
from audit.services import record
from identity.free_text import refuse_numbers
from registration import services
from registration.phase_lock import database_now, refuse_unless_open
from registration.stage import LAST_STAGE_TO_WITHDRAW
from registration.versions import versions_of
from registration.views.access import visible_household
from registration.views.refusals import refusal_text


class WithdrawForm(forms.Form):
    alasan = forms.CharField(
        label=gettext_lazy("Why is the registration withdrawn?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_numbers],
        help_text=gettext_lazy("A few words are enough, such as: moved away, or registered by mistake."),
    )


@keeps_typed
@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def household_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what changing means, then open the change."""
    household, user = visible_household(request, reference), signed_in_user(request)
    if not services.may_edit(household, user):
        raise PermissionDenied
    reason = ""
    try:
        if request.method == "POST":
            draft = services.open_edit(household=household, by=user)
            return redirect("registration:draft_check", draft_id=draft.pk)
        refuse_unless_open(household.phase, now=database_now())
    except services.NotOpen as refusal:
        reason = refusal_text(refusal.reason, household.phase)
    except services.NotEditable:
        pass  # the page says so
    context = {"household": household, "reason": reason, "phase": household.phase}
    status = 409 if request.method == "POST" else 200
    return render(request, "registration/household_edit.html", context, status=status)


@never_cache
@citizen_required
@require_GET
def household_versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every version that was sent, and what changed from one to the next. Looks of others are recorded."""
    household, user = visible_household(request, reference), signed_in_user(request)
    if household.account_id != user.pk:
        record(by=user, verb="registration.view_versions", subject=household, area_code=household.kelurahan_id)
    sent = household.submissions.select_related("by", "draft__phase").order_by("number")
    context = {"household": household, "versions": versions_of(list(sent)), "reader": user}
    return render(request, "registration/household_versions.html", context)


@keeps_typed
@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def household_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    household = visible_household(request, reference)
    brought = carrying.carried(request, signed_in_user(request))
    form = WithdrawForm(request.POST or None, initial={"alasan": brought.get("alasan", "")} if brought else None)
    can_withdraw = not household.is_withdrawn and household.phase.stage <= LAST_STAGE_TO_WITHDRAW
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(household=household, by=signed_in_user(request), reason=form.cleaned_data["alasan"])
        except services.NotWithdrawable:
            can_withdraw = False
        else:
            messages.success(request, _("The registration has been withdrawn."))
            return redirect("registration:receipt_show", reference=household.reference)
    context = {"household": household, "form": form, "can_withdraw": can_withdraw}
    return render(request, "registration/household_withdraw.html", context)
