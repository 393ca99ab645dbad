"""Claims, a family that does not agree, a family that was helped, and a browser in which a family's code was typed."""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Consent
from areas.models import Area
from identity.indexes import keyed_index
from public.family_views import OPENED
from registration.family_codes import KIND, new_code
from registration.handing import digest_of
from registration.models import (
    Channel,
    Claim,
    Draft,
    DraftChange,
    FamilyCode,
    FamilyObjection,
    Handover,
    Household,
    Phase,
    Representation,
)
from registration.models.handover import new_handover_code
from registration.receipts import receipt_for
from tests.people import GAMBIR, budi, rina, siti

if TYPE_CHECKING:
    from accounts.models import User


def claims(phase: Phase) -> dict[str, dict[str, Any]]:
    """Siti's claim waits at Gambir, and one that was begun at its counter; each for a form of its own."""
    place = Area.objects.get(pk=GAMBIR)
    own = _claim(Draft.objects.create(phase=phase, owner=siti()), by=siti(), claimant=siti())
    at_counter = Draft.objects.create(phase=phase, owner=rina(), kelurahan=place, channel=Channel.COUNTER)
    walk_in = _claim(at_counter, by=rina(), claimant=None)
    return {"claim": {"claim_id": own.pk}, "counter claim": {"claim_id": walk_in.pk}}


def _claim(draft: Draft, *, by: User, claimant: User | None) -> Claim:
    place = Area.objects.get(pk=GAMBIR)
    return Claim.objects.create(phase=draft.phase, draft=draft, kelurahan=place, claimant=claimant, opened_by=by)


def objection(household: Household) -> dict[str, dict[str, Any]]:
    found = FamilyObjection.objects.create(household=household, text="Kami tidak setuju.")
    return {"family objection": {"objection": found.pk}}


def helped(household: Household) -> dict[str, dict[str, Any]]:
    """Siti entered it, Budi has taken it over."""
    Representation.objects.create(
        household=household, helper=siti(), taken_over_at=timezone.now(), taken_over_by=budi()
    )
    return {"helped": {"reference": household.reference}}


def type_family_code(cookie: str, household: Household) -> None:
    """As if the code of the household had been typed in the browser with this session."""
    code = FamilyCode.objects.create(household=household, code_index=keyed_index(KIND, new_code()), made_by=rina())
    session = import_module(settings.SESSION_ENGINE).SessionStore(cookie)
    session[OPENED] = {"code": str(code.pk), "until": time.time() + 3600}
    session.save()


def handover_of(draft: Draft) -> Handover:
    code = new_handover_code()
    return Handover.objects.create(
        draft=draft, kelurahan=Area.objects.get(pk=GAMBIR), code=code, code_digest=digest_of(code), opened_by=siti(),
        expires_at=timezone.now(),
    )  # fmt: skip


def rows(phase: Phase) -> dict[str, Any]:
    """One row of each table of the family's journey that stands in the Django admin."""
    household, draft = Household.objects.filter(phase=phase).earliest("submitted_at"), Draft.objects.earliest("pk")
    code = keyed_index(KIND, new_code())
    return {
        "accounts_consent": Consent.objects.create(user=siti(), version="1", language="id"),
        "registration_familycode": FamilyCode.objects.create(household=household, code_index=code, made_by=rina()),
        "registration_receipt": receipt_for(household),
        "registration_handover": handover_of(draft),
        "registration_draftchange": DraftChange.objects.create(draft=draft, page="daya", fields=["daya"], by=rina()),
        "registration_claim": Claim.objects.latest("opened_at"),
        "registration_familyobjection": FamilyObjection.objects.latest("created_at"),
        "registration_representation": Representation.objects.latest("taken_over_at"),
    }
