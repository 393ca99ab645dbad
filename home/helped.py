"""Families this account has helped and that have taken their registration over: how far it has come, and no more than
the family allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import citizen_required, signed_in_user
from audit.services import record
from registration.models import Family, Household, Representation
from stages.standing import Standing, standings_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Helped:
    household: Household
    families: tuple[tuple[Family, Standing], ...]
    may_see: bool


def helped_by(user: User) -> list[Representation]:
    """One query; the households come with their phase."""
    rows = Representation.objects.filter(helper=user, taken_over_at__isnull=False)
    return list(rows.select_related("household__phase").order_by("-taken_over_at"))


@never_cache
@citizen_required
@require_GET
def helped_show(request: HttpRequest, reference: str) -> HttpResponse:
    """The standing; with the family's leave the names too, which is recorded. Numbers are never shown here."""
    user = signed_in_user(request)
    rows = Representation.objects.filter(helper=user, taken_over_at__isnull=False, household__reference=reference)
    found = rows.select_related("household__phase").first()
    if found is None:
        raise Http404
    household = found.household
    families = list(household.families.prefetch_related("members"))
    for family in families:
        family.household = household
    standings = standings_of(families)
    if found.helper_may_see:
        record(by=user, verb="home.view_helped", subject=household, area_code=household.kelurahan_id)
    helped = Helped(
        household, tuple((family, standings[family.pk]) for family in families), may_see=found.helper_may_see
    )
    return render(request, "home/helped_show.html", {"helped": helped, "household": household})
