"""Photos as admins see them in a list: what was sent when, never the picture, which is shown on the portal's own page
(where each look is recorded)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from registration.models import Attachment

if TYPE_CHECKING:
    _AttachmentAdmin = admin.ModelAdmin[Attachment]
else:
    _AttachmentAdmin = admin.ModelAdmin


@admin.register(Attachment)
class AttachmentAdmin(_AttachmentAdmin):
    list_display = ["household", "draft", "kind", "added_at", "size", "hints", "confirmed_at", "removed_at"]
    list_filter = ["kind"]
    list_select_related = ["household", "draft"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["household__reference"]
    fields = [
        "household",
        "draft",
        "kind",
        "added_at",
        "size",
        "width",
        "height",
        "hints",
        "confirmed_at",
        "removed_at",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
