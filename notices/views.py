"""The inbox of a family, and the notices an officer prints for families nobody can send a message to."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import citizen_required, officer_required, signed_in_user
from areas.models import Area
from audit.services import record_seen
from notices.models import Notice
from notices.services import hand_over, mark_read

NEWEST = 100
ON_ONE_LIST = 200


@citizen_required
@never_cache
@require_GET
def list_notices(request: HttpRequest) -> HttpResponse:
    """All notices of the account's households, newest first. Opening the page marks them read."""
    user = signed_in_user(request)
    notices = list(Notice.objects.addressed_to(user).select_related("household")[:NEWEST])
    mark_read(notices=notices, by=user)
    return render(request, "notices/notice_list.html", {"notices": notices})


@officer_required
@never_cache
@require_GET
def choose_print_list(request: HttpRequest) -> HttpResponse:
    """The officer's kelurahan; straight to the list where there is only one."""
    codes = sorted(signed_in_user(request).kelurahan_codes)
    if len(codes) == 1:
        return redirect("notices:paper_list", codes[0])
    kelurahan = Area.objects.filter(pk__in=codes)
    return render(request, "notices/paper_choose.html", {"kelurahan": kelurahan})


@officer_required
@never_cache
@require_GET
def print_list(request: HttpRequest, kelurahan: str) -> HttpResponse:
    """Notices to be printed in one kelurahan of the officer, by RW and RT. Another's kelurahan is 404."""
    if kelurahan not in signed_in_user(request).kelurahan_codes:
        raise Http404
    area = get_object_or_404(Area, pk=kelurahan)
    waiting = Notice.objects.to_be_printed().filter(household__kelurahan=area).select_related("household")
    notices = list(waiting.order_by("household__rw", "household__rt", "household__address", "created_at")[:ON_ONE_LIST])
    households = [notice.household_id for notice in notices]
    record_seen(by=signed_in_user(request), verb="notices.list_paper", rows=households, area_code=area.pk)
    context = {"notices": notices, "kelurahan": area, "total": waiting.count(), "most": ON_ONE_LIST}
    return render(request, "notices/paper_list.html", context)


@officer_required
@require_POST
def mark_handed_over(request: HttpRequest, notice: UUID) -> HttpResponse:
    """The family has its paper."""
    user = signed_in_user(request)
    found = get_object_or_404(
        Notice.objects.select_related("household").filter(
            on_paper=True, household__kelurahan__in=list(user.kelurahan_codes)
        ),
        pk=notice,
    )
    if hand_over(notice=found, by=user):
        messages.success(request, _("Marked as handed over."))
    else:
        messages.info(request, _("This notice had already been handed over."))
    return redirect("notices:paper_list", found.household.kelurahan_id)
