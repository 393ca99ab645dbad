"""The acts in the Django admin: to read and to search, never to change."""

from typing import TYPE_CHECKING

from django.contrib import admin

from audit.admin_views import ReadOnly
from audit.models import Act, Destruction

if TYPE_CHECKING:
    _ActAdmin = admin.ModelAdmin[Act]
    _DestructionAdmin = admin.ModelAdmin[Destruction]
else:  # Django's classes take type parameters in the stubs only
    _ActAdmin = _DestructionAdmin = admin.ModelAdmin


@admin.register(Act)
class ActAdmin(ReadOnly, _ActAdmin):
    list_display = ["at", "verb", "actor_role", "actor_id", "subject_type", "subject_id", "area_code"]
    list_filter = ["verb", "actor_role"]
    search_fields = ["=subject_id", "=actor_id", "verb", "=area_code"]
    date_hierarchy = "at"
    ordering = ["-id"]
    list_per_page = 100
    show_full_result_count = False


@admin.register(Destruction)
class DestructionAdmin(ReadOnly, _DestructionAdmin):
    """What `manage.py retain` has destroyed."""

    list_display = ["at", "retention_class", "subjects", "days", "before", "basis"]
    list_filter = ["retention_class"]
    date_hierarchy = "at"
    list_per_page = 100
    show_full_result_count = False
