"""At the counter: finding the account of somebody with a KTP in hand, activating it, and letting them in again.

An account is opened only by its whole NIK, for the officer who has typed it, for half an hour; every look is recorded.
"""

import time
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services, slips, tries
from accounts.access import officer_required, signed_in_user
from accounts.forms import FindAccountForm, KtpSeenForm
from accounts.forms.fields import TOO_MANY_TRIES
from accounts.masking import mask_contact
from accounts.models import RoleGrant, User
from audit.models import SEEN
from audit.services import record
from identity.indexes import keyed_indexes
from identity.nik import mask_nik

FOUND_KEY = "helped_accounts"
SECONDS = 30 * 60
MOST_FOUND = 20


@sensitive_post_parameters("nik")
@never_cache
@officer_required
@require_http_methods(["GET", "POST"])
def helped_find(request: HttpRequest) -> HttpResponse:
    """Find accounts by the NIK of the KTP in the officer's hands, posted and never in an address."""
    user = signed_in_user(request)
    form = FindAccountForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/helped_find.html", context)
    if not tries.spend("help.officer", user.pk.bytes):
        form.add_error("nik", TOO_MANY_TRIES)
        return render(request, "accounts/helped_find.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    found = list(_accounts_with(form.cleaned_data["nik"])[:MOST_FOUND])
    record(by=user, verb="accounts.look_for_account", data={SEEN: [one.pk for one in found]})
    until = int(time.time()) + SECONDS
    request.session[FOUND_KEY] = {str(one.pk): until for one in found}
    context |= {"is_answered": True, "found": [(one, mask_contact("phone", one.phone)) for one in found]}
    return render(request, "accounts/helped_find.html", context)


def _accounts_with(nik: str) -> QuerySet[User]:
    """Citizens' accounts that have typed this NIK; staff are helped by an admin."""
    with_roles = RoleGrant.objects.active().values("user")
    rows = User.objects.filter(nik_index__in=keyed_indexes("nik", nik), is_active=True, is_staff=False)
    return rows.exclude(pk__in=with_roles).exclude(is_superuser=True).order_by("nik_claimed_at", "-date_joined")


@never_cache
@officer_required
@require_safe
def helped_account(request: HttpRequest, account: UUID) -> HttpResponse:
    """One account that the officer has just found; the view is recorded."""
    helped = _found_or_404(request, account)
    user = signed_in_user(request)
    record(by=user, verb="accounts.view_account", subject=helped)
    return _page(request, helped)


@never_cache
@officer_required
@require_POST
def helped_activate(request: HttpRequest, account: UUID) -> HttpResponse:
    """The KTP was shown: the account is activated, and the NIK is this account's alone."""
    helped = _found_or_404(request, account)
    form = KtpSeenForm(request.POST)
    if not form.is_valid():
        return _page(request, helped, activate_form=form)
    try:
        services.claim_nik(user=helped, by=signed_in_user(request))
    except services.NikAlreadyClaimed:
        messages.error(request, _("This NIK has been shown at a counter before, for another account."))
    else:
        messages.success(request, _("The account is activated. Its NIK belongs to it alone now."))
    return redirect("accounts:helped_account", account=helped.pk)


@never_cache
@officer_required
@require_POST
def helped_slip(request: HttpRequest, account: UUID) -> HttpResponse:
    """Issue a recovery slip and show it once, to be printed or copied."""
    helped = _found_or_404(request, account)
    form = KtpSeenForm(request.POST, prefix="slip")
    if not form.is_valid():
        return _page(request, helped, slip_form=form)
    try:
        code = slips.issue_slip(user=helped, by=signed_in_user(request))
    except services.NikAlreadyClaimed:
        messages.error(request, _("This NIK has been shown at a counter before, for another account."))
        return redirect("accounts:helped_account", account=helped.pk)
    except slips.NotForStaff:
        raise Http404 from None
    context = {"account": helped, "code": code, "until": timezone.now() + slips.LASTS}
    return render(request, "accounts/helped_slip.html", context)


def _found_or_404(request: HttpRequest, account: UUID) -> User:
    """The account, if this officer has found it by its NIK within half an hour. 403 for the officer's own."""
    until = request.session.get(FOUND_KEY, {}).get(str(account), 0)
    helped = User.objects.filter(pk=account, is_active=True).first() if until > time.time() else None
    if helped is None or helped.needs_second_factor:
        raise Http404
    if helped.pk == signed_in_user(request).pk:
        raise PermissionDenied
    return helped


def _page(
    request: HttpRequest,
    helped: User,
    *,
    activate_form: KtpSeenForm | None = None,
    slip_form: KtpSeenForm | None = None,
) -> HttpResponse:
    waiting = helped.recovery_slips.open().count()
    context = {
        "account": helped,
        "nik": mask_nik(helped.nik) if helped.nik else "",
        "phone": mask_contact("phone", helped.phone),
        "email": mask_contact("email", helped.email),
        "waiting": ngettext("%(number)d slip is open", "%(number)d slips are open", waiting) % {"number": waiting}
        if waiting
        else "",
        "activate_form": activate_form or KtpSeenForm(),
        "slip_form": slip_form or KtpSeenForm(prefix="slip"),
    }
    return render(request, "accounts/helped_account.html", context, status=400 if activate_form or slip_form else 200)
