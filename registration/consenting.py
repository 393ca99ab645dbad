"""The consent of a household that somebody else enters, kept with its submission."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from jobs.channels import can_send
from jobs.models import Channel
from jobs.outbox import enqueue
from registration.family_codes import issue_code
from registration.models import FamilyCode, Household, Representation

if TYPE_CHECKING:
    from accounts.models import User

FAMILY_PAGE = "/keluarga/"
MOST_SENT_CODES = 3  # of one household: changing the phone again and again sends no more


def represent(*, household: Household, said: dict[str, Any], by: User) -> None:
    """Keep how a household agreed, in the transaction of its submission; a phone of its own gets its code at once."""
    if not household.for_others:
        return
    found = Representation.objects.filter(household=household).first()
    row = found or Representation(household=household, helper=household.account or by)
    day = said.get("tanggal_setuju")
    row.agreed_by = said.get("disetujui_oleh", "")
    row.agreed_on = date.fromisoformat(day) if day else None
    phone_before = row.phone
    row.phone = said.get("telepon_keluarga") or None
    row.save()
    is_new = row.phone is not None and row.phone != phone_before
    if is_new and not row.is_taken_over and can_send(Channel.SMS) and _codes_sent(household) < MOST_SENT_CODES:
        _send_code(household, row.phone, by)


def _codes_sent(household: Household) -> int:
    return FamilyCode.objects.filter(household=household, sent=True).count()


def _send_code(household: Household, phone: str, by: User) -> None:
    code = issue_code(household=household, by=by, sent=True)
    with translation.override(settings.LANGUAGE_CODE):
        body = _(
            "%(registry)s Jakarta: somebody entered your household at your request. Your own code: %(code)s. With it"
            " you see, take over, object to or withdraw what was entered, on this portal under %(page)s. We never ask"
            " for your password or money."
        ) % {"registry": household.phase.registry_name, "code": code, "page": FAMILY_PAGE}
    enqueue(channel=Channel.SMS, recipient=phone, body=body, about_id=household.pk)
