"""Everybody's pages. They answer without a session, and without the database as far as they can."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.privacy import privacy
from audit.retention import retention_table
from eligibility.programmes import PROGRAMMES
from public.exclusions import short_exclusions
from public.phases import current_phase, latest_phases, rules_day, stage_lines


@require_safe
def landing_show(request: HttpRequest) -> HttpResponse:
    current = current_phase()
    context = {
        "current": current,
        "lines": current.lines if current else stage_lines(None),
        "exclusions": short_exclusions(rules_day(current)),
    }
    return render(request, "public/landing_show.html", context)


@require_safe
def guide_show(request: HttpRequest) -> HttpResponse:
    current = current_phase()
    return render(
        request,
        "public/guide_show.html",
        {"current": current, "exclusions": short_exclusions(rules_day(current))},
    )


@require_safe
def programmes_list(request: HttpRequest) -> HttpResponse:
    today: date = timezone.localdate()
    running = [(programme, programme.amount_on(today)) for programme in PROGRAMMES if programme.is_running(today)]
    return render(request, "public/programmes_list.html", {"programmes": running, "today": today})


@require_safe
def announcements_list(request: HttpRequest) -> HttpResponse:
    return render(request, "public/announcements_list.html", {"phases": latest_phases()})


@require_safe
def privacy_show(request: HttpRequest) -> HttpResponse:
    """The whole notice, with who answers for the data and for how long which of them are kept."""
    return render(request, "public/privacy_show.html", {"privacy": privacy(), "classes": retention_table()})
