"""Runs in the Django admin: to watch without a script, and to give orders on a page that asks first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from audit.admin_views import ReadOnly
from jobs.facts import facts_about
from jobs.history import history_of
from jobs.models import Run, Shard
from jobs.orders import ORDERS, ShardOrder, why_not_signed
from jobs.progress import Progress, progress_of, progress_of_all
from jobs.services import RunNotAllowed, resolve_poison, retry_poison
from jobs.titles import names_of, titles

if TYPE_CHECKING:
    _RunAdmin = admin.ModelAdmin[Run]
else:  # Django's classes take type parameters in the stubs only
    _RunAdmin = admin.ModelAdmin

SHARDS_SHOWN = 100
REFRESH_SECONDS = 10  # on request only: a page that reloads by itself takes away what somebody is typing


class RunChangeList(ChangeList):
    """Gives each run of the page its progress and its phase's name, with one query for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        progress = progress_of_all(self.result_list)
        names = names_of({run.scope_id for run in self.result_list})
        for run in self.result_list:
            run.seen = progress[run.pk]
            run.scope_name = names.get(run.scope_id, "")


class KindFilter(admin.SimpleListFilter):
    """Runs by the title of their kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return titles()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Run)
class RunAdmin(ReadOnly, _RunAdmin):
    list_display = [
        "what",
        "scope_name",
        "how",
        "state_words",
        "percent",
        "set_aside",
        "created_at",
        "ended_at",
        "signed_off_at",
    ]
    list_filter = [KindFilter, "state", "is_dry"]
    ordering = ["-created_at"]
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RunChangeList

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, run: Run) -> str:
        return run.title

    @admin.display(description=_("dry run"), ordering="is_dry")
    def how(self, run: Run) -> str:
        return gettext("dry run") if run.is_dry else "–"

    @admin.display(description=_("phase"), ordering="scope_id")
    def scope_name(self, run: Run) -> str:
        return str(run.scope_name)  # type: ignore[attr-defined]

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
        order = self.admin_site.admin_view(self.order_view)
        shard = self.admin_site.admin_view(require_POST(self.shard_view))
        return [
            path("<uuid:run_id>/order/<slug:verb>/", order, name="jobs_run_order"),
            path("<uuid:run_id>/shard/", shard, name="jobs_run_shard"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One run with its progress, its open shards, and what may be done with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self.get_object(request, object_id)
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        history = history_of(run)
        by: Any = request.user
        people = people_named(run.started_by_id, run.signed_off_by_id, *(event.actor_id for event in history))
        return self._page(
            request,
            "run_watch",
            str(run),
            run=run,
            progress=progress_of(run),
            facts=facts_about(run),
            started_by=people.get(run.started_by_id, ""),
            signed_off_by=people.get(run.signed_off_by_id, ""),
            history=[(event, people.get(event.actor_id, "")) for event in history],
            poison=run.shards.open_poison().order_by("id")[:SHARDS_SHOWN],
            shards=run.shards.unfinished().order_by("number", "id")[:SHARDS_SHOWN],
            may_act=may_act(request),
            orders=[order for order in ORDERS.values() if order.is_offered(run, by)],
            doubt=why_not_signed(run, by) if run.awaits_signature else "",
            refreshes=REFRESH_SECONDS if run.is_live and "segarkan" in request.GET else 0,
        )

    def order_view(self, request: HttpRequest, run_id: UUID, verb: str) -> HttpResponse:
        """GET asks, POST gives the order. A refusal brings the reason and changes nothing."""
        if not may_act(request):
            raise PermissionDenied
        run = get_object_or_404(Run, pk=run_id)
        if verb not in ORDERS:
            raise Http404
        order = ORDERS[verb]
        form = order.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            self._obey(request, lambda: order.give(run=run, by=request.user, **form.cleaned_data))
            return redirect("admin:jobs_run_change", run.pk)
        page = self._page(request, "run_order", str(order.button), run=run, order=order, form=form)
        people = people_named(run.started_by_id, run.signed_off_by_id)
        page.context_data |= {  # type: ignore[operator]
            "progress": progress_of(run),
            "facts": facts_about(run),
            "started_by": people.get(run.started_by_id, ""),
            "signed_off_by": people.get(run.signed_off_by_id, ""),
        }
        page.status_code = 400 if form.is_bound else 200
        return page

    def shard_view(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        """Resolve or retry one set-aside shard of this run."""
        if not may_act(request):
            raise PermissionDenied
        run = get_object_or_404(Run, pk=run_id)
        form = ShardOrder(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest(gettext("This request could not be understood."))
        shard = get_object_or_404(Shard, pk=form.cleaned_data["shard"], run=run)
        by: Any = request.user
        if form.cleaned_data["verb"] == "resolve":
            self._obey(request, lambda: resolve_poison(shard=shard, reason=form.cleaned_data["reason"], by=by))
        else:
            self._obey(request, lambda: retry_poison(shard=shard, by=by))
        return redirect("admin:jobs_run_change", run.pk)

    def _obey(self, request: HttpRequest, give: Any) -> None:
        try:
            give()
        except RunNotAllowed as refused:
            self.message_user(request, str(refused), messages.ERROR)
        except OperationalError:
            self.message_user(request, gettext("The run is busy just now. Try again in a moment."), messages.ERROR)
        else:
            self.message_user(request, gettext("Done."), messages.SUCCESS)

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        frame = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"jobs/{template}.html", {**frame, **context})


def may_act(request: HttpRequest) -> bool:
    """Only admins of the programme act on runs; the technical superuser may look."""
    return bool(getattr(request.user, "is_admin", False))


def people_named(*ids: UUID | None) -> dict[UUID | None, str]:
    """Names of people by their id."""
    wanted: Iterable[UUID] = {pk for pk in ids if pk}
    return {person.pk: str(person) for person in get_user_model()._default_manager.filter(pk__in=wanted)}
