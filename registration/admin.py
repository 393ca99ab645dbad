"""Photos as admins see them in a list: what was sent when, never the picture, which is shown on the portal's own page
(where each look is recorded)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from audit.admin_views import LooksAreRecorded, ReadOnly
from registration.models import Attachment, Claim, FamilyObjection, Representation

if TYPE_CHECKING:
    _AttachmentAdmin = admin.ModelAdmin[Attachment]
    _ReadOnly = admin.ModelAdmin[Any]
else:
    _AttachmentAdmin = _ReadOnly = admin.ModelAdmin


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, LooksAreRecorded, _AttachmentAdmin):
    shows = "household"
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


class ReadOnlyAdmin(ReadOnly, _ReadOnly):
    """What officers and families decide at their own pages is looked at here, never written."""

    list_per_page = 100
    show_full_result_count = False


@admin.register(Claim)
class ClaimAdmin(LooksAreRecorded, ReadOnlyAdmin):
    list_display = ["reference", "phase", "kelurahan", "state", "opened_at", "decided_at", "decided_by"]
    list_filter = ["phase", "state"]
    list_select_related = ["phase", "kelurahan", "decided_by"]
    search_fields = ["reference"]


@admin.register(Representation)
class RepresentationAdmin(LooksAreRecorded, ReadOnlyAdmin):
    shows = "household"
    list_display = ["household", "helper", "agreed_on", "taken_over_at", "helper_may_see"]
    list_select_related = ["household", "helper"]
    search_fields = ["household__reference"]
    fields = ["household", "helper", "agreed_by", "agreed_on", "taken_over_at", "taken_over_by", "helper_may_see"]


@admin.register(FamilyObjection)
class FamilyObjectionAdmin(LooksAreRecorded, ReadOnlyAdmin):
    shows = "household"
    list_display = ["household", "state", "created_at", "decided_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["household", "decided_by"]
    search_fields = ["household__reference"]
