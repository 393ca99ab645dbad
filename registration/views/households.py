"""A registered household: taking it back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import citizen_required, signed_in_user
from identity.free_text import refuse_numbers
from registration import services
from registration.stage import LAST_STAGE_TO_WITHDRAW
from registration.views.access import visible_household


class WithdrawForm(forms.Form):
    alasan = forms.CharField(
        label=gettext_lazy("Why is the registration withdrawn?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_numbers],
        help_text=gettext_lazy("A few words are enough, such as: moved away, or registered by mistake."),
    )


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def household_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    household = visible_household(request, reference)
    form = WithdrawForm(request.POST or None)
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
