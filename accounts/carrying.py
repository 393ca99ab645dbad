"""What was typed when a session had ended travels sealed through the sign-in, and is back afterwards.

A view that says `@keeps_typed` never answers a stale form with a bare refusal. Where nobody is signed in any more, the
posted values are sealed in the database and the browser is sent to sign in; where only the form's token is stale (a
newer sign-in in another tab), it is sent back to the page at once. Either way the page then shows the values in its
form and changes nothing by itself: a forged post could plant values, but never save them.

The values come back to the same browser (a cookie of a day, which opens nothing by itself) and the same person, until
they have been saved once or a day has passed. Without scripts, and with a second factor in between, too.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accounts import limits
from accounts.devices import Device, mark_of, read_device
from accounts.models import CarriedForm
from accounts.network import network_of

if TYPE_CHECKING:
    from accounts.models import User

PARAMETER = "bawa"  # in the address of the page, and in its form
COOKIE = "bawaan"
LASTS = timedelta(days=1)
MOST_CHARACTERS = 60_000  # of all names and values together
PER_NETWORK, WINDOW = 300, timedelta(hours=1)  # an office or a carrier shares one address
LEFT_OUT = frozenset({"csrfmiddlewaretoken", PARAMETER})


def keeps_typed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view whose posted values are worth carrying; it shows them with `carried()` and forgets them with
    `let_go()`. Its address must answer GET."""
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def is_worth_keeping(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method == "POST" and match is not None and bool(getattr(match.func, "keeps_typed", False))


def carry_to_sign_in(request: HttpRequest, *, user: User | None = None) -> HttpResponse:
    """Seal what was posted and send the browser to sign in; `user` is whose session has ended, where that is known."""
    known = read_device(request)
    person = mark_of(user.pk) if user else known.marks[0] if known and known.marks else ""
    kept = _keep(request, person)
    if kept:
        text = _("You were away for a while. Sign in again: what you have just typed is kept and comes back.")
        messages.info(request, text)
    return _with_cookie(request, redirect_to_login(_address(request, kept)), kept)


def carry_back(request: HttpRequest, user: User) -> HttpResponse:
    """The same, for a form that is stale although somebody is signed in."""
    kept = _keep(request, mark_of(user.pk))
    return _with_cookie(request, HttpResponseRedirect(_address(request, kept)), kept)


def carry_to(request: HttpRequest, user: User, address: str) -> HttpResponse:
    """The same, where what was typed belongs to another page by now."""
    kept = _keep(request, mark_of(user.pk), address)
    return _with_cookie(request, HttpResponseRedirect(_with_number(address, kept)), kept)


def carried(request: HttpRequest, user: User) -> MultiValueDict[str, str] | None:
    """What this person posted to this page from this browser when it could not be taken, or None."""
    row = _row(request.GET.get(PARAMETER, ""), request, user)
    return MultiValueDict(row.values) if row and row.path == request.path else None


def parameter_of(request: HttpRequest) -> str:
    """The parameter that a page puts into its form, so that saving it forgets what was carried."""
    asked = request.POST if request.method == "POST" else request.GET
    return asked.get(PARAMETER, "")[:36]


def let_go(request: HttpRequest, user: User) -> None:
    """The values have been saved: they come back no more."""
    if PARAMETER in request.POST and (row := _row(request.POST[PARAMETER], request, user)):
        row.delete()


def forget_expired() -> int:
    return CarriedForm.objects.expired().delete()[0]


def _keep(request: HttpRequest, person: str, path: str = "") -> CarriedForm | None:
    """None where nothing was typed, too much, or this network has left too many forms."""
    path = path or request.path
    values = {name: request.POST.getlist(name) for name in request.POST if name not in LEFT_OUT}
    size = sum(len(name) + sum(map(len, texts)) for name, texts in values.items())
    if not values or size > MOST_CHARACTERS or len(path) > 300:
        return None
    if not limits.spend("carry", network_of(request), limit=PER_NETWORK, window=WINDOW):
        return None
    return CarriedForm.objects.create(
        path=path,
        browser=_digest(_nonce(request)),
        person=person,
        values=values,
        expires_at=timezone.now() + LASTS,
    )


def _row(given: str, request: HttpRequest, user: User) -> CarriedForm | None:
    try:
        wanted = uuid.UUID(given)
    except ValueError:
        return None
    row = CarriedForm.objects.alive().filter(pk=wanted).first()
    if row is None or bytes(row.browser) != _digest(request.COOKIES.get(COOKIE, "")):
        return None
    return row if not row.person or Device("", (row.person,)).knows(user.pk) else None


def _address(request: HttpRequest, kept: CarriedForm | None) -> str:
    """The page's own address, with the number of what was kept."""
    return _with_number(request.get_full_path(), kept)


def _with_number(address: str, kept: CarriedForm | None) -> str:
    parts = urlsplit(address)
    query = QueryDict(parts.query, mutable=True)
    query.pop(PARAMETER, None)
    if kept:
        query[PARAMETER] = str(kept.pk)
    return urlunsplit(("", "", parts.path, query.urlencode(), ""))


def _nonce(request: HttpRequest) -> str:
    """The cookie's value: the one the browser has, or a new one for the rest of this request."""
    nonce: str = request.COOKIES.setdefault(COOKIE, secrets.token_urlsafe(16))
    return nonce


def _with_cookie(request: HttpRequest, response: HttpResponse, kept: CarriedForm | None) -> HttpResponse:
    if kept:
        response.set_cookie(
            COOKIE, _nonce(request), max_age=LASTS, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


def _digest(nonce: str) -> bytes:
    return salted_hmac("accounts.carrying", nonce, algorithm="sha256").digest()[:16]
