"""The officer's first page: what waits here today, and the counter for people who walk in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import carrying
from accounts.access import officer_required, signed_in_user
from accounts.carrying import keeps_typed
from accounts.models import User
from areas.formfields import KelurahanField
from areas.models import Area
from assessment.models import CleaningIssue
from desk.search import SearchForm
from grievances.models import Objection
from notices.models import Notice
from registration import services
from registration.models import Channel, Claim, Draft, Household, Phase
from registration.representation import objections_for
from registration.state import names_in_drafts

SHOWN_DRAFTS = 20


class HandoverForm(forms.Form):
    """The code that a citizen reads out."""

    kode = forms.CharField(
        label=gettext_lazy("Hand-over code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"required": gettext_lazy("Type the code that the citizen reads to you.")},
    )


class CounterForm(forms.Form):
    """Which of the officer's kelurahan the citizen lives in; nothing to choose where there is one."""

    kelurahan = KelurahanField(label=gettext_lazy("In which kelurahan does the citizen live?"))

    def __init__(self, *args: object, codes: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["kelurahan"]
        assert isinstance(field, KelurahanField)  # noqa: S101
        field.narrow_to(codes)
        if len(codes) == 1:
            field.widget = forms.HiddenInput()
            field.initial = next(iter(codes))


@dataclass(frozen=True)
class Day:
    """Registrations since midnight in the officer's kelurahan."""

    online: int
    counter: int


@never_cache
@officer_required
@require_GET
def home_show(request: HttpRequest) -> HttpResponse:
    return _show(request, signed_in_user(request))


@keeps_typed
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_take(request: HttpRequest) -> HttpResponse:
    """Take in the draft of a citizen who asks for help."""
    user = signed_in_user(request)
    if request.method != "POST":  # on the way back from signing in
        brought = carrying.carried(request, user)
        form = HandoverForm(initial={"kode": brought.get("kode", "")}) if brought else None
        return _show(request, user, handover_form=form) if form else redirect("desk:home_show")
    form = HandoverForm(request.POST)
    if form.is_valid():
        try:
            handover = services.take_handover(code=form.cleaned_data["kode"], by=user)
            carrying.let_go(request, user)
            return redirect("registration:draft_detail", draft_id=handover.draft_id)
        except services.NotHandedOver:
            text = _("No draft waits under this code for your kelurahan. Compare it with the citizen once more.")
            form.add_error("kode", text)
        except services.TooManyTries:
            form.add_error("kode", _("That were many codes within an hour. Please go on a little later."))
    return _show(request, user, handover_form=form)


@keeps_typed
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_open(request: HttpRequest) -> HttpResponse:
    """Begin a registration for somebody at the counter."""
    user = signed_in_user(request)
    if request.method != "POST":  # on the way back from signing in
        return redirect("desk:home_show")
    form = CounterForm(request.POST, codes=user.kelurahan_codes)
    phase = Phase.objects.current()
    if not form.is_valid():
        return _show(request, user, form)
    try:
        if phase is None:
            raise services.NotOpen("stage")
        draft = services.open_draft(by=user, phase=phase, kelurahan=form.cleaned_data["kelurahan"])
    except services.NotOpen:
        messages.error(request, _("Registration is not open at the moment, so no household can be added."))
        return redirect("desk:home_show")
    return redirect("registration:page_edit", draft_id=draft.pk, key="kontak")


def _show(
    request: HttpRequest, user: User, form: CounterForm | None = None, handover_form: HandoverForm | None = None
) -> HttpResponse:
    phase = Phase.objects.current()
    drafts = list(
        Draft.objects.visible_to(user)
        .open()
        .filter(Q(channel=Channel.COUNTER) | ~Q(owner=user))
        .select_related("kelurahan", "owner")
        .order_by("-updated_at")[:SHOWN_DRAFTS]
    )
    names = names_in_drafts(drafts)
    context = {
        "phase": phase,
        "kelurahan": list(Area.objects.filter(pk__in=user.kelurahan_codes)[:5]),
        "kelurahan_count": len(user.kelurahan_codes),
        "day": today(user),
        "drafts": [(draft, names[draft.pk]) for draft in drafts],
        "waiting": waiting(user),
        "counter_form": form or CounterForm(codes=user.kelurahan_codes),
        "handover_form": handover_form or HandoverForm(),
        "search_form": SearchForm(),
        "brought": carrying.parameter_of(request),
    }
    is_refused = any(one is not None and one.is_bound for one in (form, handover_form))
    return render(request, "desk/home_show.html", context, status=400 if is_refused else 200)


def today(user: User) -> Day:
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    counted = (
        Household.objects.in_kelurahan(user.kelurahan_codes)
        .filter(submitted_at__gte=midnight)
        .aggregate(online=Count("pk", Q(channel=Channel.ONLINE)), counter=Count("pk", Q(channel=Channel.COUNTER)))
    )
    return Day(**counted)


def waiting(user: User) -> dict[str, int]:
    """How many things wait for this officer: data to fix, objections to decide, letters to hand over."""
    own = Household.objects.in_kelurahan(user.kelurahan_codes)
    return {
        "issues": CleaningIssue.objects.open().filter(household__in=own).count(),
        "family_objections": objections_for(user).count(),
        "claims": Claim.objects.waiting_for(user).count(),
        "objections": Objection.objects.to_be_decided_by(user).open().count(),
        "letters": Notice.objects.to_be_printed().filter(household__in=own).count(),
    }
