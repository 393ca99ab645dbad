"""The pre-check before signing up: the same rules as later, and nothing kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from eligibility.forms import PrecheckForm
from eligibility.rules import evaluate_statements
from eligibility.verdicts import Verdict


@csrf_exempt  # nothing is kept, so a page that lay open for days may still be answered
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_precheck(request: HttpRequest) -> HttpResponse:
    """Six questions; after posting, each answer with its reason and what can be done. No row, no session, no log."""
    today = timezone.localdate()
    form = PrecheckForm(request.POST if request.method == "POST" else None, on=today)
    if not form.is_bound or not form.is_valid():
        return render(request, "eligibility/precheck_show.html", {"form": form})
    results = evaluate_statements(form.facts(), today)
    stops = [result for result in results if result.verdict is Verdict.EXCLUDED]
    unknown = [result for result in results if result.verdict is Verdict.UNKNOWN]
    clear = [result for result in results if result.verdict is Verdict.CLEAR]
    context = {"form": form, "stops": stops, "unknown": unknown, "clear": clear}
    return render(request, "eligibility/precheck_result.html", context)
