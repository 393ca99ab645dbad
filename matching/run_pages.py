"""Pages about the results of a run in the admin."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit.services import record_seen
from jobs.models import Run
from matching.difference import MISSING, changed, counts, earlier_runs
from matching.models import PersonVerdict
from matching.sources.standing import source_of
from matching.vocabulary import KINDS, Value

VALUES = [(value, value) for value in (*Value.values, MISSING)]


class DifferenceForm(forms.Form):
    """What stands in the address of the page: the run to compare with, a pair of verdicts, and where a page begins."""

    earlier = forms.UUIDField(required=False)
    before = forms.ChoiceField(required=False, choices=VALUES)
    now = forms.ChoiceField(required=False, choices=VALUES)
    after = forms.UUIDField(required=False)


def finished_run(run_id: UUID) -> Run:
    """A finished matching run, dry or not. Raises Http404."""
    run = get_object_or_404(Run, pk=run_id, kind__in=KINDS.values())
    if not run.is_done:
        raise Http404
    return run


def page_about(request: HttpRequest, run: Run, template: str, title: str, **context: Any) -> TemplateResponse:
    frame = {**admin.site.each_context(request), "title": title, "opts": PersonVerdict._meta, "run": run}
    return TemplateResponse(request, f"matching/{template}.html", {**frame, **context})


def difference_view(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Counts by verdict before and now, and the people whose verdict is another one, by the code of their household."""
    run = finished_run(run_id)
    form = DifferenceForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest(_("This request could not be understood."))
    asked = form.cleaned_data
    choices = earlier_runs(run)
    earlier = next((one for one in choices if asked["earlier"] in (None, one.pk)), None)
    if earlier is None and asked["earlier"]:
        raise Http404
    context: dict[str, Any] = {"earlier": earlier, "asked": asked}
    context["choices"] = [(one, source_of(one)) for one in choices]
    if earlier is not None:
        pairs = counts(run, earlier)
        people, following = changed(run, earlier, before=asked["before"], now=asked["now"], after=asked["after"])
        by: Any = request.user
        record_seen(by=by, verb="matching.difference_seen", rows=[one.household_id for one in people])
        context |= {"pairs": pairs, "people": people, "following": following}
        context |= {"changes": sum(pair.count for pair in pairs if pair.is_change)}
    return page_about(request, run, "run_difference", _("Difference from an earlier run"), **context)
