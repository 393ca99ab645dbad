"""Families that do not agree to being registered: the officer asks them and lets the registration end or go on."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import officer_required, signed_in_user
from audit.services import record
from desk.deciding import DecisionForm
from registration.errors import Busy, NotWithdrawable
from registration.forms.representative import CONSENT_WORDS, RELATION_WORDS
from registration.models import FamilyObjection
from registration.representation import AlreadyTaken, decide_objection, objections_for

PAGE = 50
END, GO_ON = "tarik", "lanjut"


CHOICES = (
    (END, gettext_lazy("It does not want to be registered: the registration ends")),
    (GO_ON, gettext_lazy("It agrees after all: the registration goes on")),
)
QUESTION = gettext_lazy("What did the family say when you asked it?")
HINT = gettext_lazy("Whom you asked and what was said, in a sentence. The family reads it.")


@never_cache
@officer_required
@require_GET
def objection_list(request: HttpRequest) -> HttpResponse:
    waiting = objections_for(signed_in_user(request)).select_related("household__kelurahan", "household__phase")
    page = Paginator(waiting.order_by("created_at", "id"), PAGE).get_page(request.GET.get("halaman"))
    return render(request, "desk/family_objection_list.html", {"page": page})


@never_cache
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection_answer(request: HttpRequest, objection: uuid.UUID) -> HttpResponse:
    user = signed_in_user(request)
    rows = FamilyObjection.objects.filter(household__kelurahan__in=list(user.kelurahan_codes))
    found = rows.select_related("household__phase", "household__kelurahan").filter(pk=objection).first()
    if found is None:
        raise Http404
    household = found.household
    record(by=user, verb="desk.view_family_objection", subject=household, area_code=household.kelurahan_id)
    form = DecisionForm(request.POST or None, choices=CHOICES, question=QUESTION, hint=HINT)
    if request.method == "POST" and form.is_valid():
        return _answer(request, found, *form.said)
    context = {
        "objection": found,
        "household": household,
        "form": form,
        "representation": getattr(household, "representation", None),
        "relation": RELATION_WORDS.get(household.registrant_relation, ""),
        "consent": CONSENT_WORDS.get(household.consent_basis, ""),
    }
    return render(request, "desk/family_objection_answer.html", context)


def _answer(request: HttpRequest, found: FamilyObjection, answer: str, reason: str) -> HttpResponse:
    user = signed_in_user(request)
    try:
        decide_objection(objection=found, withdraw=answer == END, reason=reason, by=user)
    except PermissionDenied:
        messages.error(request, _("You are yourself concerned here, so a colleague has to answer."))
    except (AlreadyTaken, NotWithdrawable):
        messages.warning(request, _("This has been settled in the meantime."))
    except Busy:
        messages.warning(request, _("The phase is being moved at this moment. Please try again shortly."))
    else:
        messages.success(request, _("Your decision has been kept. The family is told."))
    return redirect("desk:family_objection_list")
