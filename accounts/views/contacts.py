"""The phone and e-mail of one's account: changing them, and proving that they are in one's hands."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import codes
from accounts.access import citizen_required, signed_in_user
from accounts.contacts import change_contact, confirm_contact
from accounts.forms import ContactCodeForm, ContactForm
from accounts.forms.fields import TOO_MANY_TRIES
from accounts.masking import mask_contact
from accounts.models import Purpose, User
from accounts.telling import ways_to
from jobs.models import Channel


@sensitive_post_parameters()
@never_cache
@citizen_required
@require_http_methods(["GET", "POST"])
def contact_edit(request: HttpRequest, kind: str) -> HttpResponse:
    """Put another number or address. It makes no difference whether another account has it, too."""
    user = signed_in_user(request)
    form = ContactForm(request.POST or None, user=user, kind=kind)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "kind": kind, "present": mask_contact(kind, getattr(user, kind))}
        return render(request, "accounts/contact_edit.html", context)
    value, password = form.cleaned_data["value"], form.cleaned_data["present"]
    change_contact(user=user, kind=kind, value=value, password=password, by=user)
    if not value:
        messages.success(request, _("Removed."))
        return redirect("accounts:account_detail")
    if getattr(user, f"{kind}_verified_at"):
        messages.info(request, _("That is your present number or address; nothing has changed."))
        return redirect("accounts:account_detail")
    return redirect(f"accounts:{kind}_verify")


@sensitive_post_parameters()
@never_cache
@citizen_required
@require_http_methods(["GET", "POST"])
def contact_verify(request: HttpRequest, kind: str) -> HttpResponse:
    """Send a code, again if need be, and take it. Whoever cannot get one goes on without, or to the kelurahan."""
    user = signed_in_user(request)
    if not getattr(user, kind):
        return redirect(f"accounts:{kind}_edit")
    if getattr(user, f"{kind}_verified_at"):
        return redirect("accounts:account_detail")
    if request.method == "POST" and "kirim" in request.POST:
        return _send(request, user, kind)
    form = ContactCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            confirm_contact(user=user, kind=kind, typed=form.cleaned_data["code"])
        except codes.CodeRefused:
            form.add_error("code", _("This code is wrong or no longer works. Check it, or ask for a new one."))
        else:
            messages.success(request, _("Verified. We can write to you there now."))
            return redirect("accounts:account_detail")
    return _page(request, user, kind, form)


def _send(request: HttpRequest, user: User, kind: str) -> HttpResponse:
    channel = next((one for one in Channel if one.value == request.POST["kirim"]), None)
    try:
        codes.send_code(user=user, purpose=Purpose.VERIFY, kind=kind, channel=channel)
    except codes.TooManyMessages:
        form = ContactCodeForm()
        return _page(request, user, kind, form, problem=str(TOO_MANY_TRIES), status=HTTPStatus.TOO_MANY_REQUESTS)
    except codes.NoWay:
        return _page(request, user, kind, ContactCodeForm())
    messages.success(request, _("The code is on its way. It may take a few minutes."))
    return redirect(f"accounts:{kind}_verify")


def _page(
    request: HttpRequest, user: User, kind: str, form: ContactCodeForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "kind": kind,
        "contact": mask_contact(kind, getattr(user, kind)),
        "ways": ways_to(kind),
        "is_sent": codes.open_code(user, Purpose.VERIFY, kind) is not None,
        "problem": problem,
    }
    return render(request, "accounts/contact_verify.html", context, status=status)
