"""Claims of numbers that are registered already: what waits at the officer's kelurahan, and deciding on the papers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import officer_required, signed_in_user
from accounts.models import User
from audit.services import record
from identity.free_text import refuse_numbers
from registration.claims.contested import ClaimedLine, claimed_lines
from registration.claims.deciding import Decided, accept_claim, may_decide, refuse_claim
from registration.claims.errors import ClaimClosed, HasResults, HolderChanged
from registration.claims.opening import look_again
from registration.models import Claim, Paper
from registration.services import Busy, NotOpen

PAGE = 50
ACCEPT, REFUSE = "terima", "tolak"


class DecideForm(forms.Form):
    """Which numbers were shown, with which papers, and the decision. Accepting needs both ticked."""

    nomor = forms.MultipleChoiceField(
        label=gettext_lazy("Which of these numbers stand on the papers you have before you?"),
        help_text=gettext_lazy("Only these move. What is not ticked stays with the earlier registration."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kartu = forms.MultipleChoiceField(
        label=gettext_lazy("Which original papers have you seen?"),
        choices=Paper.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    keputusan = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            (ACCEPT, gettext_lazy("The ticked numbers belong to the people of this claim")),
            (REFUSE, gettext_lazy("The claim is not accepted")),
        ],
        widget=forms.RadioSelect,
    )
    alasan = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_numbers],
        help_text=gettext_lazy(
            "The claimant reads this. Say what you saw. Do not name the earlier registrant, and write no numbers."
        ),
    )

    def __init__(self, *args: Any, lines: Sequence[ClaimedLine], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        choices = [(line.pk, f"{line.label} · {line.who}" if line.who else line.label) for line in lines]
        field = self.fields["nomor"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("keputusan") == ACCEPT:
            if not cleaned.get("nomor") and "nomor" not in self.errors:
                self.add_error("nomor", _("Tick at least one number, or do not accept the claim."))
            if not cleaned.get("kartu"):
                self.add_error("kartu", _("Tick the papers you have seen. Without papers no claim is accepted."))
        return cleaned


@never_cache
@officer_required
@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    claims = Claim.objects.waiting_for(signed_in_user(request)).select_related("kelurahan", "claimant")
    page = Paginator(claims.order_by("opened_at", "id"), PAGE).get_page(request.GET.get("halaman"))
    return render(request, "desk/claim_list.html", {"page": page})


@never_cache
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_decide(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    user = signed_in_user(request)
    claim = _own_claim(user, claim_id)
    if request.method != "POST" and claim.is_open:
        claim = _own_claim(user, look_again(claim=claim).pk)
    record(by=user, verb="desk.view_claim", subject=claim, area_code=claim.kelurahan_id)
    lines = claimed_lines(claim, for_officer=user)
    form = DecideForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        return _decide(request, claim, form.cleaned_data)
    context = {
        "claim": claim,
        "lines": lines,
        "form": form,
        "may_decide": may_decide(user, claim),
        "seen": [Paper(paper).label for paper in claim.papers],
    }
    return render(request, "desk/claim_decide.html", context)


def _decide(request: HttpRequest, claim: Claim, said: dict[str, Any]) -> HttpResponse:
    user = signed_in_user(request)
    papers = [Paper(paper) for paper in said["kartu"]]
    again = redirect("desk:claim_decide", claim_id=claim.pk)
    try:
        if said["keputusan"] == REFUSE:
            refuse_claim(claim=claim, papers=papers, reason=said["alasan"], by=user)
            messages.success(request, _("Your decision has been kept. The claimant is told."))
        else:
            numbers = {uuid.UUID(number) for number in said["nomor"]}
            _say(request, accept_claim(claim=claim, numbers=numbers, papers=papers, reason=said["alasan"], by=user))
    except ClaimClosed:
        messages.warning(request, _("This claim has been decided or taken back in the meantime."))
        return again
    except HolderChanged:
        messages.warning(request, _("A number has changed hands since you opened this page. Please look again."))
        return again
    except HasResults:
        messages.error(
            request,
            _("The earlier registration carries results of later stages, so its people cannot be moved. Ask an admin."),
        )
        return again
    except NotOpen:
        messages.error(
            request,
            _("Numbers change hands only while registration is open. The claim can still be answered with a reason."),
        )
        return again
    except Busy:
        messages.warning(request, _("The phase is being moved at this moment. Please try again shortly."))
        return again
    return redirect("desk:claim_list")


def _say(request: HttpRequest, decided: Decided) -> None:
    messages.success(request, _("The numbers are kept for the claimant's form, which has to be sent before closing."))
    if decided.nik_is_theirs:
        messages.success(request, _("The NIK now belongs to this account."))
    elif decided.nik_is_theirs is False:
        messages.warning(request, _("The account's NIK has been shown at a counter before, for another account."))


def _own_claim(user: User, claim_id: uuid.UUID) -> Claim:
    claims = Claim.objects.visible_to(user).filter(kelurahan__in=list(user.kelurahan_codes))
    found = claims.select_related("phase", "kelurahan", "draft__phase", "draft__kelurahan", "claimant")
    claim = found.filter(pk=claim_id).first()
    if claim is None:
        raise Http404
    if user.pk == claim.claimant_id:
        raise PermissionDenied
    return claim
