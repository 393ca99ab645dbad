"""What admin classes share: rows that are only read, and looks at families that are acts, one for a whole list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from audit.services import record, record_seen

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's classes take type parameters in the stubs only
    _Admin = object


class ReadOnly(_Admin):
    """Put before ModelAdmin: rows that services, runs and commands write are looked at, never typed by hand.

    What was done with them is told by acts: Django's own history of a row would be empty, and is not offered.
    """

    change_form_template = "admin/read_only_form.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class LooksAreRecorded(_Admin):
    """Put before ModelAdmin. `shows` leads from a row to what it is about, such as "member__household"; "" is the row
    itself. Changing needs no record here: services write theirs."""

    shows: str = ""

    def subject_of(self, row: models.Model) -> models.Model | None:
        found: Any = row
        for step in filter(None, self.shows.split("__")):
            found = getattr(found, step, None)
        return found if isinstance(found, models.Model) else None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        shown = getattr(response, "context_data", None) or {}
        row = shown.get("original")
        if request.method == "GET" and row is not None:
            self._record(request, row)
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        rows = list(shown["cl"].result_list) if "cl" in shown else []
        subjects = [subject for row in rows if (subject := self.subject_of(row)) is not None]
        by: Any = request.user
        record_seen(by=by, verb="admin.list", rows=subjects, data={"of": self.opts.label_lower})
        return response

    def _record(self, request: HttpRequest, row: models.Model) -> None:
        subject = self.subject_of(row)
        by: Any = request.user
        area = getattr(subject, "kelurahan_id", "") or ""
        if subject is not None:
            record(by=by, verb="admin.view", subject=subject, area_code=area, data={"of": self.opts.label_lower})
