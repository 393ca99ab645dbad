"""Objections: the family's pages and the officer's decision. Every query starts from what the user may see."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import citizen_required, signed_in_user, staff_required
from assessment.explain import explain
from assessment.models import Finding
from audit.services import record, record_seen
from grievances import services
from grievances.forms import DecisionForm, ObjectionForm
from grievances.models import Objection
from registration.attachments.showing import picture_response

PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


@citizen_required
@never_cache
@require_http_methods(FORM_METHODS)
def create_objection(request: HttpRequest, finding: UUID) -> HttpResponse:
    """Object to one finding. Foreign findings are 404; one that cannot be contested says why."""
    user = signed_in_user(request)
    found = get_object_or_404(Finding.objects.visible_to(user).select_related("household__phase", "member"), pk=finding)
    context: dict[str, Any] = {"finding": found, "explanation": explain(found)}
    try:
        services.refuse_unless_contestable(found)
    except services.NotContestable as refused:
        return render(request, "grievances/objection_refused.html", {**context, "reason": str(refused)}, status=409)
    form = ObjectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            objection = services.object_to(
                finding=found, text=form.cleaned_data["text"], file=form.cleaned_data["file"], by=user
            )
        except services.NotContestable as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your objection has been received. A person will look at it."))
            return redirect("grievances:objection_show", objection.pk)
    return render(request, "grievances/objection_create.html", {**context, "form": form})


@citizen_required
@never_cache
@require_GET
def show_objection(request: HttpRequest, objection: UUID) -> HttpResponse:
    found = _visible(request, objection)
    _record_look(request, found)
    context = {"objection": found, "finding": found.finding, "explanation": explain(found.finding)}
    context["may_decide"] = found.is_open and services.may_decide(signed_in_user(request), found)
    return render(request, "grievances/objection_show.html", context)


@citizen_required
@never_cache
@require_GET
def download_picture(request: HttpRequest, objection: UUID) -> HttpResponse:
    """The picture, to who may see the household: never shown as a page of ours, never guessed to be anything else."""
    found = _visible(request, objection)
    attachment = found.attachment
    if attachment is None:
        raise Http404
    user = signed_in_user(request)
    if found.household.account_id != user.pk:
        about = {"objection": found.pk}
        record(
            by=user,
            verb="grievances.view_photo",
            subject=found.household,
            area_code=found.household.kelurahan_id,
            data=about,
        )
    name = f"keberatan-{found.household.reference}"
    return picture_response(services.open_picture(attachment), name=name, disposition="attachment")


@staff_required
@never_cache
@require_GET
def list_objections(request: HttpRequest) -> HttpResponse:
    """Objections waiting for this officer's or admin's decision, oldest first."""
    user = signed_in_user(request)
    waiting = Objection.objects.to_be_decided_by(user).open().select_related("household__kelurahan", "finding")
    rows = [(objection, explain(objection.finding).title) for objection in waiting[:PAGE]]
    households = [objection.household_id for objection, _title in rows]
    record_seen(by=user, verb="grievances.list_objections", rows=households)
    return render(request, "grievances/objection_list.html", {"rows": rows, "total": waiting.count(), "page": PAGE})


@staff_required
@never_cache
@require_http_methods(FORM_METHODS)
def decide_objection(request: HttpRequest, objection: UUID) -> HttpResponseBase:
    """The officer's decision. Another kelurahan's objection is 404."""
    user = signed_in_user(request)
    rows = Objection.objects.to_be_decided_by(user).select_related("household__kelurahan", "finding__member")
    found = get_object_or_404(rows, pk=objection)
    if not found.is_open:
        return redirect("grievances:objection_show", found.pk)
    is_own = not services.may_decide(user, found)
    if request.method == "GET":
        _record_look(request, found)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and not is_own and form.is_valid():
        try:
            services.decide(
                objection=found, uphold=form.cleaned_data["uphold"], reason=form.cleaned_data["reason"], by=user
            )
        except (services.AlreadyDecided, services.NotContestable) as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _("Decided. The family has been told."))
        return redirect("grievances:objection_list")
    context = {"objection": found, "explanation": explain(found.finding), "form": form, "is_own": is_own}
    return render(request, "grievances/objection_decide.html", context)


def _visible(request: HttpRequest, pk: UUID) -> Objection:
    rows = Objection.objects.visible_to(signed_in_user(request))
    return get_object_or_404(rows.select_related("household", "finding__member"), pk=pk)


def _record_look(request: HttpRequest, objection: Objection) -> None:
    """Write down that somebody other than the family read the objection."""
    user, household = signed_in_user(request), objection.household
    if household.account_id != user.pk:
        record(by=user, verb="grievances.view_objection", subject=household, area_code=household.kelurahan_id)
