"""Whom the registry knows, for people at the counter whose papers lie before the officer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import officer_required, signed_in_user
from accounts.limits import spend
from audit.services import record
from registration.models import Channel, Draft
from registration.registry_lookup import Listing, listed, niks_in
from registration.state import DraftState

LOOKS, PER = 60, timedelta(hours=1)  # of one officer


class PapersForm(forms.Form):
    kartu = forms.BooleanField(
        label=gettext_lazy("I have the KTP and KK of these people before me"),
        error_messages={"required": gettext_lazy("The registry is asked only with the papers in hand.")},
    )


@dataclass(frozen=True)
class Found:
    """`listing` is None for somebody the registry does not know."""

    name: str
    listing: Listing | None


@never_cache
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def registry_check(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """A counter draft of the officer's own kelurahan. Each look is counted and recorded."""
    user = signed_in_user(request)
    drafts = Draft.objects.visible_to(user).filter(channel=Channel.COUNTER, kelurahan__in=list(user.kelurahan_codes))
    draft = drafts.select_related("phase", "kelurahan").filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    form = PapersForm(request.POST or None)
    context: dict[str, object] = {"draft": draft, "form": form}
    status = 200
    if request.method == "POST" and form.is_valid():
        if spend("desk.registry", str(user.pk), limit=LOOKS, window=PER):
            found = look_up(draft)
            known = sum(one.listing is not None for one in found)
            data = {"people": len(found), "known": known}
            record(by=user, verb="desk.look_up_registry", subject=draft, area_code=draft.kelurahan_id or "", data=data)
            context |= {"found": found, "known": known}
        else:
            form.add_error(None, _("That were many look-ups within an hour. Please go on a little later."))
            status = 429
    return render(request, "desk/registry_check.html", context, status=status)


def look_up(draft: Draft) -> list[Found]:
    """Everybody on the form with a NIK; two queries."""
    state = DraftState.load(draft)
    niks = niks_in(state)
    known = listed(niks)
    return [Found(state.name_of(item), known.get(nik)) for nik, item in niks.items()]
