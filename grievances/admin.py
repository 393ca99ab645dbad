"""Objections as admins see them in a list; they are decided on the portal's own page."""

from typing import TYPE_CHECKING

from django.contrib import admin

from audit.admin_views import LooksAreRecorded, ReadOnly
from grievances.models import Objection

if TYPE_CHECKING:
    _ObjectionAdmin = admin.ModelAdmin[Objection]
else:
    _ObjectionAdmin = admin.ModelAdmin


@admin.register(Objection)
class ObjectionAdmin(ReadOnly, LooksAreRecorded, _ObjectionAdmin):
    shows = "household"
    list_display = ["household", "finding", "state", "created_at", "decided_at"]
    list_filter = ["state", "household__phase"]
    list_select_related = ["household", "finding"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["household__reference"]
    fields = ["household", "finding", "text", "state", "reason", "created_at", "decided_at"]
