"""Verdicts in the Django admin, to read: names are masked, NIK and KK are not there at all. Extracts: snapshots/."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from audit.admin_views import LooksAreRecorded, ReadOnly
from matching import run_pages
from matching.linking.models import Candidate, DuplicatePair, RuledOut
from matching.linking.trained import TrainedModel
from matching.masking import mask_name
from matching.models import PersonVerdict
from matching.sample_pages import SampledVerdictAdmin as SampledVerdictAdmin
from matching.snapshots.admin import SnapshotAdmin as SnapshotAdmin
from matching.sources import admin as registers_admin  # noqa: F401
from matching.vocabulary import DIFFERS

if TYPE_CHECKING:
    _VerdictAdmin = admin.ModelAdmin[PersonVerdict]
    _CandidateAdmin = admin.ModelAdmin[Candidate]
    _PairAdmin = admin.ModelAdmin[DuplicatePair]
    _ModelAdmin = admin.ModelAdmin[TrainedModel]
    _RuledOutAdmin = admin.ModelAdmin[RuledOut]
else:  # Django's classes take type parameters in the stubs only
    _VerdictAdmin = _CandidateAdmin = _PairAdmin = _ModelAdmin = _RuledOutAdmin = admin.ModelAdmin


@admin.register(PersonVerdict)
class PersonVerdictAdmin(LooksAreRecorded, ReadOnly, _VerdictAdmin):
    shows = "member__household"
    list_display = ["masked_name", "household", "source", "value", "differing", "run_link", "decided_at"]
    list_filter = ["source", "value"]
    search_fields = ["=member__household__reference"]
    search_help_text = _("Reference code of the household")
    list_select_related = ["member__household", "run"]
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    fields = [
        "masked_name", "household", "source", "value", "compared", "raw_code", "threshold", "snapshot", "run_link",
    ]  # fmt: skip
    readonly_fields = ["masked_name", "household", "compared", "run_link"]

    def get_urls(self) -> list[URLPattern]:
        difference = self.admin_site.admin_view(require_GET(self.difference_view))
        return [
            path("difference/<uuid:run_id>/", difference, name="matching_personverdict_difference"),
            *super().get_urls(),
        ]

    def difference_view(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return run_pages.difference_view(request, run_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonVerdict]:
        return super().get_queryset(request).defer("member__nik", "member__household__contact_phone")

    @admin.display(description=_("person"))
    def masked_name(self, verdict: PersonVerdict) -> str:
        return mask_name(verdict.member.name)

    @admin.display(description=_("household"))
    def household(self, verdict: PersonVerdict) -> str:
        return verdict.member.household.reference

    @admin.display(description=PersonVerdict._meta.get_field("fields").verbose_name)
    def compared(self, verdict: PersonVerdict) -> str:
        return json.dumps(verdict.fields) if verdict.fields else str(self.get_empty_value_display())

    @admin.display(description=_("fields that differ"))
    def differing(self, verdict: PersonVerdict) -> str:
        return ", ".join(
            name
            for name, compared in verdict.fields.items()
            if isinstance(compared, dict) and compared.get("result") == DIFFERS
        )

    @admin.display(description=_("run"))
    def run_link(self, verdict: PersonVerdict) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:jobs_run_change", args=[verdict.run_id]), verdict.run)


@admin.register(Candidate)
class CandidateAdmin(LooksAreRecorded, ReadOnly, _CandidateAdmin):
    shows = "member__household"
    list_display = ["household", "way", "score", "name_score", "agreeing", "model", "found_at"]
    list_filter = ["way"]
    search_fields = ["=member__household__reference"]
    search_help_text = _("Reference code of the household")
    list_select_related = ["member__household"]
    list_per_page = 50
    show_full_result_count = False
    fields = [
        "household", "way", "position", "score", "name_score", "agreeing", "weight", "weighed", "model", "masked_name",
        "found_at",
    ]  # fmt: skip
    readonly_fields = ["household", "agreeing"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        return super().get_queryset(request).defer("member__nik", "member__household__contact_phone")

    @admin.display(description=_("household"))
    def household(self, candidate: Candidate) -> str:
        return candidate.member.household.reference

    @admin.display(description=_("what agrees"))
    def agreeing(self, candidate: Candidate) -> str:
        return ", ".join(candidate.agrees)


@admin.register(DuplicatePair)
class DuplicatePairAdmin(LooksAreRecorded, ReadOnly, _PairAdmin):
    shows = "household"
    list_display = ["household", "other_household", "kind", "score", "state", "found_at"]
    list_filter = ["state", "kind", "phase"]
    search_fields = ["=household__reference", "=other_household__reference"]
    search_help_text = _("Reference code of the household")
    list_select_related = ["household", "other_household"]
    list_per_page = 50
    show_full_result_count = False
    fields = [
        "household", "other_household", "kind", "score", "reasons", "state", "reason", "decided_by", "decided_at",
        "found_at",
    ]  # fmt: skip


@admin.register(TrainedModel)
class TrainedModelAdmin(ReadOnly, _ModelAdmin):
    list_display = ["version", "trained_at"]
    fields = ["version", "trained_at", "body"]


@admin.register(RuledOut)
class RuledOutAdmin(LooksAreRecorded, ReadOnly, _RuledOutAdmin):
    shows = "member__household"
    list_display = ["household", "decided_by", "decided_at", "undone_at"]
    list_select_related = ["member__household", "decided_by"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["household", "reason", "decided_by", "decided_at", "undone_by", "undone_at", "undone_because"]
    readonly_fields = ["household"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RuledOut]:
        return super().get_queryset(request).defer("member__nik", "member__household__contact_phone")

    @admin.display(description=_("household"))
    def household(self, ruled_out: RuledOut) -> str:
        return ruled_out.member.household.reference
