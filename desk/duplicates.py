"""Pairs of registrations that may be one: what the officer sees of them, and deciding each with a reason."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import officer_required, signed_in_user
from accounts.models import User
from audit.services import record, record_seen
from desk.deciding import DecisionForm
from matching.linking.models import PairState
from matching.linking.pairs import REASONS
from matching.linking.services import PairAlreadyDecided, PairReasonMissing, resolve_pair
from matching.models import DuplicatePair
from registration.models import Household, Member

PAGE = 50


CHOICES = (
    (PairState.SAME.value, gettext_lazy("They are the same: one of the two has to be withdrawn or put right")),
    (PairState.DIFFERENT.value, gettext_lazy("They are not the same: both stay as they are")),
)


def own_pairs(user: User) -> QuerySet[DuplicatePair]:
    """Pairs with a household of the officer's own kelurahan, both still registered."""
    pairs = DuplicatePair.objects.visible_to(user).standing()
    return pairs.select_related("household", "other_household", "member", "other_member").defer(
        "member__nik", "member__details", "other_member__nik", "other_member__details"
    )


@never_cache
@officer_required
@require_GET
def pair_list(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    pairs = own_pairs(user).filter(state=PairState.OPEN).order_by("-score", "id")
    page = Paginator(pairs, PAGE).get_page(request.GET.get("halaman"))
    rows = [(pair, own_sides(user, pair)) for pair in page]
    seen = [household.pk for _pair, sides in rows for household, _member in sides]
    record_seen(by=user, verb="desk.list_pairs", rows=seen)
    return render(request, "desk/pair_list.html", {"page": page, "rows": rows})


@never_cache
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def pair_resolve(request: HttpRequest, pair: uuid.UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = get_object_or_404(own_pairs(user), pk=pair)
    sides = own_sides(user, found)
    if request.method == "GET":
        for household in dict.fromkeys(household for household, _member in sides):
            record(by=user, verb="desk.view_pair", subject=household, area_code=household.kelurahan_id)
    form = DecisionForm(request.POST or None, choices=CHOICES)
    if request.method == "POST" and form.is_valid():
        try:
            state, reason = form.said
            resolve_pair(pair=found, state=state, reason=reason, by=user)
        except (PairAlreadyDecided, PairReasonMissing) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your decision has been kept."))
            return redirect("desk:pair_list")
    reasons = [REASONS[code] for code in found.reasons if code in REASONS]
    context = {"pair": found, "sides": sides, "has_foreign": len(sides) < 2, "reasons": reasons, "form": form}
    return render(request, "desk/pair_resolve.html", context)


def own_sides(user: User, pair: DuplicatePair) -> list[tuple[Household, Member | None]]:
    """The sides of a pair that the officer may read about: those of the own kelurahan."""
    sides = ((pair.household, pair.member), (pair.other_household, pair.other_member))
    return [(household, member) for household, member in sides if household.kelurahan_id in user.kelurahan_codes]
