"""Extracts in the Django admin: how far an import is, what is wrong with a file, and a page to upload one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, UnreadablePostError
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from audit.admin_views import ReadOnly
from audit.services import record
from identity.indexes import current_index_key_id
from matching.models import Snapshot, SnapshotState
from matching.snapshots.progress import minutes, rate_and_rest
from matching.snapshots.reading import DELIMITER_LABELS
from matching.snapshots.receiving import PrivateFileHandler, UploadForm
from matching.snapshots.report import problems_of, report_of
from matching.snapshots.uploads import accept_upload
from registration.models import Phase

if TYPE_CHECKING:
    _SnapshotAdmin = admin.ModelAdmin[Snapshot]
else:  # Django's classes take type parameters in the stubs only
    _SnapshotAdmin = admin.ModelAdmin

PROBLEMS_SHOWN = 20
# What the page of an extract leaves out in some states.
UNSAID: dict[str, tuple[str, ...]] = {
    SnapshotState.WAITING: ("row_count", "detected", "sha256", "ready_at"),
    SnapshotState.LOADING: ("row_count", "detected", "sha256", "ready_at"),
    SnapshotState.REFUSED: ("progress", "row_count", "sha256", "ready_at"),
}


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly, _SnapshotAdmin):
    list_display = ["source", "as_of", "state", "progress", "row_count", "checksum", "ready_at"]
    list_filter = ["source", "state"]
    ordering = ["-as_of", "-id"]
    fields = [
        "source", "as_of", "state", "progress", "errors", "row_count", "detected", "sha256", "index_key_id",
        "created_at", "ready_at",
    ]  # fmt: skip
    readonly_fields = ["progress", "errors", "detected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        rows = super().get_queryset(request)
        is_list = (
            request.resolver_match is not None and request.resolver_match.url_name == "matching_snapshot_changelist"
        )
        return rows.defer("problems", "found") if is_list else rows

    # Uploading

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        @csrf_exempt  # reading the form would read the file: `add_view` checks the token once the file has its place
        def receive(request: HttpRequest) -> HttpResponse:
            return self.receive_view(request)

        report = self.admin_site.admin_view(require_GET(self.report_view))
        return [
            path("add/", self.admin_site.admin_view(receive), name="matching_snapshot_add"),
            path("<int:snapshot_id>/report/", report, name="matching_snapshot_report"),
            *super().get_urls(),
        ]

    def receive_view(self, request: HttpRequest) -> HttpResponse:
        """The upload form. The body is read only here: who may not upload has been sent away before."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        handler = PrivateFileHandler(request)
        request.upload_handlers = [handler]
        request.private_file = handler  # type: ignore[attr-defined]
        try:
            response: HttpResponse = self.add_view(request)
        except UnreadablePostError:
            handler.forget()
            return HttpResponseBadRequest()
        except BaseException:
            handler.forget()
            raise
        if not getattr(request, "is_accepted", False):
            handler.forget()
        return response

    def get_form(
        self, request: HttpRequest, obj: Snapshot | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Snapshot]]:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        return type("UploadForm", (UploadForm,), {"handler": getattr(request, "private_file", None)})

    def get_fields(self, request: HttpRequest, obj: Snapshot | None = None) -> Any:
        """Of an extract, what there is to say in its state."""
        if obj is None:
            return ["source", "as_of", "file"]
        unsaid = UNSAID.get(obj.state, ("progress", "errors"))
        return [name for name in self.fields or () if name not in unsaid and (name != "detected" or obj.found)]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """One button: an extract that has arrived is not edited, and another one is another page."""
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**one_button, **(extra_context or {})})

    def get_readonly_fields(self, request: HttpRequest, obj: Snapshot | None = None) -> Any:
        return self.readonly_fields if obj is not None else []

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Snapshot:
        return form.instance  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Snapshot, form: Any, change: bool) -> None:
        phase = Phase.objects.current()
        file = form.cleaned_data["file"]
        by: Any = request.user
        accepted = accept_upload(
            source=form.cleaned_data["source"],
            as_of=form.cleaned_data["as_of"],
            index_key_id=phase.index_key_id if phase else current_index_key_id(),
            upload=file.path.name,
            size=file.size,
            by=by,
        )
        obj.pk = accepted.pk
        request.is_accepted = True  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs on an extract."""

    def log_addition(self, request: HttpRequest, obj: Snapshot, message: Any) -> Any:
        """`accept_upload` records the act."""

    def response_add(self, request: HttpRequest, obj: Snapshot, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, gettext("The file has arrived. A worker loads it; this page shows how far it is."))
        return redirect("admin:matching_snapshot_change", obj.pk)

    # Watching

    @admin.display(description=_("progress"))
    def progress(self, snapshot: Snapshot) -> str:
        if snapshot.state != SnapshotState.LOADING:
            return ""
        done = min(snapshot.bytes_read / snapshot.bytes_total, 1.0) if snapshot.bytes_total else 0.0
        words = [f"{done:.0%}", gettext("%(rows)s rows") % {"rows": f"{snapshot.rows_read:,}"}]
        if snapshot.step:
            words.append(snapshot.get_step_display())
        if snapshot.began_at and snapshot.progress_at and done < 1:
            seconds = (snapshot.progress_at - snapshot.began_at).total_seconds()
            rate, rest = rate_and_rest(snapshot.rows_read, done, seconds)
            words.append(gettext("%(rate)s a second") % {"rate": f"{rate:,}"})
            if rest is not None:
                words.append(gettext("%(time)s left") % {"time": minutes(rest)})
        return format_html(
            '<progress value="{}" max="100">{}</progress> {}', round(100 * done), words[0], " · ".join(words)
        )

    @admin.display(description="SHA-256")
    def checksum(self, snapshot: Snapshot) -> str:
        return f"{snapshot.sha256[:12]}…" if snapshot.sha256 else ""

    @admin.display(description=_("errors"))
    def errors(self, snapshot: Snapshot) -> str:
        if snapshot.state in (SnapshotState.WAITING, SnapshotState.LOADING):
            return format_html(
                '<a class="button" href="{}">{}</a>', self._address("change", snapshot), gettext("Look again")
            )
        if not snapshot.problem_count:
            return "0"
        first = [(one.line, one.reason) for one in problems_of(snapshot)[:PROBLEMS_SHOWN]]
        return format_html(
            '<p>{} · <a href="{}">{}</a></p><ul>{}</ul><p><a href="{}">{}</a></p>',
            snapshot.problem_count,
            self._address("report", snapshot),
            gettext("Download the report (CSV)"),
            format_html_join("", "<li>{}: {}</li>", first),
            reverse("admin:matching_snapshot_add"),
            gettext("Upload a corrected file"),
        )

    @admin.display(description=_("detected"))
    def detected(self, snapshot: Snapshot) -> str:
        found = snapshot.found
        if not found:
            return ""
        words = [
            str(found["encoding"]),
            str(DELIMITER_LABELS[found["delimiter"]]),
            *(["gzip"] if found["compressed"] else []),
        ]
        if found["absent"]:
            absent = ", ".join(found["absent"])
            words.append(gettext("Columns that the file does not have: %(columns)s") % {"columns": absent})
        return " · ".join(words)

    def report_view(self, request: HttpRequest, snapshot_id: int) -> HttpResponse:
        """The errors of a refused file: lines, columns and reasons, and no value of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        snapshot = get_object_or_404(Snapshot, pk=snapshot_id, state=SnapshotState.REFUSED)
        by: Any = request.user
        record(by=by, verb="matching.report_downloaded", subject=snapshot, data={"rows": len(snapshot.problems)})
        response = HttpResponse(report_of(snapshot), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="kesalahan-{snapshot.pk}.csv"'
        return response

    @staticmethod
    def _address(page: str, snapshot: Snapshot) -> str:
        return reverse(f"admin:matching_snapshot_{page}", args=[snapshot.pk])
