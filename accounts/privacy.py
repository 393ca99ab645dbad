"""Who answers for the data, on which basis, and whom to ask: settings, since offices and laws change."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from accounts.consents import Notice, current_notice


@dataclass(frozen=True)
class Privacy:
    """`contact` is the data protection officer's, as people can use it (UU 27/2022 article 53)."""

    controller: str
    contact: str
    basis: str
    notice: Notice


def privacy() -> Privacy:
    return Privacy(
        controller=settings.DTKS_CONTROLLER,
        contact=settings.DTKS_DPO_CONTACT,
        basis=settings.DTKS_LEGAL_BASIS,
        notice=current_notice(),
    )
