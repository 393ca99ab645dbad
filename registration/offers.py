"""What somebody who begins, or is about to send, should know first: an update instead of a second entry, an earlier
refusal and what has changed since. Other rooms register what they know; the pages show it without knowing them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registration.models import ClaimState, Draft, Household, Phase
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


def claim_offers(draft: Draft) -> list[Offer]:
    """The claims made for this draft, newest first, as long as it has not been sent; one query."""
    tones = {ClaimState.ACCEPTED: "success", ClaimState.REFUSED: "warning"}
    return [
        Offer(
            title=_("Claim %(reference)s") % {"reference": claim.reference},
            paragraphs=(str(claim.get_state_display()),),
            url=reverse("registration:claim_show", kwargs={"claim_id": claim.pk}),
            link=_("To the claim"),
            tone=tones.get(ClaimState(claim.state), "info"),
        )
        for claim in draft.claims.exclude(state=ClaimState.DROPPED).order_by("-opened_at")
    ]


def offers_for(user: User, phase: Phase, state: DraftState | None = None) -> list[Offer]:
    """Claims of the form, and for a citizen's own one what else is known: at a counter the officer asks the registry
    with the papers in hand."""
    claims = claim_offers(state.draft) if state is not None else []
    if state is not None and (state.draft.is_at_counter or state.draft.owner_id != user.pk):
        return claims
    known = update_known_to(user, state) if state is not None else own_listing(user)
    found = [*claims, update_offer(known)] if known else claims
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
