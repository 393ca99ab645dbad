"""Telling families what has been decided about them, in the transaction of the decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from notices.services import Message, notify_all
from registration.models import Family, Outcome
from stages.reasons import reason_words

if TYPE_CHECKING:
    from stages.models import OutcomeDecision

# Which notice each outcome brings; going back to "in process" is told by the timeline alone.
KIND_OF = {
    Outcome.NEEDS_FIX: "needs_fix",
    Outcome.NOT_PROPOSED: "not_proposed",
    Outcome.IN_DST: "in_dst",
    Outcome.SENT: "sent",
    Outcome.RETURNED: "returned",
    Outcome.DETERMINED: "determined",
    Outcome.NOT_DETERMINED: "not_determined",
}


def tell_families(decisions: Sequence[OutcomeDecision], families: Sequence[Family]) -> None:
    """One notice for each decision; `families` come with their households (and those with their phases)."""
    by_pk = {family.pk: family for family in families}
    messages = [_message(decision, by_pk[decision.family_id]) for decision in decisions if decision.outcome in KIND_OF]
    notify_all(messages=messages)


def _message(decision: OutcomeDecision, family: Family) -> Message:
    return Message(
        household=family.household,
        family=family,
        kind=KIND_OF[Outcome(decision.outcome)],
        params={"reason": _reason(decision), "registry": family.household.phase.registry_name},
    )


def _reason(decision: OutcomeDecision) -> dict[str, str]:
    """The reason and what can be done about it, in every language of the portal: who reads it chooses later."""
    said = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words = reason_words(decision.reason_code, decision.reason_data, decision.reason_text)
            said[language] = " ".join(part for part in (str(words.sentence), str(words.remedy)) if part)
    return said
