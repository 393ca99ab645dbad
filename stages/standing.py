"""Where a family stands, in one sentence: a function of its outcome, the phase's stage and the exclusions that stand.

There is no other place that words this. No sentence says no without a reason, and none promises assistance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import Family, Outcome, Phase
from registration.stage import Stage
from stages.cases import standing_exclusions
from stages.models import OutcomeDecision
from stages.outcomes import standing_decisions
from stages.reasons import reason_words

S, O = Stage, Outcome  # noqa: E741


@dataclass(frozen=True)
class Standing:
    """`tone` is "progress", "good", "bad" or "warn"; `reason` and `remedy` are empty where there is nothing to say."""

    key: str
    sentence: str
    tone: str = "progress"
    reason: str = ""
    remedy: str = ""


PROCESSED = _("Your data are being processed. You do not have to do anything.")
WAITING: dict[Stage, tuple[str, Promise]] = {
    S.SOSIALISASI: ("before", _("The phase has not begun yet.")),
    S.PENDAFTARAN: ("registered", _("You are registered. Processing begins when registration has closed.")),
    S.PENGOLAHAN_1: ("processing", PROCESSED),
    S.PEMADANAN_DUKCAPIL: ("matching", _("Your data are being compared with the population register (Dukcapil).")),
    S.PEMADANAN_BAPENDA: (
        "matching",
        _("Your data are being compared with the lists of vehicles and land of the revenue agency (Bapenda)."),
    ),
    S.PENGOLAHAN_2: ("processing", PROCESSED),
    S.MUSKEL: ("muskel", _("The meeting of your kelurahan (muskel) looks at every registration now.")),
    S.PENGOLAHAN_3: ("processing", _("The results of the kelurahan meetings are being processed.")),
    S.PENETAPAN_DST: ("dst", _("The final target list (DST) is being drawn up.")),
    # Only a family that was overlooked could still be in process here; it hears that, not silence.
    S.INPUT_SIKSNG: ("late", _("Your data are still being looked at. Please ask at your kelurahan.")),
    S.PENETAPAN_DTKS: ("late", _("Your data are still being looked at. Please ask at your kelurahan.")),
}
CONTESTED = _(
    "There are points in the lists of other offices that may speak against your family. Nothing has been decided. Read"
    " them below; you can object."
)
DECIDED: dict[Outcome, tuple[str, str, Promise]] = {
    O.NEEDS_FIX: ("needs_fix", "warn", _("Your data need a correction before they can go on.")),
    O.WITHDRAWN: ("withdrawn", "progress", _("This registration has been withdrawn. Nothing more happens with it.")),
    O.NOT_PROPOSED: ("not_proposed", "bad", _("Your family is not proposed in this phase.")),
    O.IN_DST: ("in_dst", "good", _("Your family is on the final target list (DST) and will be sent to the ministry.")),
    O.SENT: ("sent", "progress", _("Your data have been sent to the Ministry of Social Affairs, which decides.")),
    O.RETURNED: ("returned", "warn", _("SIKS-NG sent your data back; they need a repair.")),
    O.DETERMINED: (
        "determined",
        "good",
        _("Your family has been determined (ditetapkan). The data may serve as a reference for programmes."),
    ),
    O.NOT_DETERMINED: ("not_determined", "bad", _("Your family has not been determined in this phase.")),
}
SUSPENDED = _("The phase is suspended at present; your data are kept.")
NO_REASON_YET = _("Ask at your kelurahan for the reason; you have a right to it.")


def standing(
    outcome: Outcome,
    stage: Stage,
    *,
    has_exclusions: bool = False,
    suspended: bool = False,
    decision: OutcomeDecision | None = None,
) -> Standing:
    """The standing of one family. Pure: every outcome in every stage has a sentence.

    `has_exclusions`: a finding that would exclude stands. `decision` is the one the outcome rests on, for the reason.
    """
    if outcome == Outcome.PROCESSING:
        key, sentence = WAITING[stage]
        if has_exclusions and stage >= Stage.PENGOLAHAN_2:
            return Standing("contested", _joined(CONTESTED, suspended), "warn")
        return Standing(key, _joined(sentence, suspended))
    key, tone, sentence = DECIDED[outcome]
    reason, remedy = "", ""
    if decision is not None and decision.outcome == outcome:
        words = reason_words(decision.reason_code, decision.reason_data, decision.reason_text)
        reason, remedy = str(words.sentence), str(words.remedy)
        if decision.reason_code in ("ministry.ineligible", "ministry.data_problem"):
            key, tone = decision.reason_code.replace("ministry.", "determined_"), "warn"
    elif tone in ("bad", "warn"):
        reason = str(NO_REASON_YET)
    return Standing(key, _joined(sentence, suspended and tone != "bad"), tone, reason, remedy)


def _joined(sentence: Promise, suspended: bool) -> str:
    return f"{sentence} {SUSPENDED}" if suspended else str(sentence)


def standing_of(family: Family) -> Standing:
    """The standing of one family, from the database. For several use `standings_of`."""
    return standings_of([family])[family.pk]


def standings_of(families: Sequence[Family]) -> dict[UUID, Standing]:
    """Standings of families: three queries for each phase among them, beside households and phases not yet loaded."""
    decisions = standing_decisions(family.pk for family in families)
    found: dict[UUID, Standing] = {}
    for phase, group in _by_phase(families).items():
        undecided = [family for family in group if family.outcome == Outcome.PROCESSING]
        needs_findings = bool(undecided) and phase.stage >= Stage.PENGOLAHAN_2
        exclusions: Mapping[UUID, Sequence[object]] = standing_exclusions(undecided, phase) if needs_findings else {}
        for family in group:
            found[family.pk] = standing(
                Outcome(family.outcome),
                Stage(phase.stage),
                has_exclusions=bool(exclusions.get(family.pk)),
                suspended=phase.suspended and phase.closed_at is None,
                decision=decisions.get(family.pk),
            )
    return found


def waits_for_a_result(phase: Phase, families: Iterable[Family]) -> bool:
    """Whether data are being cleaned, compared and assessed, of which a family hears nothing for weeks."""
    is_under_way = Stage.PENGOLAHAN_1 <= phase.stage <= Stage.PENGOLAHAN_2
    return is_under_way and any(family.outcome == Outcome.PROCESSING for family in families)


def _by_phase(families: Iterable[Family]) -> dict[Phase, list[Family]]:
    groups: dict[Phase, list[Family]] = {}
    for family in families:
        groups.setdefault(family.household.phase, []).append(family)
    return groups
