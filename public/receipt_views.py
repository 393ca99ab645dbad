"""Is this receipt genuine? Anybody who holds the paper may ask; the answer names nobody.

A code has 100 random bits and a mark that only the portal can make, so a guess is told without a look-up. All the same
each question is counted for its network first: a busy one solves a captcha, and is never shut out.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import spend
from accounts.network import network_of
from identity.indexes import keyed_index
from public.captcha import CaptchaField
from registration.receipts import check, in_groups, tidy_code

PER_NETWORK: Final = 60
WINDOW: Final = timedelta(minutes=10)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Check code"),
        max_length=60,
        help_text=_("28 letters and digits beside or below the QR code of the receipt. Spaces do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "number"}
        ),
    )

    def clean_code(self) -> str:
        code = tidy_code(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(
                _("A check code has 28 letters and digits, without 0, 1, 8 and 9. Please compare it with the paper.")
            )
        return code


class CaptchaForm(forms.Form):
    captcha = CaptchaField(help_text=_("Many receipts are being checked from your network at the moment."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_find(request: HttpRequest) -> HttpResponse:
    """For people without a camera: type the code."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("public:receipt_check", code=form.cleaned_data["code"])
    return render(request, "public/receipt_find.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_check(request: HttpRequest, code: str) -> HttpResponse:
    """The page the QR leads to. A POST brings the captcha of a busy network."""
    is_busy = not spend("public.receipt", keyed_index("network", network_of(request)), limit=PER_NETWORK, window=WINDOW)
    form = CaptchaForm(request.POST if request.method == "POST" and "captcha_0" in request.POST else None)
    if is_busy and not form.is_valid():
        status = HTTPStatus.TOO_MANY_REQUESTS
        return render(request, "public/receipt_busy.html", {"form": form, "code": code}, status=status)
    return _answer(request, code)


def _answer(request: HttpRequest, code: str) -> HttpResponse:
    checked = check(code)
    tidy = tidy_code(code)
    context: dict[str, Any] = {"checked": checked, "code": in_groups(tidy) if tidy else ""}
    status = HTTPStatus.OK if checked else HTTPStatus.NOT_FOUND
    return render(request, "public/receipt_check.html", context, status=status)
