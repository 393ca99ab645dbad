"""The notice a decision brings: which kind, and the reason in every language of the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from notices.services import Message
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


def message_about(decision: OutcomeDecision, family: Family) -> Message:
    """`family` comes with its household, and that with its phase."""
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
