"""Runs and outgoing messages in the Django admin: to watch, and to act on by POST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from audit.admin_views import ReadOnly
from identity.free_text import refuse_numbers
from jobs.models import Document, MessageState, OutboxMessage, Run, RunState, Shard
from jobs.outbox import requeue
from jobs.progress import Progress, progress_of, progress_of_all
from jobs.services import RunNotAllowed, abort_run, doubt_about, resolve_poison, resume_run, retry_poison, sign_off_run

if TYPE_CHECKING:
    _RunAdmin = admin.ModelAdmin[Run]
    _MessageAdmin = admin.ModelAdmin[OutboxMessage]
    _DocumentAdmin = admin.ModelAdmin[Document]
else:  # Django's classes take type parameters in the stubs only
    _RunAdmin = _MessageAdmin = _DocumentAdmin = admin.ModelAdmin

SHARDS_SHOWN = 100


class RunOrder(forms.Form):
    """What a person tells a run to do; the shard and the reason belong to set-aside rows only."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in ("abort", "resume", "sign_off", "resolve", "retry")])
    shard = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    reason = forms.CharField(required=False, max_length=500, validators=[refuse_numbers])


class RunChangeList(ChangeList):
    """Gives each run of the page its progress, with one query for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        progress = progress_of_all(self.result_list)
        for run in self.result_list:
            run.seen = progress[run.pk]


@admin.register(Run)
class RunAdmin(ReadOnly, _RunAdmin):
    list_display = [
        "kind",
        "scope_id",
        "state_words",
        "percent",
        "set_aside",
        "created_at",
        "ended_at",
        "signed_off_at",
    ]
    list_filter = ["kind", "state"]
    ordering = ["-created_at"]
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RunChangeList

    @admin.display(description=_("state"), ordering="state")
    def state_words(self, run: Run) -> str:
        seen: Progress = run.seen  # type: ignore[attr-defined]
        return gettext("Stalled") if seen.stalled else run.get_state_display()

    @admin.display(description=_("progress"))
    def percent(self, run: Run) -> str:
        return f"{run.seen.percent} %"  # type: ignore[attr-defined]

    @admin.display(description=_("rows set aside"))
    def set_aside(self, run: Run) -> int:
        return int(run.seen.open_poison)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        order = self.admin_site.admin_view(require_POST(self.order_view))
        return [path("<uuid:run_id>/order/", order, name="jobs_run_order"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One run with its progress, its open shards, and what may be done with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self.get_object(request, object_id)
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        awaits_signature = run.is_done and not run.is_signed_off
        doubt = doubt_about(run) if awaits_signature else ""
        context = {
            **self.admin_site.each_context(request),
            "title": str(run),
            "opts": self.opts,
            "run": run,
            "progress": progress_of(run),
            "people": people_named(run.started_by_id, run.signed_off_by_id),
            "poison": run.shards.open_poison().order_by("id")[:SHARDS_SHOWN],
            "shards": run.shards.unfinished().order_by("number", "id")[:SHARDS_SHOWN],
            "may_act": may_act(request),
            "can_resume": run.state in (RunState.ABORTED, RunState.FAILED),
            "can_sign_off": awaits_signature and not doubt,
            "doubt": doubt,
        }
        return TemplateResponse(request, "jobs/run_watch.html", context)

    def order_view(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        if not may_act(request):
            raise PermissionDenied
        run = get_object_or_404(Run, pk=run_id)
        form = RunOrder(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest(gettext("This request could not be understood."))
        try:
            obey(run, by=request.user, **form.cleaned_data)
        except RunNotAllowed as refused:
            self.message_user(request, str(refused), messages.ERROR)
        except OperationalError:
            self.message_user(request, gettext("The run is busy just now. Try again in a moment."), messages.ERROR)
        else:
            self.message_user(request, gettext("Done."), messages.SUCCESS)
        return redirect("admin:jobs_run_change", run.pk)


def obey(run: Run, *, verb: str, shard: int | None, reason: str, by: Any) -> None:
    """Do what a form asks of a run. Raises RunNotAllowed, and Http404 for a shard of another run."""
    if verb in ("resolve", "retry"):
        found = get_object_or_404(Shard, pk=shard or 0, run=run)
        if verb == "resolve":
            resolve_poison(shard=found, reason=reason, by=by)
        else:
            retry_poison(shard=found, by=by)
        return
    {"abort": abort_run, "resume": resume_run, "sign_off": sign_off_run}[verb](run=run, by=by)


def may_act(request: HttpRequest) -> bool:
    """Only admins of the programme act on runs; the technical superuser may look."""
    return bool(getattr(request.user, "is_admin", False))


def people_named(*ids: UUID | None) -> dict[str, str]:
    """Names of the people who started and signed off a run, by their id as text."""
    found = get_user_model()._default_manager.filter(pk__in=[pk for pk in ids if pk])
    return {str(person.pk): str(person) for person in found}


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
