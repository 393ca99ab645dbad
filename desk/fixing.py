"""What has to be put right: what cleaning found, numbers no register holds, and objections waiting for a decision."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import officer_required, signed_in_user
from accounts.models import User
from assessment.models import CleaningIssue, CleaningIssueQuerySet, IssueState
from assessment.services import AlreadyDecided, ReasonMissing, resolve_issue
from audit.services import record, record_seen
from desk.candidates import people_with_candidates
from desk.deciding import DecisionForm
from desk.duplicates import own_pairs
from grievances.models import Objection
from matching.linking.models import PairState
from registration.models import Household

PAGE = 50
SHOWN_OBJECTIONS = 20


CHOICES = (
    (IssueState.RESOLVED.value, gettext_lazy("It is in order, or has been put right")),
    (IssueState.FLAGGED.value, gettext_lazy("It cannot be settled here: the muskel should look at it")),
)


def own_issues(user: User) -> CleaningIssueQuerySet:
    own = Household.objects.visible_to(user).in_kelurahan(user.kelurahan_codes)
    return CleaningIssue.objects.filter(household__in=own).select_related("household", "family", "member")


@never_cache
@officer_required
@require_GET
def fix_list(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    pages = Paginator(own_issues(user).open().order_by("created_at", "id"), PAGE)
    objections = Objection.objects.to_be_decided_by(user).open().select_related("household")
    page = pages.get_page(request.GET.get("halaman"))
    shown = list(objections.order_by("created_at")[:SHOWN_OBJECTIONS])
    households = [issue.household_id for issue in page] + [objection.household_id for objection in shown]
    record_seen(by=user, verb="desk.list_fixes", rows=households)
    context = {
        "page": page,
        "objections": shown,
        "pairs": own_pairs(user).filter(state=PairState.OPEN).count(),
        "people_with_candidates": people_with_candidates(user).count(),
        "more_objections": max(objections.count() - SHOWN_OBJECTIONS, 0),
    }
    return render(request, "desk/fix_list.html", context)


@never_cache
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue_resolve(request: HttpRequest, issue: uuid.UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = get_object_or_404(own_issues(user).select_related("other_household"), pk=issue)
    if request.method == "GET":
        household = found.household
        record(by=user, verb="desk.view_issue", subject=household, area_code=household.kelurahan_id)
    form = DecisionForm(request.POST or None, choices=CHOICES)
    if request.method == "POST" and form.is_valid():
        try:
            state, reason = form.said
            resolve_issue(issue=found, state=state, reason=reason, by=user)
        except (AlreadyDecided, ReasonMissing) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your decision has been kept."))
            return redirect("desk:fix_list")
    other = found.other_household
    is_own = other is not None and other.kelurahan_id in user.kelurahan_codes
    context = {"issue": found, "form": form, "other": other if is_own else None, "has_foreign": other and not is_own}
    return render(request, "desk/issue_resolve.html", context)
