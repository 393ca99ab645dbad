"""The receipt: a reference code in the hands of the family, also when the page was lost on the way."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from jobs import outbox
from jobs.models import Channel
from registration.models import Household


def send_receipt(*, household: Household) -> None:
    """Queue the receipt to the contact phone, else to the account's e-mail; families with neither have the print.

    The text names nobody and holds no number but the code, since phones are shared and lost.
    """
    account = household.account
    with translation.override(account.language if account else settings.LANGUAGE_CODE):
        text = _(
            "%(registry)s: your registration has been received. Reference code: %(reference)s. Keep this code: it shows"
            " the stage of your registration at any time. Registration is free of charge."
        ) % {"registry": household.phase.registry_name, "reference": household.reference}
        subject = _("Receipt of registration %(reference)s") % {"reference": household.reference}
    if household.contact_phone:
        outbox.enqueue(channel=Channel.SMS, recipient=household.contact_phone, body=text)
    elif account and account.email:
        outbox.enqueue(channel=Channel.EMAIL, recipient=account.email, subject=subject, body=text)
