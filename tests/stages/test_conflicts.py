from dataclasses import replace

import pytest

from eligibility.rules import rule_set
from grievances.models import Objection
from grievances.services import decide, object_to
from registration.stage import Stage
from stages import conflicts
from stages.cases import comparison_of, confirmed_families, standing_exclusions
from stages.errors import NotAllowed, Refused
from stages.models import Conflict, ConflictKind, Resolution
from tests.assessment.families import everyone_is_fine
from tests.people import agus, dewi, rina, siti
from tests.stages.scenes import (
    decide_all,
    family_in,
    finding,
    hold,
    household_of,
    in_muskel,
    list_conflicts,
    meeting_of,
    only_family,
    person_in,
    phase_in,
    put_in,
    write_down,
)

pytestmark = pytest.mark.django_db


def with_conflict() -> Conflict:
    phase = in_muskel()
    finding(only_family(phase).household)
    hold(meeting_of(phase))
    put_in(phase, Stage.PENGOLAHAN_3)
    assert list_conflicts(phase) == 1
    return Conflict.objects.get()


def resolve(conflict: Conflict, **changes: object) -> Conflict:
    about = {"resolution": Resolution.PROPOSE, "reason": "Mobil milik majikan", "by": agus()}
    return conflicts.resolve_conflict(conflict=conflict, **{**about, **changes})  # type: ignore[arg-type]


def test_a_meeting_that_says_in_need_against_an_exclusion_is_a_conflict() -> None:
    conflict = with_conflict()
    assert (conflict.kind, conflict.rule_keys, conflict.muskel_result, conflict.is_open) == (
        ConflictKind.IN_NEED_BUT_EXCLUDED,
        ["mobil"],
        "tidak_mampu",
        True,
    )


def test_an_absent_family_whom_dukcapil_confirms_is_a_conflict() -> None:
    phase = in_muskel()
    everyone_is_fine(phase)
    hold(meeting_of(phase), "tidak_dikenal")
    put_in(phase, Stage.PENGOLAHAN_3)
    assert list_conflicts(phase) == 1
    assert Conflict.objects.get().kind == ConflictKind.ABSENT_BUT_REGISTERED


def test_a_person_decides_with_a_reason_once() -> None:
    conflict = resolve(with_conflict())
    assert (conflict.resolution, conflict.reason, conflict.decided_by) == ("propose", "Mobil milik majikan", agus())
    with pytest.raises(Refused) as refused:
        resolve(conflict, resolution=Resolution.NOT_PROPOSE)
    assert refused.value.codes == ["already_decided"]


def test_without_reason_role_or_stage_nothing_is_decided() -> None:
    conflict = with_conflict()
    with pytest.raises(Refused) as refused:
        resolve(conflict, reason=" ")
    assert refused.value.codes == ["no_reason"]
    with pytest.raises(NotAllowed):
        resolve(conflict, by=rina())
    put_in(conflict.phase, Stage.INPUT_SIKSNG)
    with pytest.raises(Refused) as refused:
        resolve(conflict)
    assert refused.value.codes == ["wrong_stage"]
    conflict.refresh_from_db()
    assert conflict.is_open


def test_an_objection_that_was_upheld_ends_the_conflict() -> None:
    conflict = with_conflict()
    only = conflict.family.household.findings.get()
    objection = Objection.objects.create(finding=only, household=only.household, text="Sudah dijual", created_by=siti())
    Objection.objects.filter(pk=objection.pk).update(
        state="upheld", decided_by=dewi(), decided_at=conflict.created_at, reason="Ada bukti"
    )
    assert list_conflicts(conflict.phase) == 0
    assert Conflict.objects.count() == 0


def overturn(conflict: Conflict) -> None:
    only = conflict.family.household.findings.get()
    objection = object_to(finding=only, text="Sudah dijual", by=siti())
    decide(objection=objection, uphold=True, reason="Ada bukti", by=dewi())


def upholding_ends_the_conflict() -> None:
    overturn(with_conflict())
    assert Conflict.objects.count() == 0


def test_upholding_an_objection_ends_the_conflict_at_once() -> None:
    upholding_ends_the_conflict()


def test_a_conflict_that_outlives_its_cause_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grievances.services._when_decided", [])
    with pytest.raises(AssertionError):
        upholding_ends_the_conflict()


def test_upholding_an_objection_to_what_the_meeting_found_right_begins_a_conflict() -> None:
    phase = in_muskel()
    found = finding(only_family(phase).household)
    objection = object_to(finding=found, text="Sudah dijual", by=siti())
    hold(meeting_of(phase), "temuan_benar")
    put_in(phase, Stage.PENGOLAHAN_3)
    assert list_conflicts(phase) == 0
    decide(objection=objection, uphold=True, reason="Ada bukti", by=dewi())
    assert Conflict.objects.get().kind == ConflictKind.CONFIRMED_WITHOUT_FINDING


def test_a_decided_conflict_stays_as_it_was_decided() -> None:
    conflict = resolve(with_conflict())
    overturn(conflict)
    conflict.refresh_from_db()
    assert (conflict.resolution, conflict.decided_by) == ("propose", agus())


def test_before_the_meetings_nothing_is_listed() -> None:
    phase = in_muskel()
    found = finding(only_family(phase).household)
    decide(objection=object_to(finding=found, text="Bukan", by=siti()), uphold=True, reason="Ya", by=dewi())
    assert Conflict.objects.count() == 0


def test_a_decided_conflict_opens_again_when_its_facts_change() -> None:
    conflict = resolve(with_conflict())
    assert list_conflicts(conflict.phase) == 0
    finding(conflict.family.household, "njop")
    assert list_conflicts(conflict.phase) == 1
    conflict.refresh_from_db()
    assert (conflict.is_open, conflict.rule_keys, conflict.reason) == (True, ["mobil", "njop"], "")


def test_agreement_is_no_conflict() -> None:
    phase = in_muskel(families=2)
    finding(meeting_of(phase).decisions.order_by("line")[0].household)
    write_down(meeting_of(phase))
    decide_all(meeting_of(phase), "usaha")
    assert list_conflicts(phase) == 0


def test_exclusions_reach_the_families_they_speak_about(monkeypatch: pytest.MonkeyPatch) -> None:
    phase = phase_in()
    household = household_of(phase)
    first = household.families.get()
    second = family_in(household)
    person_in(second, is_head=True, relation="kepala")
    finding(household, "mobil")
    finding(household, "pegawai_tetap", family=second)
    finding(household, "njop", verdict="clear")
    finding(household, "air_kemasan", is_current=False)

    def keys() -> dict[int, list[str]]:
        found = standing_exclusions([first, second], phase)
        return {family.number: [one.rule_key for one in found[family.pk]] for family in (first, second)}

    assert keys() == {1: ["mobil"], 2: ["mobil", "pegawai_tetap"]}
    spreading = replace(rule_set(phase.rules_on), limits=replace(rule_set(phase.rules_on).limits, kk_spreads=True))
    monkeypatch.setattr("stages.cases.rule_set", lambda day: spreading)
    assert keys() == {1: ["mobil", "pegawai_tetap"], 2: ["mobil", "pegawai_tetap"]}


def test_a_family_is_confirmed_only_if_every_member_is() -> None:
    phase = phase_in()
    family = household_of(phase).families.get()
    assert confirmed_families([family], comparison_of(phase)) == set()
    everyone_is_fine(phase)
    assert confirmed_families([family], comparison_of(phase)) == {family.pk}
    person_in(family, nik=None)
    assert confirmed_families([family], comparison_of(phase)) == {family.pk}
    person_in(family)
    assert confirmed_families([family], comparison_of(phase)) == set()
