"""The pages of a quality check: the sample of a run, and one verdict after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.admin_views import LooksAreRecorded, ReadOnly
from audit.services import record, record_seen
from identity.free_text import refuse_numbers
from matching.comparing import is_register_gone, sides_of
from matching.run_pages import finished_run, page_about
from matching.sampled_verdict import SampledVerdict
from matching.sampling import MOST, SIZE, SampleNotPossible, draw_sample, mark, sample_result

if TYPE_CHECKING:
    _SampleAdmin = admin.ModelAdmin[SampledVerdict]
else:  # Django's classes take type parameters in the stubs only
    _SampleAdmin = admin.ModelAdmin


class DrawForm(forms.Form):
    size = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST, initial=SIZE)


class CheckForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Is this verdict right?"),
        choices=[("right", _("Right")), ("wrong", _("Wrong"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("What is wrong, if it is. No NIK, KK or phone numbers."),
        required=False,
        max_length=500,
        validators=[refuse_numbers],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("answer") == "wrong" and not typed.get("note", "x").strip():
            self.add_error("note", gettext("Write down what is wrong with this verdict."))
        return typed


@admin.register(SampledVerdict)
class SampledVerdictAdmin(LooksAreRecorded, ReadOnly, _SampleAdmin):
    shows = "verdict__member__household"
    list_display = ["what", "draw", "place", "household", "is_right", "note", "checker", "checked_at"]
    list_filter = ["is_right"]
    list_select_related = ["run", "verdict__member__household", "checked_by"]
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["what", "draw", "place", "household", "is_right", "note", "checker", "checked_at"]
    readonly_fields = ["what", "household", "checker"]

    @admin.display(description=_("run"))
    def what(self, sampled: SampledVerdict) -> str:
        return str(sampled.run)

    @admin.display(description=_("checked by"))
    def checker(self, sampled: SampledVerdict) -> str:
        return str(sampled.checked_by or "")

    @admin.display(description=_("household"))
    def household(self, sampled: SampledVerdict) -> str:
        return sampled.verdict.member.household.reference

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("run/<uuid:run_id>/", wrap(self.sample_view), name="matching_sampledverdict_sample"),
            path("<int:sampled_id>/check/", wrap(self.check_view), name="matching_sampledverdict_check"),
            *super().get_urls(),
        ]

    def sample_view(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        """The sample of a run; POST draws one."""
        by = _checker(request)
        run = finished_run(run_id)
        form = DrawForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                draw_sample(run=run, size=form.cleaned_data["size"], by=by)
            except SampleNotPossible as why:
                messages.error(request, str(why))
            return redirect("admin:matching_sampledverdict_sample", run.pk)
        drawn = SampledVerdict.objects.filter(run=run).select_related("verdict__member__household", "checked_by")
        shown = list(drawn.defer("verdict__fields").order_by("draw", "place"))
        households = [one.verdict.member.household_id for one in shown]
        record_seen(by=by, verb="matching.sample_listed", rows=households, data={"run": run.pk})
        about = {"form": form, "result": sample_result(run), "drawn": shown}
        page = page_about(request, run, "run_sample", gettext("Quality check"), **about)
        page.status_code = 400 if form.is_bound else 200
        return page

    def check_view(self, request: HttpRequest, sampled_id: int) -> HttpResponse:
        """One verdict with both of its sides; POST writes the answer and leads to the next one."""
        by = _checker(request)
        rows = SampledVerdict.objects.select_related(
            "run", "verdict__member__household__ktp_kelurahan", "verdict__snapshot"
        )
        sampled = get_object_or_404(rows, pk=sampled_id)
        marked = {"answer": "right" if sampled.is_right else "wrong", "note": sampled.note}
        form = CheckForm(
            request.POST if request.method == "POST" else None, initial=marked if sampled.is_checked else None
        )
        if form.is_valid():
            return self._mark(request, sampled, form.cleaned_data, by)
        verdict = sampled.verdict
        household = verdict.member.household
        area = household.kelurahan_id or ""
        record(by=by, verb="matching.sample_seen", subject=household, area_code=area, data={"run": sampled.run_id})
        page = page_about(
            request,
            sampled.run,
            "sample_check",
            gettext("Verdict %(draw)d.%(place)d") % {"draw": sampled.draw, "place": sampled.place},
            form=form,
            sampled=sampled,
            verdict=verdict,
            household=household,
            sides=sides_of(verdict),
            is_register_gone=is_register_gone(verdict),
        )
        page.status_code = 400 if form.is_bound else 200
        return page

    def _mark(self, request: HttpRequest, sampled: SampledVerdict, typed: dict[str, Any], by: Any) -> HttpResponse:
        try:
            mark(sampled=sampled, is_right=typed["answer"] == "right", note=typed["note"], by=by)
        except SampleNotPossible as why:
            messages.error(request, str(why))
        following = SampledVerdict.objects.filter(run=sampled.run_id).unchecked().order_by("draw", "place").first()
        if following is not None:
            return redirect("admin:matching_sampledverdict_check", following.pk)
        return redirect("admin:matching_sampledverdict_sample", sampled.run_id)


def _checker(request: HttpRequest) -> Any:
    """Only admins of the programme look at both sides of a family's data. Raises PermissionDenied."""
    if not getattr(request.user, "is_admin", False):
        raise PermissionDenied
    return request.user
