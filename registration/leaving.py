"""What this room holds for an account that is to be deleted: drafts go with it, what was submitted stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.leaving import Holding
from registration import services
from registration.models import Channel, Draft, Household, Submission

if TYPE_CHECKING:
    from accounts.models import User

WHY_IT_STAYS = _(
    "The kelurahan decides on them, and other people of the household depend on it. They follow the times of keeping"
    " in the privacy notice."
)


def never_sent(user: User) -> QuerySet[Draft]:
    sent = Submission.objects.filter(draft=OuterRef("pk"))
    return Draft.objects.open().filter(owner=user, channel=Channel.ONLINE).exclude(Exists(sent))


def tells(user: User) -> list[Holding]:
    received = Household.objects.submitted().filter(account=user).count()
    return [
        Holding(label=_("Drafts that were never sent"), number=never_sent(user).count(), goes=True),
        Holding(label=_("Registrations that were sent"), number=received, goes=False, why=WHY_IT_STAYS),
    ]


def erases(user: User) -> None:
    for draft in never_sent(user):
        services.discard_draft(draft=draft, by=user)
