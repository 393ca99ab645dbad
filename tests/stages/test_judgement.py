"""How meeting and evidence decide together: the whole table, and that no finding alone ever rejects anybody."""

from itertools import product

import pytest

from stages.judgement import Case, Judgement, Undecided, conflict_of, judge
from stages.models import ConflictKind, Resolution
from stages.muskel_results import ABSENT, MUSKEL_REASONS, MuskelResult
from stages.reasons import REASONS

R = MuskelResult
CAR = ("mobil",)


def case(reason: str, **facts: object) -> Case:
    result = next(one.result for one in MUSKEL_REASONS if one.code == reason)
    return Case(result=result, reason=reason, **facts)  # type: ignore[arg-type]


def test_in_need_and_nothing_against_it_is_proposed() -> None:
    assert judge(case("kurang_mampu")) == Judgement(True, "muskel.kurang_mampu")


def test_well_off_is_not_proposed_with_the_meetings_reason() -> None:
    assert judge(case("usaha", note="Punya toko", exclusions=CAR)) == Judgement(
        False, "muskel.usaha", {"rules": ["mobil"]}, "Punya toko"
    )


def test_a_confirmed_finding_is_not_proposed_with_the_rule() -> None:
    assert judge(case("temuan_benar", exclusions=CAR)) == Judgement(False, "muskel.temuan_benar", {"rules": ["mobil"]})


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (case("kurang_mampu", exclusions=CAR), ConflictKind.IN_NEED_BUT_EXCLUDED),
        (case("sptjm", exclusions=CAR), ConflictKind.IN_NEED_BUT_EXCLUDED),
        (case("kurang_mampu", flagged=True), ConflictKind.FLAGGED_DATA),
        (case("kurang_mampu", confirmed=True), None),
        (case("temuan_benar"), ConflictKind.CONFIRMED_WITHOUT_FINDING),
        (case("tidak_dikenal", confirmed=True), ConflictKind.ABSENT_BUT_REGISTERED),
        (case("meninggal", confirmed=True), ConflictKind.ABSENT_BUT_REGISTERED),
        (case("tidak_dikenal"), None),
        (case("usaha"), None),
        (case("ganda", confirmed=True), None),
    ],
)
def test_conflicts(facts: Case, kind: ConflictKind | None) -> None:
    assert conflict_of(facts) == kind


@pytest.mark.parametrize("resolution", list(Resolution))
def test_a_conflict_waits_for_a_person_and_then_follows_the_person(resolution: Resolution) -> None:
    with pytest.raises(Undecided):
        judge(case("kurang_mampu", exclusions=CAR))
    resolved = judge(
        case("kurang_mampu", exclusions=CAR, resolution=resolution, resolution_reason="Mobil milik majikan")
    )
    assert resolved == Judgement(
        resolution == Resolution.PROPOSE, f"conflict.{resolution}", {"rules": ["mobil"]}, "Mobil milik majikan"
    )


def test_without_a_meeting_nobody_is_decided_about() -> None:
    """No path leads from a mismatch to a rejection without a person: whatever the evidence says, it stays undecided."""
    for exclusions, flagged, confirmed in product(((), CAR), (False, True), (False, True)):
        with pytest.raises(Undecided):
            judge(Case("", "", exclusions=exclusions, flagged=flagged, confirmed=confirmed))


def test_a_planted_short_cut_from_finding_to_rejection_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def short_cut(one: Case) -> Judgement:
        return Judgement(not one.exclusions, "muskel.temuan_benar")

    monkeypatch.setattr(f"{__name__}.judge", short_cut)
    with pytest.raises(pytest.fail.Exception):
        test_without_a_meeting_nobody_is_decided_about()


def test_every_combination_is_a_decision_with_a_reason_or_waits() -> None:
    for reason, exclusions, flagged, confirmed in product(MUSKEL_REASONS, ((), CAR), (False, True), (False, True)):
        facts = case(reason.code, exclusions=exclusions, flagged=flagged, confirmed=confirmed)
        if conflict_of(facts):
            with pytest.raises(Undecided):
                judge(facts)
        else:
            decided = judge(facts)
            assert decided.reason_code in REASONS
            assert decided.included == (reason.result == R.IN_NEED)


def test_the_reason_table_is_whole() -> None:
    assert {reason.result for reason in MUSKEL_REASONS} == set(MuskelResult)
    assert len({reason.code for reason in MUSKEL_REASONS}) == len(MUSKEL_REASONS)
    absent = {(reason.result, reason.siks_status) for reason in MUSKEL_REASONS if reason.result in ABSENT}
    assert absent == {(result, 2) for result in ABSENT}
