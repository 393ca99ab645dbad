"""The admin's view of cleaning issues (to decide) and findings (to read)."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import signed_in_user
from assessment.models import CleaningIssue, Finding, IssueState
from assessment.services import AlreadyDecided, resolve_issue
from audit.admin_views import LooksAreRecorded, ReadOnly
from identity.free_text import refuse_numbers

if TYPE_CHECKING:
    _IssueForm = forms.ModelForm[CleaningIssue]
    _IssueAdmin = admin.ModelAdmin[CleaningIssue]
    _FindingAdmin = admin.ModelAdmin[Finding]
else:
    _IssueForm = forms.ModelForm
    _IssueAdmin = _FindingAdmin = admin.ModelAdmin


class CleaningIssueForm(_IssueForm):
    """Decide an open issue with a reason."""

    class Meta:
        model = CleaningIssue
        fields = ["state", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("state") == IssueState.OPEN:
            raise ValidationError(_("Choose “Resolved” or “Flagged for the muskel”."))
        if not (cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Write down the reason."))
        return cleaned

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        refuse_numbers(reason)
        return reason

    def _post_clean(self) -> None:
        """The row itself is written by the service, so it is not validated half filled here."""


@admin.register(CleaningIssue)
class CleaningIssueAdmin(LooksAreRecorded, _IssueAdmin):
    shows = "household"
    form = CleaningIssueForm
    list_display = ["household", "kind", "place", "other_household", "state", "created_at"]
    list_filter = ["state", "kind", "phase"]
    list_select_related = ["household", "other_household", "family", "member"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["household__reference"]
    readonly_fields = ["household", "other_household", "kind", "place", "detail", "decided_by", "decided_at"]
    fields = [*readonly_fields, "state", "reason"]

    @admin.display(description=_("place"))
    def place(self, issue: CleaningIssue) -> str:
        """Which KK and person of the household, by their numbers on the form."""
        parts = [
            f"KK {issue.family.number}" if issue.family else "",
            _("person %(number)s") % {"number": issue.member.number} if issue.member else "",
        ]
        return ", ".join(str(part) for part in parts if part) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CleaningIssue | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: CleaningIssue | None = None) -> bool:
        """A decided issue is only read."""
        is_open = obj is None or obj.state == IssueState.OPEN
        return is_open and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: CleaningIssue, form: Any, change: bool) -> None:
        try:
            resolve_issue(
                issue=CleaningIssue.objects.select_related("household").get(pk=obj.pk),
                state=form.cleaned_data["state"],
                reason=form.cleaned_data["reason"],
                by=signed_in_user(request),
            )
        except AlreadyDecided as decided:
            self.message_user(request, str(decided), level="WARNING")


@admin.register(Finding)
class FindingAdmin(ReadOnly, LooksAreRecorded, _FindingAdmin):
    """Findings are written by runs and never by hand."""

    shows = "household"

    list_display = ["household", "rule_key", "verdict", "severity", "source", "source_date", "is_current"]
    list_filter = ["is_current", "verdict", "rule_key", "severity"]
    list_select_related = ["household"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["household__reference"]
