"""Outgoing messages and documents in the Django admin: to watch, and to act on by POST. Runs: run_admin.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.admin_views import ReadOnly
from jobs.models import Document, MessageState, OutboxMessage
from jobs.outbox import requeue
from jobs.run_admin import RunAdmin as RunAdmin
from jobs.run_admin import may_act

if TYPE_CHECKING:
    _MessageAdmin = admin.ModelAdmin[OutboxMessage]
    _DocumentAdmin = admin.ModelAdmin[Document]
else:  # Django's classes take type parameters in the stubs only
    _MessageAdmin = _DocumentAdmin = admin.ModelAdmin


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnly, _MessageAdmin):
    """Outgoing messages. Who gets them and what they say stays sealed; only the demo, which sends none, shows it."""

    list_display = ["created_at", "channel", "state", "attempts", "error", "sent_at"]
    list_filter = ["state", "channel"]
    ordering = ["-created_at"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["send_again"]

    def get_fields(self, request: HttpRequest, obj: OutboxMessage | None = None) -> list[Any]:
        shown = ["shown_recipient", "shown_subject", "shown_body"] if getattr(settings, "DTKS_DEMO", False) else []
        return [*shown, "channel", "state", "attempts", "error", "created_at", "available_at", "sent_at", "purged_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: OutboxMessage | None = None) -> list[Any]:
        return self.get_fields(request, obj)

    @admin.display(description=_("to"))
    def shown_recipient(self, message: OutboxMessage) -> str:
        return message.recipient or ""

    @admin.display(description=_("subject"))
    def shown_subject(self, message: OutboxMessage) -> str:
        return message.subject or ""

    @admin.display(description=_("text"))
    def shown_body(self, message: OutboxMessage) -> str:
        return message.body or ""

    @admin.action(description=_("Try given-up messages again"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        again = sum(requeue(message=message) for message in queryset.filter(state=MessageState.FAILED))
        self.message_user(request, gettext("%(number)d messages will be tried again.") % {"number": again})

    def has_act_permission(self, request: HttpRequest) -> bool:
        return may_act(request)


@admin.register(Document)
class DocumentAdmin(ReadOnly, _DocumentAdmin):
    """Documents people have asked for. What they say stays sealed; it is for who asked."""

    list_display = ["created_at", "kind", "state", "attempts", "error", "ready_at", "expires_at"]
    list_filter = ["state", "kind"]
    ordering = ["-created_at"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["created_at", "kind", "state", "attempts", "error", "ready_at", "expires_at"]
