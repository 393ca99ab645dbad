"""People whose NIK the register does not hold, with what the number may have meant. Nothing can be applied here: the
officer reads the card together with the family."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
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
from matching.linking.ruling_out import rule_out, undo_ruling_out
from matching.linking.scoring import likelihood_of, reasons_of
from matching.linking.services import PairAlreadyDecided, PairReasonMissing
from matching.models import Candidate, RuledOut
from registration.models import Household, Member

PAGE = 25
NO, AGAIN = "bukan", "lagi"
NOT_THE_PERSON = ((NO, gettext_lazy("I have looked at the card: this is not the person")),)
BACK = ((AGAIN, gettext_lazy("It may be the person after all: show the suggestion again")),)


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
    return render(request, "desk/candidate_list.html", {"page": page, "rows": rows, "ruled_out": ruled_out_by(user)})


@never_cache
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def candidate_resolve(request: HttpRequest, candidate: uuid.UUID) -> HttpResponse:
    """Rule a suggestion out, or take that back."""
    user = signed_in_user(request)
    found = get_object_or_404(own_candidates(user), pk=candidate)
    standing = RuledOut.objects.filter(
        member=found.member_id, register_index=bytes(found.register_index), undone_at=None
    ).first()
    household = found.member.household
    if request.method == "GET":
        record(by=user, verb="desk.view_candidate", subject=household, area_code=household.kelurahan_id)
    form = DecisionForm(request.POST or None, choices=BACK if standing else NOT_THE_PERSON)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(found, *form.said, by=user)
        except (PairAlreadyDecided, PairReasonMissing) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your decision has been kept."))
            return redirect("desk:candidate_list")
    context = {
        "candidate": found,
        "household": household,
        "likelihood": likelihood_of(found),
        "reasons": reasons_of(found),
        "standing": standing,
        "form": form,
    }
    return render(request, "desk/candidate_resolve.html", context)


def own_candidates(user: User) -> QuerySet[Candidate]:
    """Suggestions about members of the officer's own kelurahan, ruled out or not."""
    own = Household.objects.visible_to(user).in_kelurahan(user.kelurahan_codes)
    found = Candidate.objects.about_registered().filter(member__household__in=own)
    return found.select_related("member__household").defer("member__nik", "member__details")


def ruled_out_by(user: User) -> list[Candidate]:
    """The newest suggestions of the own kelurahan that are ruled out, so that it can be undone."""
    standing = RuledOut.objects.filter(
        member=OuterRef("member"), register_index=OuterRef("register_index"), undone_at=None
    )
    return list(own_candidates(user).filter(Exists(standing)).order_by("-found_at", "id")[:PAGE])


def _decide(candidate: Candidate, answer: str, reason: str, *, by: User) -> None:
    if answer == NO:
        rule_out(candidate=candidate, reason=reason, by=by)
    else:
        undo_ruling_out(candidate=candidate, reason=reason, by=by)
