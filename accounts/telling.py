"""Telling somebody about their own account, on every way they have given."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils import translation

from accounts.models import ContactKind, User
from jobs.channels import can_send
from jobs.models import Channel
from jobs.outbox import enqueue

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The ways to a contact, the preferred one first.
WAYS: dict[str, tuple[Channel, ...]] = {
    ContactKind.PHONE: (Channel.SMS, Channel.WHATSAPP),
    ContactKind.EMAIL: (Channel.EMAIL,),
}


def ways_to(kind: str) -> tuple[Channel, ...]:
    """The ways to a phone or an e-mail that lead anywhere at present."""
    return tuple(channel for channel in WAYS[kind] if can_send(channel))


def contacts_of(user: User) -> list[tuple[str, str]]:
    """(kind, value) of what the user has given."""
    return [(kind.value, value) for kind in ContactKind if (value := getattr(user, kind))]


def tell(
    *,
    user: User,
    subject: "_StrPromise",
    body: "_StrPromise",
    params: Mapping[str, Any] | None = None,
    to: Iterable[tuple[str, str]] | None = None,
) -> None:
    """Write a message to every contact of the user, or to those in `to`, in the user's language."""
    with translation.override(user.language):
        title, text = str(subject), str(body) % dict(params or {})
    for kind, value in contacts_of(user) if to is None else to:
        for channel in ways_to(kind)[:1]:
            enqueue(channel=channel, recipient=value, subject=title, body=text, about_id=user.pk)
