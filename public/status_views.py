"""The status check: a form, and its answer to a POST, so that nothing personal stands in an address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.network import network_of
from identity.indexes import keyed_index
from public.forms import StatusForm
from public.phases import view_of
from public.status import Answer, Claim, look_up
from public.status_limits import spend_for_network, spend_for_person

FORM_PAGE = "public/status_check.html"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def status_check(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, FORM_PAGE, {"form": StatusForm()})
    if "new_picture" in request.POST:
        return render(request, FORM_PAGE, {"form": StatusForm(initial=as_typed(request))})
    is_busy = not spend_for_network(keyed_index("network", network_of(request)))
    form = StatusForm(request.POST, needs_long=is_busy)
    if not form.is_valid():
        return render(request, FORM_PAGE, {"form": form})
    if is_busy and not form.solved_long:
        form.add_error(
            "captcha", _("Many checks come from your network at the moment. Please solve this longer picture.")
        )
        return render(request, FORM_PAGE, {"form": form})
    return answer_to(request, form.claim())


@sensitive_variables()
def answer_to(request: HttpRequest, claim: Claim) -> HttpResponse:
    """One of three pages: too many tries (whatever the match), found, or the one page of every miss."""
    if not spend_for_person(claim):
        return render(request, "public/status_limited.html", status=429)
    answer = look_up(claim)
    if answer is None:
        return render(request, "public/status_missing.html")
    return render(request, "public/status_found.html", context_of(answer))


def context_of(answer: Answer) -> dict[str, Any]:
    return {
        "current": view_of(answer.phase) if answer.phase else None,
        "determination": answer.determination,
        "details": answer.details,
        "programmes": answer.programmes,
    }


def as_typed(request: HttpRequest) -> dict[str, Any]:
    """The fields as posted, to show them again beside a new picture; never the captcha."""
    blank = StatusForm()
    return {
        name: field.widget.value_from_datadict(request.POST, request.FILES, name)
        for name, field in blank.fields.items()
        if name != "captcha"
    }
