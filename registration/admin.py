"""What happened to drafts and households as admins see it in a list: what was done when, never a picture, a code or a
citizen's name; who did it stands on the page of the one row, where each look is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.admin_views import LooksAreRecorded, ReadOnly
from registration.models import (
    Attachment,
    Claim,
    DraftChange,
    FamilyCode,
    FamilyObjection,
    Handover,
    Receipt,
    Representation,
)

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


@admin.register(FamilyCode)
class FamilyCodeAdmin(LooksAreRecorded, ReadOnlyAdmin):
    shows = "household"
    list_display = ["household", "made_at", "sent", "ended_at"]
    list_filter = ["sent"]
    list_select_related = ["household"]
    search_fields = ["household__reference"]
    fields = ["household", "made_by", "made_at", "sent", "ended_at"]


@admin.register(Receipt)
class ReceiptAdmin(LooksAreRecorded, ReadOnlyAdmin):
    shows = "household"
    list_display = ["household", "number", "submitted_at", "people", "families", "made_at"]
    list_select_related = ["household"]
    search_fields = ["household__reference"]
    fields = ["household", "number", "submitted_at", "people", "families", "made_at"]


@admin.register(Handover)
class HandoverAdmin(LooksAreRecorded, ReadOnlyAdmin):
    shows = "draft"
    list_display = ["draft", "kelurahan", "opened_at", "taken_by", "taken_at", "consent_at", "ended_at", "end"]
    list_filter = ["end"]
    list_select_related = ["draft", "kelurahan__parent__parent", "taken_by"]
    fields = [
        "draft",
        "kelurahan",
        "opened_by",
        "opened_at",
        "expires_at",
        "taken_by",
        "taken_at",
        "consent_by",
        "consent_at",
        "ended_by",
        "ended_at",
        "end",
    ]


@admin.register(DraftChange)
class DraftChangeAdmin(LooksAreRecorded, ReadOnlyAdmin):
    shows = "draft"
    list_display = ["draft", "page", "changed", "removed", "at"]
    list_filter = ["page", "removed"]
    list_select_related = ["draft"]
    fields = ["draft", "page", "item", "changed", "removed", "by", "at"]
    readonly_fields = ["changed"]

    @admin.display(description=_("Fields"))
    def changed(self, change: DraftChange) -> str:
        return ", ".join(change.fields)
