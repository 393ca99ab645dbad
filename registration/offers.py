"""What somebody who begins, or is about to send, should know first: an update instead of a second entry, an earlier
refusal and what has changed since. Other rooms register what they know; the pages show it without knowing them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registration.models import Draft, Household, Phase
from registration.registry_lookup import Listing, own_listing, update_known_to
from registration.state import DraftState

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Offer:
    """A box with a title and paragraphs; `url` leads to more, `reference` is a registration whose answers may be
    taken over into the new form."""

    title: str
    paragraphs: tuple[str, ...]
    url: str = ""
    link: str = ""
    reference: str = ""
    tone: str = "info"


Offering = Callable[["User", Phase, "DraftState | None"], Iterable[Offer]]
_offerings: list[Offering] = []


def offer_with(offering: Offering) -> None:
    """Register what a room offers; called in `AppConfig.ready`. The state is that of the draft, None before one."""
    if offering not in _offerings:
        _offerings.append(offering)


def offers_for(user: User, phase: Phase, state: DraftState | None = None) -> list[Offer]:
    """For a citizen's own form only: at a counter the officer asks the registry with the papers in hand."""
    if state is not None and state.draft.is_at_counter:
        return []
    known = update_known_to(user, state) if state is not None else own_listing(user)
    found = [update_offer(known)] if known else []
    for offering in _offerings:
        found += offering(user, phase, state)
    return found


def update_offer(known: Listing) -> Offer:
    values = {"registry": known.registry, "status": known.status, "day": date_format(known.as_of, "j F Y")}
    return Offer(
        title=_("You are in %(registry)s already") % values,
        paragraphs=(
            _("Status: %(status)s, as of %(day)s.") % values,
            _("What you send becomes an update (pemutakhiran) of that entry; a second one is neither needed nor made."),
        ),
    )


def earlier_registration(user: User, phase: Phase) -> Household | None:
    """The newest registration of an earlier phase in this account, whose answers may be begun with."""
    own = Household.objects.visible_to(user).submitted().filter(account=user, phase__opens_at__lt=phase.opens_at)
    return own.exclude(phase=phase).select_related("phase").order_by("-submitted_at").first()


def last_draft(household: Household) -> Draft | None:
    """The draft of the newest version of a household."""
    newest = household.submissions.order_by("-number").select_related("draft__phase").defer("payload").first()
    return newest.draft if newest else None
