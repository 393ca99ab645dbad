"""Registers that are asked over the network, to watch: hits spent on each day, and whether they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.admin_views import ReadOnly
from matching.models import RegisterBreaker, RegisterBudget
from matching.sources.configured import budget_of
from matching.vocabulary import SourceKind

if TYPE_CHECKING:
    _BudgetAdmin = admin.ModelAdmin[RegisterBudget]
    _BreakerAdmin = admin.ModelAdmin[RegisterBreaker]
else:  # Django's classes take type parameters in the stubs only
    _BudgetAdmin = _BreakerAdmin = admin.ModelAdmin


@admin.register(RegisterBudget)
class RegisterBudgetAdmin(ReadOnly, _BudgetAdmin):
    list_display = ["kind", "day", "spent", "limit", "is_closed"]
    list_filter = ["kind"]
    ordering = ["-day", "kind"]
    fields = ["kind", "day", "spent", "limit", "is_closed"]
    readonly_fields = ["limit"]

    @admin.display(description=_("hits allowed a day, as configured now"))
    def limit(self, row: RegisterBudget) -> int:
        return budget_of(SourceKind(row.kind))


@admin.register(RegisterBreaker)
class RegisterBreakerAdmin(ReadOnly, _BreakerAdmin):
    list_display = ["kind", "state", "failures", "retry_at", "failed_probes", "changed_at"]
    ordering = ["kind"]
    fields = ["kind", "state", "failures", "retry_at", "failed_probes", "changed_at"]
    readonly_fields = ["state"]

    @admin.display(description=_("state"))
    def state(self, row: RegisterBreaker) -> str:
        return str(_("left alone until the next try") if row.retry_at else _("answers"))
