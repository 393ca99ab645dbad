"""Telling the claimant that a claim has been decided. The message says at most that there is an answer; an address
nobody has verified gets the code alone (`accounts.addressing`)."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.addressing import short_message, words_by_email
from jobs.channels import can_send
from jobs.models import Channel
from jobs.outbox import enqueue
from registration.models import Claim


def tell_claimant(claim: Claim) -> None:
    """By e-mail, else by SMS; whoever claimed at the counter hears it there."""
    account = claim.claimant
    if account is None:
        return
    with translation.override(account.language):
        full = _("Your claim %(reference)s has been decided") % {"reference": claim.reference}
        text = _(
            "DTKS Jakarta: your claim %(reference)s has been decided. Sign in to read the answer and the reason. We"
            " never ask for your password or money."
        ) % {"reference": claim.reference}
        subject, body = words_by_email(account, subject=full, body=text, reference=claim.reference)
        short = short_message(claim.reference)
    key = f"claim:{claim.pk}"
    if account.email:
        enqueue(
            channel=Channel.EMAIL,
            recipient=account.email,
            subject=subject,
            body=body,
            dedupe_key=key,
            about_id=account.pk,
        )
    elif account.phone and can_send(Channel.SMS):
        enqueue(channel=Channel.SMS, recipient=account.phone, body=short, dedupe_key=key, about_id=account.pk)
