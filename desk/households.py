"""A household of the officer's own kelurahan: its people, where it stands, what was found. Each look is recorded."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import officer_required, signed_in_user
from assessment.models import CleaningIssue
from audit.services import record
from grievances.cards import cards_for
from registration.dwelling import in_words
from registration.models import Household
from registration.stage import LAST_STAGE_TO_WITHDRAW
from stages.standing import standings_of
from stages.timeline import timeline_for


@never_cache
@officer_required
@require_GET
def household_detail(request: HttpRequest, reference: str) -> HttpResponse:
    user = signed_in_user(request)
    own = Household.objects.visible_to(user).in_kelurahan(user.kelurahan_codes).submitted()
    household = (
        own.select_related("phase", "kelurahan", "ktp_kelurahan")
        .prefetch_related("families__members")
        .filter(reference=reference)
        .first()
    )
    if household is None:
        raise Http404
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
    }
    return render(request, "desk/household_detail.html", context)
