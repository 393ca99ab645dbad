"""Telling a household something from here. Rooms that hold its inbox register how; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User
    from registration.models import Household

Teller = Callable[["Household", str, dict[str, Any], "User | None"], None]
_tellers: list[Teller] = []


def when_telling(teller: Teller) -> None:
    """Register who writes the notice; called in `AppConfig.ready`."""
    if teller not in _tellers:
        _tellers.append(teller)


def tell(*, household: Household, kind: str, params: dict[str, Any], by: User | None) -> None:
    """Tell a household, in the transaction of the cause. `params` hold no personal data."""
    for teller in _tellers:
        teller(household, kind, params, by)
