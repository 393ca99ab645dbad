"""The family's face: its households, where each of them stands, why, and what it can do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import citizen_required, signed_in_user
from accounts.consents import standing_of
from accounts.models import User
from eligibility.programmes import PersonSummary, ProgrammeHint, may_apply
from grievances.cards import cards_for
from home.helped import helped_by
from registration.forms.people import age_on
from registration.models import Draft, Family, Household, Member, Phase
from registration.phase_lock import database_now, refuse_unless_open
from registration.services import NotOpen, put_opted_out
from registration.stage import LAST_STAGE_TO_WITHDRAW, Stage
from registration.state import names_in_drafts
from stages.standing import Standing, standings_of, waits_for_a_result
from stages.timeline import timeline_for


@dataclass(frozen=True)
class Card:
    """One household of the list: its head's name, and the standing of each of its families."""

    household: Household
    name: str
    standings: tuple[tuple[Family, Standing], ...]

    @property
    def lines(self) -> list[tuple[int, str]]:
        """(KK number, sentence) for each family; one line with number 0 where all stand the same."""
        sentences = {standing.sentence for _family, standing in self.standings}
        if len(sentences) == 1:
            return [(0, sentences.pop())]
        return [(family.number, standing.sentence) for family, standing in self.standings]


@never_cache
@citizen_required
@require_GET
def household_list(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    households = list(_own(user).order_by("-submitted_at"))
    drafts = list(
        Draft.objects.open().filter(owner=user, channel="online").select_related("phase").order_by("-updated_at")
    )
    names = names_in_drafts(drafts)
    phase = Phase.objects.current()
    context = {
        "cards": _cards(households),
        "drafts": [(draft, names[draft.pk]) for draft in drafts],
        "consent": standing_of(user),
        "phase": phase,
        "is_open": phase is not None and _accepts_registrations(phase),
        "may_register": not (user.is_officer or user.is_admin),
        "helped": helped_by(user),
    }
    return render(request, "home/household_list.html", context)


@never_cache
@citizen_required
@require_GET
def household_detail(request: HttpRequest, reference: str) -> HttpResponse:
    household = _own_or_404(signed_in_user(request), reference)
    families = list(household.families.all())
    standings = standings_of(families)
    cards = cards_for(household)
    context = {
        "household": household,
        "phase": household.phase,
        "name": name_of(household),
        "families": [(family, standings[family.pk]) for family in families],
        "concerns": [card for card in cards if card.is_of_concern],
        "others": [card for card in cards if not card.is_of_concern],
        "waits": not cards and waits_for_a_result(household.phase, families),
        "timeline": timeline_for(household)[::-1],
        "hints": hints_for(families, on=timezone.localdate()),
        "may_change": not household.is_withdrawn and household.phase.stage == Stage.PENDAFTARAN,
        "may_withdraw": not household.is_withdrawn and household.phase.stage <= LAST_STAGE_TO_WITHDRAW,
    }
    return render(request, "home/household_detail.html", context)


@citizen_required
@require_POST
def status_check_choose(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the household in the public status check, or leave it out."""
    user = signed_in_user(request)
    household = _own_or_404(user, reference)
    opted_out = request.POST.get("tampil") == "tidak"
    put_opted_out(household=household, opted_out=opted_out, by=user)
    messages.success(
        request,
        _("This household is no longer shown in the public status check.")
        if opted_out
        else _("This household is shown in the public status check again."),
    )
    return redirect("home:household_detail", reference=household.reference)


def _own(user: User) -> QuerySet[Household]:
    """Households of one's own account only; officers see theirs at the desk."""
    members = Prefetch("members", Member.objects.order_by("number"))
    families = Prefetch("families", Family.objects.order_by("number").prefetch_related(members))
    found = Household.objects.visible_to(user).submitted().filter(account=user)
    return found.select_related("phase", "kelurahan").prefetch_related(families)


def _own_or_404(user: User, reference: str) -> Household:
    household = _own(user).filter(reference=reference).first()
    if household is None:
        raise Http404
    return household


def _cards(households: list[Household]) -> list[Card]:
    families = [family for household in households for family in household.families.all()]
    for family in families:
        family.household = next(household for household in households if household.pk == family.household_id)
    standings = standings_of(families)
    return [
        Card(
            household,
            name_of(household),
            tuple((family, standings[family.pk]) for family in household.families.all()),
        )
        for household in households
    ]


def name_of(household: Household) -> str:
    """The head of the first family; "" where there is none."""
    people = [member for family in household.families.all() for member in family.members.all()]
    return next((member.name for member in people if member.is_head), "")


def hints_for(families: Iterable[Family], *, on: date) -> list[ProgrammeHint]:
    """Programmes whose circumstances the household has; never a promise."""
    people = [
        PersonSummary(
            age=age_on(member.birth_date, on),
            sex=member.sex,
            pregnant=bool(member.pregnant),
            disabled=bool(member.disability),
            school_level=member.school_level,
            in_school=member.in_school,
        )
        for family in families
        for member in family.members.all()
    ]
    return may_apply(people, on)


def _accepts_registrations(phase: Phase) -> bool:
    try:
        refuse_unless_open(phase, now=database_now())
    except NotOpen:
        return False
    return True
