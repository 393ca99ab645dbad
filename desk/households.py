"""A household of the officer's own kelurahan: its people, where it stands, what was found. Each look is recorded."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import officer_required, signed_in_user
from accounts.models import User
from accounts.services import NikAlreadyClaimed, claim_nik
from assessment.models import CleaningIssue
from audit.services import record
from grievances.cards import cards_for
from identity.nik import mask_nik
from registration.dwelling import in_words
from registration.models import Household
from registration.stage import LAST_STAGE_TO_WITHDRAW
from stages.standing import standings_of
from stages.timeline import timeline_for


class ClaimForm(forms.Form):
    """What the officer answers for: the card was here, and it is the card of this account."""

    ktp_dilihat = forms.BooleanField(
        label=gettext_lazy("I have seen the KTP of the account holder; the name and the NIK on it are those shown here")
    )


@never_cache
@officer_required
@require_GET
def household_detail(request: HttpRequest, reference: str) -> HttpResponse:
    user = signed_in_user(request)
    return _show(request, _own_household(user, reference))


@never_cache
@officer_required
@require_POST
def nik_claim(request: HttpRequest, reference: str) -> HttpResponse:
    """The holder of the household's account has shown the KTP: from now on the NIK is theirs alone.

    404 without an account that has typed a NIK; 403 for one's own account.
    """
    user = signed_in_user(request)
    household = _own_household(user, reference)
    account = household.account
    if account is None or account.nik is None:
        raise Http404
    if is_own_account(user, account):
        raise PermissionDenied
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return _show(request, household, form)
    try:
        claim_nik(user=account, by=user)
    except NikAlreadyClaimed:
        messages.error(
            request, _("This NIK has been shown at a counter before, for another account. Nothing has been changed.")
        )
    else:
        messages.success(request, _("The NIK now belongs to this account."))
    return redirect("desk:household_detail", reference=reference)


def is_own_account(user: User, account: User) -> bool:
    return user.pk == account.pk


def _own_household(user: User, reference: str) -> Household:
    own = Household.objects.visible_to(user).in_kelurahan(user.kelurahan_codes).submitted()
    household = (
        own.select_related("phase", "kelurahan", "ktp_kelurahan", "account")
        .prefetch_related("families__members")
        .filter(reference=reference)
        .first()
    )
    if household is None:
        raise Http404
    return household


def _show(request: HttpRequest, household: Household, form: ClaimForm | None = None) -> HttpResponse:
    user = signed_in_user(request)
    record(by=user, verb="desk.view_household", subject=household, area_code=household.kelurahan_id)
    families = list(household.families.all())
    standings = standings_of(families)
    context = {
        "household": household,
        "phase": household.phase,
        "families": [(family, standings[family.pk]) for family in families],
        "dwelling": in_words(household.dwelling),
        "cards": cards_for(household),
        "issues": CleaningIssue.objects.open().filter(household=household),
        "timeline": timeline_for(household)[::-1],
        "may_withdraw": not household.is_withdrawn and household.phase.stage <= LAST_STAGE_TO_WITHDRAW,
        **_claim_context(user, household.account, form),
    }
    return render(request, "desk/household_detail.html", context, status=400 if form else 200)


def _claim_context(user: User, account: User | None, form: ClaimForm | None) -> dict[str, object]:
    """The account whose NIK can be shown here, and the form while it has not been and the officer may say so."""
    if account is None or account.nik is None:
        return {}
    may_claim = account.nik_claimed_at is None and not is_own_account(user, account)
    return {
        "account": account,
        "masked_nik": mask_nik(account.nik),
        "claim_form": (form or ClaimForm()) if may_claim else None,
    }
