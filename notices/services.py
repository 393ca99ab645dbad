"""Telling a household: a notice in its inbox, and a message where there is an address to send it to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import override

from accounts.addressing import short_message, words_by_email
from accounts.models import User
from audit.services import record
from jobs.channels import can_send
from jobs.models import Channel, OutboxMessage
from jobs.outbox import enqueue_all
from notices.models import Notice
from notices.texts import words_for

if TYPE_CHECKING:
    from registration.models import Family, Household


@dataclass(frozen=True)
class Message:
    """One notice to be written. `params` as in `notices.texts`: no personal data."""

    household: Household
    kind: str
    params: dict[str, Any] = field(default_factory=dict)
    family: Family | None = None


@transaction.atomic
def notify(
    *, household: Household, kind: str, params: dict[str, Any], by: User | None = None, family: Family | None = None
) -> Notice:
    """Tell one household. Raises notices.texts.UnknownKind. `by` caused it; the act of the cause names that person."""
    (notice,) = notify_all(messages=[Message(household=household, kind=kind, params=params, family=family)])
    return notice


def tell_from_below(household: Household, kind: str, params: dict[str, Any], by: User | None) -> None:
    """What registration, which knows no inbox, has to tell a household (`registration.telling`)."""
    notify(household=household, kind=kind, params=params, by=by)


@transaction.atomic
def notify_all(*, messages: Sequence[Message]) -> list[Notice]:
    """Tell several households in the transaction of the cause; returns the notices in the same order.

    Each gets a notice in its inbox. The account's e-mail gets the full text once it is verified, and until then, like
    the household's or the account's phone, the reference code only: it may be a stranger's. A family with neither
    account nor phone is put on the print list of its kelurahan.
    """
    accounts = _accounts_of(messages)
    notices = []
    for message in messages:
        account = accounts.get(message.household.account_id)
        notices.append(_unsaved(message, on_paper=not _can_be_reached(message.household, account)))
    Notice.objects.bulk_create(notices, batch_size=500)
    sent = (
        _outgoing(notice, message.household, accounts.get(message.household.account_id))
        for notice, message in zip(notices, messages, strict=True)
    )
    enqueue_all(messages=[one for one in sent if one is not None])
    return notices


def _accounts_of(messages: Sequence[Message]) -> dict[UUID | None, User]:
    ids = {message.household.account_id for message in messages if message.household.account_id}
    return {user.pk: user for user in User.objects.filter(pk__in=ids, is_active=True)}  # a closed one reads nothing


def _unsaved(message: Message, *, on_paper: bool) -> Notice:
    params = {**message.params, "reference": message.household.reference}
    with override("id"):
        subject, body = words_for(message.kind, params)
    return Notice(
        household=message.household,
        family=message.family,
        kind=message.kind,
        params=params,
        subject=subject,
        body=body,
        on_paper=on_paper,
    )


def _can_be_reached(household: Household, account: User | None) -> bool:
    return account is not None or (bool(household.contact_phone) and can_send(Channel.SMS))


def _outgoing(notice: Notice, household: Household, account: User | None) -> OutboxMessage | None:
    """What is sent besides the inbox, in the reader's language; None where there is no address."""
    about: dict[str, Any] = {"dedupe_key": f"notice:{notice.pk}", "about_id": household.pk}
    with override(account.language if account else settings.LANGUAGE_CODE):
        if account and account.email:
            full, text = words_for(notice.kind, notice.params)
            subject, body = words_by_email(account, subject=full, body=text, reference=household.reference)
            return OutboxMessage(channel=Channel.EMAIL, recipient=account.email, subject=subject, body=body, **about)
        phone = household.contact_phone or (account.phone if account else None)
        if phone and can_send(Channel.SMS):
            body = short_message(household.reference)
            return OutboxMessage(channel=Channel.SMS, recipient=phone, subject="", body=body, **about)
    return None


@transaction.atomic
def mark_read(*, notices: Sequence[Notice], by: User) -> int:
    """Remember that the account holder has opened these notices; how many were unread."""
    return Notice.objects.addressed_to(by).unread().filter(pk__in=[n.pk for n in notices]).update(read_at=Now())


@transaction.atomic
def hand_over(*, notice: Notice, by: User) -> bool:
    """An officer gave the printed notice to the family; False if somebody had done so before.

    Raises PermissionDenied unless the officer serves the household's kelurahan, or is an admin.
    """
    if not (by.is_admin or notice.household.kelurahan_id in by.kelurahan_codes):
        raise PermissionDenied
    changed = Notice.objects.to_be_printed().filter(pk=notice.pk).update(handed_over_at=Now(), handed_over_by=by)
    if changed:
        record(by=by, verb="notices.hand_over", subject=notice, area_code=notice.household.kelurahan_id)
    return bool(changed)
