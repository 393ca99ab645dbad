"""Finding a household of the officer's own kelurahan by reference code or NIK, which is posted, never in an address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import officer_required, signed_in_user
from accounts.limits import spend
from accounts.models import User
from audit.models import SEEN
from audit.services import record
from identity.indexes import keyed_indexes
from identity.nik import InvalidNik, parse_nik
from registration.models import Household, Member
from registration.references import tidy_reference

SEARCHES, PER = 120, timedelta(hours=1)
MOST_RESULTS = 20


class SearchForm(forms.Form):
    """Cleans `cari` to {"reference": code} or {"nik": digits}."""

    cari = forms.CharField(
        label=_("Reference code or NIK"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_cari(self) -> dict[str, str]:
        typed: str = self.cleaned_data["cari"]
        reference = tidy_reference(typed)
        if reference:
            return {"reference": reference}
        try:
            return {"nik": parse_nik(typed).digits}
        except InvalidNik:
            raise forms.ValidationError(
                _("Type a reference code such as JKT-7K2M-Q4XH, or the 16 digits of a NIK.")
            ) from None


@never_cache
@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def household_search(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    form = SearchForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST" and form.is_valid():
        if spend("desk.search", str(user.pk), limit=SEARCHES, window=PER):
            context["found"] = found = list(search(user, **form.cleaned_data["cari"])[:MOST_RESULTS])
            by = "nik" if "nik" in form.cleaned_data["cari"] else "reference"
            record(by=user, verb="desk.search", data={"by": by, SEEN: [household.pk for household in found]})
        else:
            form.add_error("cari", _("That were many searches within an hour. Please go on a little later."))
            status = 429
    return render(request, "desk/household_search.html", context, status=status)


def search(user: User, *, reference: str = "", nik: str = "") -> QuerySet[Household]:
    """Households in the officer's kelurahan with this code, or with a member of this NIK (index look-up)."""
    own = Household.objects.visible_to(user).in_kelurahan(user.kelurahan_codes).submitted()
    if reference:
        own = own.filter(reference=reference)
    else:
        people = Member.objects.filter(nik_index__in=keyed_indexes("nik", nik))
        own = own.filter(pk__in=people.values("household"))
    return own.select_related("phase", "kelurahan").prefetch_related("families__members").order_by("-submitted_at")
