"""How meeting and evidence together decide about one family: pure functions over a small case.

A finding alone never decides. Where the meeting and a finding disagree there is a conflict, which a person resolves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from stages.models.target import ConflictKind, Resolution
from stages.muskel_results import ABSENT, MuskelResult


@dataclass(frozen=True)
class Case:
    """`result` and `reason` are the meeting's ("" if it has not decided); `exclusions` are keys of rules that stand.

    `confirmed`: Dukcapil found every member who has a NIK, alive and agreeing. `resolution` is a person's decision of
    a conflict between exactly these facts, "" if there is none.
    """

    result: str
    reason: str
    exclusions: tuple[str, ...] = ()
    flagged: bool = False
    confirmed: bool = False
    resolution: str = ""
    resolution_reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Judgement:
    """Whether a family goes on the target list, and why; `reason_code` is a key of `stages.reasons.REASONS`."""

    included: bool
    reason_code: str
    reason_data: dict[str, Any] = field(default_factory=dict)
    reason_text: str = ""


class Undecided(Exception):
    """The meeting has not decided about this family, or a conflict is open."""


def conflict_of(case: Case) -> ConflictKind | None:
    """The disagreement a person has to resolve, or None."""
    if case.result == MuskelResult.IN_NEED:
        if case.exclusions:
            return ConflictKind.IN_NEED_BUT_EXCLUDED
        return ConflictKind.FLAGGED_DATA if case.flagged else None
    if case.result == MuskelResult.FINDING_RIGHT and not case.exclusions:
        return ConflictKind.CONFIRMED_WITHOUT_FINDING
    if case.result in ABSENT and case.confirmed:
        return ConflictKind.ABSENT_BUT_REGISTERED
    return None


def judge(case: Case) -> Judgement:
    """The decision about one family. Raises Undecided where a person has yet to speak."""
    if not case.result:
        raise Undecided
    rules = {"rules": list(case.exclusions)} if case.exclusions else {}
    if conflict_of(case) is not None:
        if not case.resolution:
            raise Undecided
        included = case.resolution == Resolution.PROPOSE
        return Judgement(included, f"conflict.{case.resolution}", rules, case.resolution_reason)
    included = case.result == MuskelResult.IN_NEED
    said = case.note if not included else ""
    return Judgement(included, f"muskel.{case.reason}", {} if included else rules, said)
