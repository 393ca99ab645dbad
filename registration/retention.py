"""How long this room keeps what families told it. Nothing of a phase that still goes on is ever touched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from audit.models import SEEN, Act
from audit.retention import RetentionClass
from registration.models import (
    Claim,
    ClaimState,
    Draft,
    Family,
    FamilyObjection,
    FamilyObjectionState,
    Household,
    Outcome,
    Phase,
    Submission,
)

# What a family may be left with when it takes no further part: anything else has gone to the ministry, or may yet.
ENDED = (Outcome.WITHDRAWN, Outcome.NOT_PROPOSED)


def forgotten_drafts(before: datetime) -> models.QuerySet[Draft]:
    """Drafts of closed phases, never submitted and not saved for long. (While a phase goes on they wait.)"""
    return Draft.objects.filter(household=None, updated_at__lt=before, phase__in=_closed(before=None)).exclude(
        Exists(Submission.objects.filter(draft=OuterRef("pk")))
    )


def ended_households(before: datetime) -> models.QuerySet[Household]:
    """Households of which every family has withdrawn or was not proposed, in phases closed long ago."""
    others = Family.objects.filter(household=OuterRef("pk")).exclude(outcome__in=ENDED)
    return Household.objects.filter(phase__in=_closed(before=before)).exclude(Exists(others))


def settled_claims(before: datetime) -> models.QuerySet[Claim]:
    return Claim.objects.filter(phase__in=_closed(before=before)).exclude(state=ClaimState.OPEN)


def _closed(*, before: datetime | None) -> models.QuerySet[Phase]:
    closed = Phase.objects.filter(closed_at__isnull=False)
    return closed.filter(closed_at__lt=before) if before is not None else closed


CLASSES = (
    RetentionClass(
        key="drafts",
        title=_("Drafts that were never sent"),
        clock=_("the last time it was saved, once the phase is closed"),
        days=90,
        basis="UU 27/2022 pasal 42-44",
        subjects=forgotten_drafts,
    ),
    RetentionClass(
        key="ended_households",
        title=_("Registrations withdrawn or not proposed, with everything that hangs on them"),
        clock=_("the closing of the phase"),
        days=730,
        basis="UU 27/2022 pasal 42-44",
        subjects=ended_households,
    ),
    RetentionClass(
        key="claims",
        title=_("Settled claims of a number"),
        clock=_("the closing of the phase"),
        days=730,
        basis="UU 27/2022 pasal 42-44",
        subjects=settled_claims,
    ),
    RetentionClass(
        key="sent_households",
        title=_("Registrations sent to the ministry (SIKS-NG)"),
        clock=_("the closing of the phase"),
        days=None,
        basis="UU 43/2009 (jadwal retensi arsip)",
    ),
)


def hold(model: type[models.Model], ids: list[Any]) -> set[Any]:
    """Families that object to being registered and still wait; looks at households whose phase goes on."""
    if model is Household:
        waiting = FamilyObjection.objects.filter(household__in=ids, state=FamilyObjectionState.OPEN)
        return set(waiting.values_list("household_id", flat=True))
    if model is Act:
        return _looks_at_the_present(ids)
    return set()


def _looks_at_the_present(ids: list[Any]) -> set[Any]:
    label = Household._meta.label_lower
    acts = {
        act.pk: {act.subject_id} if act.subject_type == label else set(act.data.get(SEEN, ()))
        for act in Act.objects.filter(pk__in=ids).only("subject_type", "subject_id", "data")
    }
    among = Q(pk__in=[key for keys in acts.values() for key in keys if _is_uuid(key)])
    present = Household.objects.filter(among, phase__closed_at__isnull=True).values_list("pk", flat=True)
    live = {str(pk) for pk in present}
    return {pk for pk, keys in acts.items() if keys & live}


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4
