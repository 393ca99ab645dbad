"""The admin's face of the stages: phases with their control room, and histories to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audit.admin_views import LooksAreRecorded, ReadOnly
from audit.services import record
from registration.attachments.kinds import PhotoKind, every_kind
from registration.models import Phase
from registration.stage import Stage
from stages import control, control_lists
from stages.models import DeterminationBatch, OutcomeDecision, PhasePlan, Registry, StageEntry, UntoldFamily
from stages.phase_row import database_now, lock_phase

if TYPE_CHECKING:
    _PhaseAdmin = admin.ModelAdmin[Phase]
    _PhaseForm = forms.ModelForm[Phase]
    _PlanInline = admin.StackedInline[PhasePlan, Phase]
    _ReadOnly = admin.ModelAdmin[Any]
    _RegistryAdmin = admin.ModelAdmin[Registry]
else:
    _PhaseAdmin = _ReadOnly = _RegistryAdmin = admin.ModelAdmin
    _PlanInline = admin.StackedInline
    _PhaseForm = forms.ModelForm

PLANNED = (
    "slug",
    "name",
    "registry_name",
    "opens_at",
    "closes_at",
    "rules_on",
    "questionnaire",
    "photos_asked",
    "photos_required",
)


def is_plannable(phase: Phase | None) -> bool:
    """Dates and rules are typed in before registration opens; later they change by orders only."""
    return phase is None or (phase.stage == Stage.SOSIALISASI and phase.closed_at is None)


class PhaseForm(_PhaseForm):
    """Kinds of photos are ticked in a list; what is needed has to be asked for."""

    photos_asked = forms.MultipleChoiceField(
        label=_("photos that are asked for"),
        choices=PhotoKind.choices,
        required=False,
        initial=every_kind,
        widget=forms.CheckboxSelectMultiple,
    )
    photos_required = forms.MultipleChoiceField(
        label=_("photos without which nothing can be sent"),
        choices=PhotoKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where a regulation asks for them: whoever has no phone cannot send them alone."),
    )

    def clean_photos_required(self) -> list[str]:
        needed: list[str] = self.cleaned_data["photos_required"]
        if not set(needed) <= set(self.cleaned_data.get("photos_asked", [])):
            raise forms.ValidationError(_("What is needed has to be asked for too."))
        return needed


class PhasePlanInline(_PlanInline):
    model = PhasePlan
    min_num = 1
    max_num = 1
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Phase | None = None) -> bool:
        return is_plannable(obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Phase | None = None) -> bool:
        return is_plannable(obj) and super().has_add_permission(request, obj)


@admin.register(Phase)
class PhaseAdmin(_PhaseAdmin):
    list_display = ["name", "registry_name", "stage_words", "stage_changed_at", "opens_at", "closes_at", "control_link"]
    form = PhaseForm
    fields = PLANNED
    inlines = [PhasePlanInline]
    prepopulated_fields = {"slug": ["name"]}
    change_form_template = "admin/stages/phase_change_form.html"

    @admin.display(description=_("stage"), ordering="stage")
    def stage_words(self, phase: Phase) -> str:
        words = f"{phase.stage}. {phase.stage_name}"
        if phase.closed_at:
            return f"{words} ({_('closed')})"
        return f"{words} ({_('suspended')})" if phase.suspended else words

    @admin.display(description=_("Control room"))
    def control_link(self, phase: Phase) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:stages_control", args=[phase.pk]), _("Enter"))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Phase | None = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Phase | None = None) -> bool:
        return is_plannable(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Phase | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Phase, form: Any, change: bool) -> None:
        """Write the planned fields only: the stage belongs to the orders, and a phase may have moved on meanwhile."""
        if change:
            if not is_plannable(lock_phase(obj.pk)):
                self.message_user(request, _("The phase has moved on; nothing was changed."), level="ERROR")
                return
            obj.save(update_fields=PLANNED)
        else:
            obj.stage_changed_at = database_now()
            obj.save()
        by: Any = request.user
        record(by=by, verb="stages.plan_phase", subject=obj, data={"fields": form.changed_data})

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        view = self.admin_site.admin_view
        own = "<int:phase_id>/kendali/"
        return [
            path(own, view(control.control), name="stages_control"),
            path(f"{own}perintah/<slug:verb>/", view(control.order), name="stages_order"),
            path(f"{own}tugas/<slug:name>/", view(control.task), name="stages_task"),
            path(f"{own}kembali/<uuid:request_id>/<slug:answer>/", view(control.settle_reopen), name="stages_reopen"),
            path(f"{own}muskel/", view(control_lists.muskel_progress), name="stages_muskel"),
            path(f"{own}perbedaan/", view(control_lists.conflict_list), name="stages_conflicts"),
            path(f"{own}dst/", view(control_lists.target_lists), name="stages_targets"),
            path(f"{own}dst/<str:kota>/<slug:verb>/", view(control_lists.target_order), name="stages_target_order"),
            path(f"{own}siks-ng/", view(control_lists.packages), name="stages_packages"),
            path(f"{own}siks-ng/<str:kota>/terbit/", view(control_lists.package_issue), name="stages_package_issue"),
            path(
                f"{own}siks-ng/<uuid:package_id>/unduh/",
                view(control_lists.package_download),
                name="stages_package_download",
            ),
            path(
                f"{own}siks-ng/<uuid:package_id>/balasan/",
                view(control_lists.package_return),
                name="stages_package_return",
            ),
            path(f"{own}penetapan/", view(control_lists.determinations), name="stages_determinations"),
            path(f"{own}penetapan/selesaikan/", view(control_lists.settle_absent), name="stages_settle_absent"),
            *super().get_urls(),
        ]


class ReadOnlyAdmin(ReadOnly, _ReadOnly):
    """History is looked at, never written by hand."""

    list_per_page = 100
    show_full_result_count = False


@admin.register(StageEntry)
class StageEntryAdmin(ReadOnlyAdmin):
    list_display = ["phase", "number", "kind", "from_stage", "to_stage", "at", "by", "second_by", "note"]
    list_filter = ["phase", "kind"]
    list_select_related = ["phase", "by", "second_by"]


@admin.register(OutcomeDecision)
class OutcomeDecisionAdmin(LooksAreRecorded, ReadOnlyAdmin):
    shows = "family__household"
    list_display = ["at", "household", "kind", "previous", "outcome", "reason_code", "by"]
    list_filter = ["kind", "outcome"]
    list_select_related = ["family__household", "by"]
    search_fields = ["family__household__reference"]

    @admin.display(description=_("household"))
    def household(self, decision: OutcomeDecision) -> str:
        return f"{decision.family.household.reference} · KK {decision.family.number}"


@admin.register(UntoldFamily)
class UntoldFamilyAdmin(LooksAreRecorded, ReadOnlyAdmin):
    shows = "family__household"
    list_display = ["since", "household", "phase"]
    list_filter = ["phase"]
    list_select_related = ["family__household", "phase"]

    @admin.display(description=_("household"))
    def household(self, untold: UntoldFamily) -> str:
        return f"{untold.family.household.reference} · KK {untold.family.number}"


@admin.register(DeterminationBatch)
class DeterminationBatchAdmin(ReadOnlyAdmin):
    list_display = ["imported_at", "registry_name", "source", "row_count", "phase", "imported_by"]
    list_select_related = ["phase", "imported_by"]


@admin.register(Registry)
class RegistryAdmin(_RegistryAdmin):
    list_display = ["name", "publishes_programmes", "legal_basis"]
    fields = ["name", "publishes_programmes", "legal_basis"]

    def has_delete_permission(self, request: HttpRequest, obj: Registry | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Registry, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        by: Any = request.user
        published = {"publishes_programmes": obj.publishes_programmes, "legal_basis": obj.legal_basis}
        record(by=by, verb="stages.set_registry", subject=obj, data={"name": obj.name, **published})
