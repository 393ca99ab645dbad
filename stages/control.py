"""The control room's pages: where a phase stands, what is in the way, and every order an admin may give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import signed_in_user
from registration.models import Phase
from registration.stage import Stage
from stages import services, tasks_of_stage
from stages.errors import BadFile, Refused
from stages.forms import ClosingForm, OrderForm, ReasonForm, ReopenForm
from stages.funnel import funnel
from stages.models import ReopenRequest, StageEntry
from stages.permissions import may_steer
from stages.telling import waiting_of
from stages.workflow import MOVE_FROM

if TYPE_CHECKING:
    from accounts.models import User

View = Callable[..., HttpResponseBase]


def steering(view: View) -> View:
    """Only people who may steer; `phase_id` becomes the phase."""

    @wraps(view)
    def guarded(request: HttpRequest, phase_id: int, **kwargs: Any) -> HttpResponseBase:
        if not may_steer(signed_in_user(request)):
            raise PermissionDenied
        return view(request, get_object_or_404(Phase, pk=phase_id), **kwargs)

    return guarded


def page(request: HttpRequest, phase: Phase, template: str, title: str, **context: Any) -> HttpResponse:
    """One page of the control room inside the admin's frame."""
    frame = admin.site.each_context(request)
    about = {"title": title, "phase": phase, "opts": Phase._meta, "stage_name": phase.stage_name}
    return render(request, f"admin/stages/{template}.html", {**frame, **about, **context})


def to_control(phase: Phase) -> HttpResponse:
    return redirect("admin:stages_control", phase.pk)


def say_refusal(request: HttpRequest, refused: Refused | BadFile) -> None:
    """Each reason as a message of its own."""
    if isinstance(refused, BadFile):
        messages.error(request, _("The file has errors. Nothing of it has been taken over."))
        for error in refused.errors:
            messages.error(request, str(error))
        return
    for reason in refused.reasons:
        messages.error(request, str(reason))


@steering
def control(request: HttpRequest, phase: Phase) -> HttpResponse:
    """Where the phase stands and what comes next."""
    stage = Stage(phase.stage)
    move = MOVE_FROM[stage]
    open_request = ReopenRequest.objects.filter(phase=phase, settled_at__isnull=True)
    hindrances = services.hindrances(phase)
    return page(
        request,
        phase,
        "control",
        _("Control room: %(phase)s") % {"phase": phase.name},
        move=move,
        stages=[(one, one == stage and not phase.closed_at, one < stage or bool(phase.closed_at)) for one in Stage],
        hindrances=hindrances,
        tasks=tasks_of_stage.for_page(phase),
        untold=waiting_of(phase),
        orders=[one for one in ORDERS.values() if one.is_offered(phase) and not (hindrances and one.needs_guards)],
        reopen_request=open_request.select_related("requested_by").first(),
        may_sign=not open_request.filter(requested_by=signed_in_user(request)).exists(),
        entries=StageEntry.objects.filter(phase=phase).select_related("by", "second_by").order_by("-number")[:30],
        funnel=funnel(phase),
    )


@dataclass(frozen=True)
class Order:
    """One order about a phase, given on a page of its own that asks for confirmation. `needs_guards`: only where
    nothing is in the way of leaving the stage."""

    verb: str
    button: Promise
    explanation: Promise
    form: type[OrderForm]
    give: Callable[..., Any]
    is_offered: Callable[[Phase], bool]
    is_grave: bool = False
    needs_guards: bool = False


def _runs(phase: Phase) -> bool:
    return phase.closed_at is None and not phase.suspended


ORDERS: Mapping[str, Order] = {
    order.verb: order
    for order in (
        Order(
            "advance",
            gettext_lazy("Move to the next stage"),
            gettext_lazy("The phase moves one stage forward. Going back takes two people."),
            OrderForm,
            services.advance,
            _runs,
            needs_guards=True,
        ),
        Order(
            "extend",
            gettext_lazy("Extend registration"),
            gettext_lazy("Registration closes later than announced."),
            ClosingForm,
            services.extend,
            lambda phase: _runs(phase) and phase.stage in (Stage.SOSIALISASI, Stage.PENDAFTARAN),
        ),
        Order(
            "bring-forward",
            gettext_lazy("Close registration earlier"),
            gettext_lazy("Registration closes earlier than announced. Families who counted on the old date lose it."),
            ClosingForm,
            services.bring_forward,
            lambda phase: _runs(phase) and phase.stage == Stage.PENDAFTARAN,
            is_grave=True,
        ),
        Order(
            "close-now",
            gettext_lazy("Close registration now"),
            gettext_lazy("Registration closes this moment. Families who counted on the announced date lose it."),
            ReasonForm,
            services.bring_forward,
            lambda phase: _runs(phase) and phase.stage == Stage.PENDAFTARAN,
            is_grave=True,
        ),
        Order(
            "suspend",
            gettext_lazy("Suspend the phase"),
            gettext_lazy("Nobody can register and nothing moves until the phase is resumed. What is there is kept."),
            ReasonForm,
            services.suspend,
            _runs,
        ),
        Order(
            "resume",
            gettext_lazy("Resume the phase"),
            gettext_lazy("The phase goes on where it was suspended."),
            OrderForm,
            services.resume,
            lambda phase: phase.suspended and phase.closed_at is None,
        ),
        Order(
            "reopen",
            gettext_lazy("Ask to go back"),
            gettext_lazy("Another admin has to sign. What later stages decided is undone; families are told."),
            ReopenForm,
            services.request_reopen,
            lambda phase: _runs(phase) and phase.stage > Stage.SOSIALISASI,
            is_grave=True,
        ),
    )
}


@steering
def order(request: HttpRequest, phase: Phase, *, verb: str) -> HttpResponse:
    """GET asks, POST gives the order. A refusal brings the reasons and changes nothing."""
    if verb not in ORDERS:
        raise Http404
    wanted = ORDERS[verb]
    form = wanted.form(request.POST or None, phase=phase)
    if request.method == "POST" and form.is_valid():
        try:
            wanted.give(phase=phase, by=signed_in_user(request), **form.values())
        except Refused as refused:
            say_refusal(request, refused)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": wanted.button})
        return to_control(phase)
    status = 400 if form.is_bound else 200
    response = page(
        request,
        phase,
        "order",
        str(wanted.button),
        order=wanted,
        form=form,
        move=MOVE_FROM[Stage(phase.stage)],
        back=reverse("admin:stages_control", args=[phase.pk]),
    )
    response.status_code = status
    return response


@require_POST
@steering
def settle_reopen(request: HttpRequest, phase: Phase, *, request_id: Any, answer: str) -> HttpResponse:
    """The second signature under a request to go back, or its refusal."""
    asked = get_object_or_404(ReopenRequest, pk=request_id, phase=phase)
    by: User = signed_in_user(request)
    try:
        if answer == "sign":
            services.reopen(request=asked, by=by)
            messages.success(request, _("The phase has gone back."))
        else:
            services.decline_reopen(request=asked, by=by)
            messages.success(request, _("The request has been declined."))
    except Refused as refused:
        say_refusal(request, refused)
    return to_control(phase)


@require_POST
@steering
def task(request: HttpRequest, phase: Phase, *, name: str) -> HttpResponse:
    """Start a run, sign it off, issue prelists, refresh conflicts: what the stage's buttons do."""
    wanted = tasks_of_stage.TASKS.get(name)
    if wanted is None:
        raise Http404
    try:
        with transaction.atomic():
            said = wanted.give(phase, signed_in_user(request))
        messages.success(request, said)
    except Refused as refused:
        say_refusal(request, refused)
    except tasks_of_stage.NOT_POSSIBLE as why:
        messages.error(request, str(why))
    return to_control(phase)
