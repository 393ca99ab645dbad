"""The areas in the Django admin: to look at. They change with the official list only."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from areas.models import Area, AreaAlias

if TYPE_CHECKING:
    _AliasInline = admin.TabularInline[AreaAlias, Area]
    _AreaAdmin = admin.ModelAdmin[Area]
else:  # Django's classes take type parameters in the stubs only
    _AliasInline = admin.TabularInline
    _AreaAdmin = admin.ModelAdmin


class ReadOnly:
    """Nobody adds, changes or removes rows here."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class AreaAliasInline(ReadOnly, _AliasInline):
    model = AreaAlias
    fields = ["name"]
    extra = 0


@admin.register(Area)
class AreaAdmin(ReadOnly, _AreaAdmin):
    list_display = ["code", "name", "level", "full_name", "bps_code", "postcode"]
    list_filter = ["level"]
    search_fields = ["code", "search_text"]
    list_per_page = 100
    inlines = [AreaAliasInline]
