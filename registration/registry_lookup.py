"""Whom the registry knows already. The room that holds the registry registers the look-up; this room asks it.

That somebody is in the registry says that the family is poor, so the answer is shown only to whoever has shown the
NIK's card: the account whose own NIK is confirmed, and an officer with the papers at the counter (ADR 0012). The kind
of a registration is kept for officers, and named to nobody else who only typed the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registration.models import Household, Kind
from registration.state import DraftState

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Listing:
    """What the newest list says about a person who is in the registry. `status` is in the reader's language."""

    registry: str
    status: str
    as_of: date
    source: str


Lookup = Callable[[Collection[str]], Mapping[str, Listing]]
_lookups: list[Lookup] = []


def look_up_with(lookup: Lookup) -> None:
    """Register who answers; called in `AppConfig.ready`. It gets NIK (16 digits) and returns those in the registry."""
    if lookup not in _lookups:
        _lookups.append(lookup)


def listed(niks: Collection[str]) -> dict[str, Listing]:
    """The people of these NIK who are in the registry; no query for none."""
    wanted = {nik for nik in niks if nik}
    found: dict[str, Listing] = {}
    for lookup in _lookups if wanted else ():
        found.update(lookup(wanted))
    return found


def niks_in(state: DraftState) -> dict[str, str]:
    """The valid NIK of a draft, with the item of their page."""
    typed = {item: state.answer("orang", "nik", item) for item in state.items("orang")}
    return {nik: item for item, nik in typed.items() if nik}


def kind_of(state: DraftState) -> Kind:
    """An update as soon as somebody of the household is in the registry; one query."""
    return Kind.UPDATE if listed(niks_in(state)) else Kind.NEW


def own_listing(user: User) -> Listing | None:
    """What the registry says about the holder of this account, once the NIK has been shown or matched."""
    if user.nik_claimed_at is None or not user.nik:
        return None
    return listed([user.nik]).get(user.nik)


def update_known_to(user: User, state: DraftState) -> Listing | None:
    """The listing that this user may be told about for this draft: that of their own NIK, if it is on the form."""
    return own_listing(user) if user.nik in niks_in(state) else None


def kind_shown_to(user: User, household: Household) -> Kind | None:
    """The kind of a registration for this reader; None where it would tell who is in the registry."""
    if user.is_admin or household.kelurahan_id in user.kelurahan_codes:
        return Kind(household.kind)
    if own_listing(user) and user.nik in [member.nik for member in household.members.all()]:
        return Kind.UPDATE
    return None
