"""People whose NIK the register does not hold, with what the number may have meant. Nothing can be applied here: the
officer reads the card together with the family."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import officer_required, signed_in_user
from accounts.models import User
from audit.services import record_seen
from matching.linking.scoring import likelihood_of, reasons_of
from matching.models import Candidate
from registration.models import Household, Member

PAGE = 25


def people_with_candidates(user: User) -> QuerySet[Member]:
    """Members of the officer's own kelurahan for whose number there is a suggestion."""
    own = Household.objects.visible_to(user).in_kelurahan(user.kelurahan_codes)
    standing = Candidate.objects.standing().filter(member=OuterRef("pk"))
    return Member.objects.filter(Exists(standing), household__in=own)


@never_cache
@officer_required
@require_GET
def candidate_list(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    people = people_with_candidates(user).select_related("household").defer("nik", "details", "household__details")
    shown = Prefetch("candidates", Candidate.objects.standing().order_by("-score", "id"), to_attr="suggested")
    page = Paginator(people.order_by("household__rw", "household__rt", "id").prefetch_related(shown), PAGE).get_page(
        request.GET.get("halaman")
    )
    record_seen(by=user, verb="desk.list_candidates", rows=[member.household_id for member in page])
    rows = [
        (member, [(one, likelihood_of(one), reasons_of(one)) for one in member.suggested])  # type: ignore[attr-defined]
        for member in page
    ]
    return render(request, "desk/candidate_list.html", {"page": page, "rows": rows})
