"""The officer's workbench for the kelurahan meeting: list, meeting, rows, lock, berita acara."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import citizen_required, officer_required, signed_in_user
from audit.services import record_seen
from desk.muskel_forms import CHOICES, FilterForm, MeetingForm, RowForm
from desk.muskel_rows import described, filtered, page_of, places_of
from registration.stage import Stage
from stages.errors import Refused
from stages.meetings import decide_rows, lock_hindrances, lock_meeting, result_counts, save_meeting, with_progress
from stages.models import Muskel
from stages.muskel_results import REASON_BY_CODE, MuskelResult

if TYPE_CHECKING:
    from desk.muskel_rows import Row

ROW_ID = re.compile(r"\A[0-9]{1,18}\Z")


def _meeting(request: HttpRequest, pk: UUID) -> Muskel:
    """A meeting of one of the officer's kelurahan; any other is not found."""
    meetings = with_progress(Muskel.objects.in_kelurahan(signed_in_user(request).kelurahan_codes))
    return get_object_or_404(meetings.select_related("phase", "kelurahan"), pk=pk)


def _refusal(request: HttpRequest, refused: Refused) -> None:
    for reason in refused.reasons:
        messages.error(request, str(reason))


@never_cache
@require_GET
@officer_required
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings of the officer's kelurahan, newest phase first."""
    own = Muskel.objects.in_kelurahan(signed_in_user(request).kelurahan_codes)
    meetings = with_progress(own.select_related("phase", "kelurahan")).order_by("-phase", "kelurahan")
    return render(request, "desk/muskel_list.html", {"meetings": meetings, "muskel_stage": Stage.MUSKEL})


@never_cache
@require_http_methods(["GET", "POST"])
@officer_required
def rows_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list of families, page by page. Each save writes at once; what somebody else changed is not overwritten."""
    muskel = _meeting(request, pk)
    filter_form = FilterForm(request.GET, places=places_of(muskel))
    rows = filtered(muskel, filter_form.chosen)
    if request.method == "POST":
        return _save_rows(request, muskel, filter_form)
    shown = page_of(rows, request.GET.get("page"))
    described_rows = described(muskel, list(shown))
    _record_look(request, muskel, "muskel.view_rows", described_rows)
    forms = [RowForm(row=row.decision, has_exclusions=bool(row.exclusions)) for row in described_rows]
    return _workbench(request, muskel, filter_form, list(zip(described_rows, forms, strict=True)), shown=shown)


def _record_look(request: HttpRequest, muskel: Muskel, verb: str, rows: list[Row]) -> None:
    households = [row.decision.household_id for row in rows]
    record_seen(by=signed_in_user(request), verb=verb, rows=households, area_code=muskel.kelurahan_id)


def _save_rows(request: HttpRequest, muskel: Muskel, filter_form: FilterForm) -> HttpResponse:
    ids = [int(text) for text in request.POST.getlist("baris")[:200] if ROW_ID.match(text)]
    decisions = muskel.decisions.standing().filter(pk__in=ids)
    rows = described(muskel, list(decisions.select_related("family__household").order_by("rw", "rt", "line")))
    data = _with_bulk(request, [row.decision.pk for row in rows])
    forms = [RowForm(data, row=row.decision, has_exclusions=bool(row.exclusions)) for row in rows]
    wanted = [form.decision for form in forms if form.is_valid()]
    try:
        saved = decide_rows(muskel=muskel, by=signed_in_user(request), rows=wanted)
    except Refused as refused:
        _refusal(request, refused)
        return redirect("muskel:rows_edit", muskel.pk)
    said = ngettext("%(count)d decision saved.", "%(count)d decisions saved.", saved.count) % {"count": saved.count}
    messages.success(request, said)
    problems = [pair for pair in zip(rows, forms, strict=True) if pair[1].errors]
    overtaken = [pair for pair in zip(rows, forms, strict=True) if pair[0].decision.pk in saved.overtaken]
    if problems or overtaken:
        return _again(request, muskel, filter_form, problems, overtaken)
    where = dict(filter_form.chosen)
    page = request.POST.get("page", "1")
    if page.isascii() and page.isdigit() and len(page) < 6:
        where["page"] = str(int(page) + (1 if "lanjut" in request.POST else 0))
    return redirect(f"{reverse('muskel:rows_edit', args=[muskel.pk])}?{urlencode(where)}")


def _with_bulk(request: HttpRequest, ids: list[int]) -> Any:
    """What was posted; rows left undecided take the choice made for all of them, if one was made."""
    data = request.POST.copy()
    for_all = data.get("semua", "")
    if for_all in REASON_BY_CODE:
        for pk in ids:
            if not data.get(f"{pk}-reason"):
                data[f"{pk}-reason"] = for_all
    return data


def _again(
    request: HttpRequest,
    muskel: Muskel,
    filter_form: FilterForm,
    problems: list[tuple[Row, RowForm]],
    overtaken: list[tuple[Row, RowForm]],
) -> HttpResponse:
    """Show the rows that could not be saved, with what was typed; for overtaken ones also what stands there now."""
    for row, form in overtaken:
        row.decision.refresh_from_db()
        form.data = {**form.data, f"{row.decision.pk}-version": str(row.decision.version)}
        standing = REASON_BY_CODE.get(row.decision.reason)
        words = standing.text if standing else _("Undecided")
        form.add_error(None, _("Somebody else has just decided: %(what)s. Save again to replace it.") % {"what": words})
    messages.error(request, _("The rows below were not saved; what you typed is still there."))
    response = _workbench(request, muskel, filter_form, [*problems, *overtaken], shown=None)
    response.status_code = 409 if overtaken and not problems else 400
    return response


def _workbench(
    request: HttpRequest, muskel: Muskel, filter_form: FilterForm, rows: list[tuple[Row, RowForm]], *, shown: Any
) -> HttpResponse:
    context = {
        "muskel": muskel,
        "filter_form": filter_form,
        "query": urlencode(filter_form.chosen),
        "rows": rows,
        "shown": shown,
        "choices": CHOICES,
        "may_edit": _may_edit(muskel),
    }
    return render(request, "desk/muskel_rows.html", context)


def _may_edit(muskel: Muskel) -> bool:
    phase = muskel.phase
    return not muskel.is_locked and phase.stage == Stage.MUSKEL and not phase.suspended and phase.closed_at is None


@never_cache
@require_http_methods(["GET", "POST"])
@officer_required
def meeting_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Date, people and basis of the meeting."""
    muskel = _meeting(request, pk)
    form = MeetingForm(request.POST or None, instance=muskel)
    if request.method == "POST" and form.is_valid():
        details = dict(form.cleaned_data)
        version = details.pop("version")
        try:
            save_meeting(muskel=muskel, by=signed_in_user(request), version=version, details=details)
        except Refused as refused:
            _refusal(request, refused)
        else:
            messages.success(request, _("The meeting has been saved."))
            return redirect("muskel:rows_edit", muskel.pk)
    context = {"muskel": muskel, "form": form, "may_edit": _may_edit(muskel)}
    return render(request, "desk/muskel_meeting.html", context, status=400 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@officer_required
def meeting_lock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask once more, then lock: afterwards nothing of the meeting changes."""
    muskel = _meeting(request, pk)
    if request.method == "POST":
        try:
            lock_meeting(muskel=muskel, by=signed_in_user(request))
        except Refused as refused:
            _refusal(request, refused)
        else:
            messages.success(request, _("The meeting is locked. Print the berita acara and have it signed."))
            return redirect("muskel:minutes_show", muskel.pk)
    hindrances = lock_hindrances(muskel, today=timezone.localdate())
    context = {
        "muskel": muskel,
        "hindrances": hindrances,
        "counts": _counts(muskel),
        "may_edit": _may_edit(muskel),
    }
    return render(request, "desk/muskel_lock.html", context)


@never_cache
@require_GET
@citizen_required
def minutes_show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The berita acara to print and sign, with the list of families; for officers of the kelurahan and admins."""
    user = signed_in_user(request)
    if not (user.is_officer or user.is_admin or user.is_superuser):
        raise PermissionDenied
    meetings = with_progress(Muskel.objects.visible_to(user)).select_related("phase", "kelurahan__parent", "locked_by")
    muskel = get_object_or_404(meetings, pk=pk)
    rows = filtered(muskel, {}).order_by("line").select_related("family__household")
    described_rows = described(muskel, list(rows))
    _record_look(request, muskel, "muskel.view_minutes", described_rows)
    context = {
        "muskel": muskel,
        "counts": _counts(muskel),
        "rows": [(row, REASON_BY_CODE.get(row.decision.reason)) for row in described_rows],
        "lock": muskel.locks.order_by("-id").first() if muskel.is_locked else None,
        "people": sum(row.people for row in described_rows),
    }
    return render(request, "desk/muskel_minutes.html", context)


def _counts(muskel: Muskel) -> list[tuple[str, int]]:
    found = result_counts(muskel)
    named = [(str(result.label), found.get(result.value, 0)) for result in MuskelResult]
    return [*named, (_("Undecided"), found.get("", 0))]
