"""Objections as admins see them in a list; they are decided on the portal's own page."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from audit.admin_views import LooksAreRecorded
from grievances.models import Objection

if TYPE_CHECKING:
    _ObjectionAdmin = admin.ModelAdmin[Objection]
else:
    _ObjectionAdmin = admin.ModelAdmin


@admin.register(Objection)
class ObjectionAdmin(LooksAreRecorded, _ObjectionAdmin):
    shows = "household"
    list_display = ["household", "finding", "state", "created_at", "decided_at"]
    list_filter = ["state", "household__phase"]
    list_select_related = ["household", "finding"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["household__reference"]
    fields = ["household", "finding", "text", "state", "reason", "created_at", "decided_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Objection | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Objection | None = None) -> bool:
        return False
