"""Slots that an accepted claim keeps for a draft until it is sent."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from registration.models import Draft, Slot


def promises_in_the_way(draft: Draft) -> QuerySet[Slot]:
    """Slots kept for this draft, and such that were kept for a draft which was sent without the number since.

    They are looked at only when a submission meets a taken number, so that the usual one costs no query for them.
    """
    sent_without = Q(phase=draft.phase_id, promised_to__household__isnull=False)
    return Slot.objects.filter(Q(promised_to=draft) | sent_without)
