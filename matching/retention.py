"""How long this room keeps what other registers answered. Verdicts stay; the answers behind them are emptied."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.retention import RetentionClass
from matching.models import AssetEvidence, Candidate, DuplicatePair, PersonVerdict, RuledOut

EMPTY_VERDICT = {
    "fields": {},
    "raw_code": "",
    "register_area_code": "",
    "register_occupation": "",
    "register_status": "",
}
EMPTY_ASSET = {"number": "", "value": None}


def old_answers(before: datetime) -> models.QuerySet[PersonVerdict]:
    """Answers about people of closed phases that still hold something."""
    closed = PersonVerdict.objects.filter(member__phase__closed_at__isnull=False, decided_at__lt=before)
    return closed.exclude(**EMPTY_VERDICT)


def old_assets(before: datetime) -> models.QuerySet[AssetEvidence]:
    closed = AssetEvidence.objects.filter(family__household__phase__closed_at__lt=before)
    return closed.exclude(number="", value__isnull=True)


def old_suggestions(before: datetime) -> models.QuerySet[Candidate]:
    return Candidate.objects.filter(member__phase__closed_at__lt=before)


def old_rulings(before: datetime) -> models.QuerySet[RuledOut]:
    """What officers ruled out: it keeps suggestions away that no run of a closed phase makes any more."""
    return RuledOut.objects.filter(member__phase__closed_at__lt=before)


def old_pairs(before: datetime) -> models.QuerySet[DuplicatePair]:
    return DuplicatePair.objects.filter(phase__closed_at__lt=before)


CLASSES = (
    RetentionClass(
        key="register_answers",
        title=_("Raw answers of the population register"),
        clock=_("the comparison, once the phase is closed"),
        days=365,
        basis="UU 27/2022 pasal 42-44",
        subjects=old_answers,
        empty=EMPTY_VERDICT,
    ),
    RetentionClass(
        key="asset_answers",
        title=_("Number and value of vehicles and land found"),
        clock=_("the closing of the phase"),
        days=365,
        basis="UU 27/2022 pasal 42-44",
        subjects=old_assets,
        empty=EMPTY_ASSET,
    ),
    RetentionClass(
        key="nik_suggestions",
        title=_("Suggestions for NIK that were not found"),
        clock=_("the closing of the phase"),
        days=30,
        basis="UU 27/2022 pasal 42-44",
        subjects=old_suggestions,
    ),
    RetentionClass(
        key="ruled_out_suggestions",
        title=_("Suggestions that an officer ruled out, with the reason"),
        clock=_("the closing of the phase"),
        days=30,
        basis="UU 27/2022 pasal 42-44",
        subjects=old_rulings,
    ),
    RetentionClass(
        key="duplicate_pairs",
        title=_("Pairs of registrations that looked like one, with what was decided"),
        clock=_("the closing of the phase"),
        days=365,
        basis="UU 27/2022 pasal 42-44",
        subjects=old_pairs,
    ),
)
