"""The control room's lists: meetings, conflicts, target lists, packages for SIKS-NG, determinations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import signed_in_user
from areas.models import Area
from audit.services import record_seen
from registration.models import Outcome, Phase
from registration.stage import Stage
from stages import conflicts, determining, exporting, guards, returning, targets
from stages.control import page, say_refusal, steering
from stages.errors import BadFile, Refused
from stages.families import standing_families, unanswered_families
from stages.forms import ConflictForm, DeterminationForm, FileForm
from stages.meetings import meeting_progress
from stages.models import (
    Conflict,
    DeterminationBatch,
    ExportPackage,
    MuskelDecision,
    Resolution,
    TargetList,
    TargetState,
)
from stages.reasons import reason_words, rule_titles

PER_PAGE = 50
WHAT_IS_MISSING = {  # of the list of conflicts, in the stages that keep it up to date
    Stage.PENGOLAHAN_3: guards.conflicts_listed,
    Stage.PENETAPAN_DST: guards.conflict_search_over,
}


@require_GET
@steering
def muskel_progress(request: HttpRequest, phase: Phase) -> HttpResponse:
    """Every kelurahan's meeting: how far it is, locked or not."""
    meetings = list(meeting_progress(phase))
    totals = {
        "kelurahan": len(meetings),
        "locked": sum(meeting.is_locked for meeting in meetings),
        "families": sum(meeting.families for meeting in meetings),  # type: ignore[attr-defined]
        "decided": sum(meeting.families_decided for meeting in meetings),  # type: ignore[attr-defined]
    }
    return page(request, phase, "muskel", _("Kelurahan meetings"), meetings=meetings, totals=totals)


@steering
def conflict_list(request: HttpRequest, phase: Phase) -> HttpResponse:
    """Where meeting and evidence disagree; open ones first. POST decides one of them."""
    form = ConflictForm()
    if request.method == "POST":
        form = ConflictForm(request.POST)
        if form.is_valid():
            _decide_conflict(request, phase, form.cleaned_data["reason"])
            return redirect("admin:stages_conflicts", phase.pk)
        messages.error(request, _("Write down the reason; the family will read it."))
    rows = (
        Conflict.objects.filter(phase=phase, family__household__withdrawn_at__isnull=True)
        .select_related("family__household__kelurahan", "decided_by")
        .order_by("decided_at", "created_at", "pk")
    )
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    households = [conflict.family.household_id for conflict in shown]
    record_seen(by=signed_in_user(request), verb="stages.list_conflicts", rows=households)
    notes = dict(
        MuskelDecision.objects.filter(
            muskel__phase=phase, family__in=[conflict.family_id for conflict in shown]
        ).values_list("family_id", "note")
    )
    entries = [
        {"conflict": one, "rules": rule_titles(one.rule_keys), "note": notes.get(one.family_id, "")} for one in shown
    ]
    counts = rows.aggregate(open=Count("pk", filter=Q(decided_at__isnull=True)), all=Count("pk"))
    missing = WHAT_IS_MISSING.get(Stage(phase.stage))
    return page(
        request, phase, "conflicts", _("Conflicts between meetings and evidence"),
        entries=entries, shown=shown, counts=counts, form=form, resolutions=Resolution,
        incomplete=missing(phase) if missing else (),
    )  # fmt: skip


def _decide_conflict(request: HttpRequest, phase: Phase, reason: str) -> None:
    conflict = get_object_or_404(Conflict, pk=_uuid(request.POST.get("conflict", "")), phase=phase)
    resolution = request.POST.get("resolution", "")
    if resolution not in Resolution.values:
        messages.error(request, _("Choose whether to propose the family."))
        return
    try:
        conflicts.resolve_conflict(
            conflict=conflict, resolution=Resolution(resolution), reason=reason, by=signed_in_user(request)
        )
    except Refused as refused:
        say_refusal(request, refused)
    else:
        messages.success(request, _("Decided."))


@require_GET
@steering
def target_lists(request: HttpRequest, phase: Phase) -> HttpResponse:
    """The DST of each kota or kabupaten: propose, confirm, discard."""
    lists = TargetList.objects.filter(phase=phase).exclude(state=TargetState.DISCARDED)
    by_kota = {one.kota_id: one for one in lists.select_related("proposed_by", "confirmed_by")}
    entries = []
    for kota in targets.kota_with_families(phase):
        target = by_kota.get(kota.pk)
        reasons = targets.reasons_left_out(target) if target else []
        entries.append(
            {
                "kota": kota,
                "target": target,
                "reasons": [(reason_words(code).sentence, count) for code, count in reasons],
                "may_confirm": target is not None and target.proposed_by_id != signed_in_user(request).pk,
            }
        )
    return page(request, phase, "targets", _("Final target lists (DST)"), entries=entries, states=TargetState)


@require_POST
@steering
def target_order(request: HttpRequest, phase: Phase, *, kota: str, verb: str) -> HttpResponse:
    """Propose the list of a kota, or confirm or discard the one that is proposed."""
    area = get_object_or_404(Area.objects.kota(), pk=kota)
    by = signed_in_user(request)
    try:
        if verb == "propose":
            targets.propose_target_list(phase=phase, kota=area, by=by)
            messages.success(request, _("Proposed. A second person has to confirm the list."))
        else:
            target = get_object_or_404(TargetList, pk=_uuid(request.POST.get("target", "")), phase=phase, kota=area)
            act = targets.confirm_target_list if verb == "confirm" else targets.discard_target_list
            act(target=target, by=by)
            messages.success(request, _("Confirmed.") if verb == "confirm" else _("Discarded."))
    except Refused as refused:
        say_refusal(request, refused)
    return redirect("admin:stages_targets", phase.pk)


@require_GET
@steering
def packages(request: HttpRequest, phase: Phase) -> HttpResponse:
    """The files for SIKS-NG: issue, download, import what came back."""
    answered = Count("rows", filter=Q(rows__answer__isnull=False))
    failed = Count("rows", filter=Q(rows__answer__accepted=False))
    issued = (
        ExportPackage.objects.filter(phase=phase)
        .defer("content")
        .select_related("kota", "issued_by")
        .annotate(answered=answered, failed=failed)
    )
    waiting = (Outcome.IN_DST, Outcome.RETURNED)
    kota = [
        {"kota": one, "waiting": standing_families(phase, kota_code=one.pk).filter(outcome__in=waiting).count()}
        for one in targets.kota_with_families(phase)
    ]
    return page(request, phase, "packages", _("Packages for SIKS-NG"), packages=issued, kota=kota, form=FileForm())


@require_POST
@steering
def package_issue(request: HttpRequest, phase: Phase, *, kota: str) -> HttpResponse:
    area = get_object_or_404(Area.objects.kota(), pk=kota)
    try:
        package = exporting.issue_package(phase=phase, kota=area, by=signed_in_user(request))
    except Refused as refused:
        say_refusal(request, refused)
    else:
        messages.success(request, _("Issued: %(count)d rows.") % {"count": package.row_count})
    return redirect("admin:stages_packages", phase.pk)


@require_POST
@steering
def package_download(request: HttpRequest, phase: Phase, *, package_id: Any) -> HttpResponse:
    """The file itself. A POST, since every download is recorded."""
    package = get_object_or_404(ExportPackage, pk=package_id, phase=phase)
    content = exporting.download_package(package=package, by=signed_in_user(request))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{package.file_name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@steering
def package_return(request: HttpRequest, phase: Phase, *, package_id: Any) -> HttpResponse:
    """Import a returned file for one package."""
    package = get_object_or_404(ExportPackage.objects.defer("content"), pk=package_id, phase=phase)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the file SIKS-NG gave back."))
        return redirect("admin:stages_packages", phase.pk)
    try:
        file = returning.import_returned_file(
            package=package, stream=form.cleaned_data["file"].file, by=signed_in_user(request)
        )
    except (Refused, BadFile) as refused:
        say_refusal(request, refused)
    else:
        messages.success(request, _("Imported: %(count)d answers.") % {"count": file.row_count})
    return redirect("admin:stages_packages", phase.pk)


@steering
def determinations(request: HttpRequest, phase: Phase) -> HttpResponse:
    """The ministry's lists: import, and settle what they leave open."""
    form = DeterminationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = determining.import_determinations(
                stream=form.cleaned_data["file"].file,
                source=form.cleaned_data["source"],
                phase=phase,
                by=signed_in_user(request),
            )
        except (Refused, BadFile) as refused:
            say_refusal(request, refused)
        else:
            messages.success(request, _("Imported: %(count)d determinations.") % {"count": batch.row_count})
        return redirect("admin:stages_determinations", phase.pk)
    batches = DeterminationBatch.objects.filter(phase=phase).select_related("imported_by")
    waiting = unanswered_families(phase).count()
    response = page(
        request, phase, "determinations", _("Determinations by the ministry"),
        batches=batches, waiting=waiting, form=form, columns=", ".join(determining.COLUMNS),
    )  # fmt: skip
    response.status_code = 400 if form.is_bound else 200
    return response


@require_POST
@steering
def settle_absent(request: HttpRequest, phase: Phase) -> HttpResponse:
    try:
        count = determining.settle_absent(phase=phase, by=signed_in_user(request))
    except Refused as refused:
        say_refusal(request, refused)
    else:
        messages.success(request, _("Families recorded as not determined: %(count)d.") % {"count": count})
    return redirect("admin:stages_determinations", phase.pk)


def _uuid(text: str) -> str | None:
    """A UUID typed into a hidden field, or None for anything else (which is then not found)."""
    from uuid import UUID

    try:
        return str(UUID(text))
    except ValueError:
        return None
