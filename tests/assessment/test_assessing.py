"""From answers and evidence to findings, and no further."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from assessment import assessing
from assessment.assessing import KIND
from assessment.explain import explain
from assessment.models import POPULATION_RULE, Finding
from assessment.services import assessment_standing, findings_for, findings_for_many, start_assessment
from jobs.services import RunNotAllowed
from notices.models import Notice
from registration.models import Family, Outcome, Phase
from tests.assessment.families import (
    AS_OF,
    FINE,
    everyone_is_fine,
    family_in,
    heard_of,
    household_of,
    matching_run,
    owns,
    person_in,
    run_to_the_end,
)
from tests.people import dewi


def verdicts(household) -> dict[str, str]:
    return {f.rule_key: f.verdict for f in findings_for(household)}


def test_a_family_nothing_speaks_against_is_clear_but_for_the_muskel(phase: Phase):
    household = household_of(phase)
    everyone_is_fine(phase)
    run = run_to_the_end(KIND, phase)
    found = findings_for(household)
    assert {f.run_id for f in found} == {run.pk}
    assert {f.rule_version for f in found} == {"2024-10-01"}
    assert {f.rule_key for f in found if f.verdict == "unknown"} == {"tidak_miskin"}
    assert not [f for f in found if f.is_of_concern]
    assert Notice.objects.count() == 0


def test_findings_carry_subject_source_and_date(phase: Phase):
    household = household_of(phase)
    member = household.members.get()
    population, assets = everyone_is_fine(phase)
    owns(assets, member, "mobil")
    population.verdicts.update(register_area_code="32.75.01.1001", register_occupation="KEPOLISIAN RI (POLRI)")
    run_to_the_end(KIND, phase)
    found = {f.rule_key: f for f in findings_for(household) if f.is_excluded}
    assert set(found) == {"mobil", "ktp_non_dki", "pegawai_tetap"}
    assert {f.severity for f in found.values()} == {"review"}
    assert (found["mobil"].family_id, found["mobil"].member_id) == (None, None)
    assert (found["pegawai_tetap"].family_id, found["pegawai_tetap"].member_id) == (member.family_id, None)
    assert (found["ktp_non_dki"].family_id, found["ktp_non_dki"].member_id) == (member.family_id, member.pk)
    assert (found["mobil"].source, found["mobil"].source_date) == ("bapenda", AS_OF)


def test_a_motorcycle_is_no_car(phase: Phase):
    household = household_of(phase)
    _population, assets = everyone_is_fine(phase)
    owns(assets, household.members.get(), "motor")
    run_to_the_end(KIND, phase)
    assert verdicts(household)["mobil"] == "clear"


def test_plots_of_two_people_are_counted_together(phase: Phase):
    household = household_of(phase)
    first = household.members.get()
    second = person_in(first.family)
    _population, assets = everyone_is_fine(phase)
    owns(assets, first, "tanah_bangunan", 600_000_000, line=1)
    owns(assets, second, "tanah_bangunan", 650_000_000, line=2)
    run_to_the_end(KIND, phase)
    (finding,) = [f for f in findings_for(household) if f.rule_key == "njop"]
    assert (finding.verdict, finding.detail["njop"]) == ("excluded", 1_250_000_000)
    assert "Rp1.250.000.000" in explain(finding).what


@pytest.mark.parametrize("value", ["layanan_tidak_tersedia", "belum_dicek"])
def test_a_source_that_did_not_answer_says_nothing(phase: Phase, value: str):
    household = household_of(phase)
    heard_of(matching_run(phase, "population"), household.members.get(), value)
    heard_of(matching_run(phase, "assets"), household.members.get(), value)
    run_to_the_end(KIND, phase)
    unknown = {f.rule_key for f in findings_for(household) if f.verdict == "unknown"}
    assert unknown == {"ktp_non_dki", "mobil", "njop", "tidak_miskin"}
    assert not [f for f in findings_for(household) if f.is_of_concern]


@pytest.mark.parametrize(
    "value", ["meninggal", "nonaktif", "tidak_padan", "nik_tidak_ditemukan", "ganda", "format_salah"]
)
def test_a_problem_in_the_population_data_is_explained_and_excludes_nobody(phase: Phase, value: str):
    household = household_of(phase)
    member = household.members.get()
    fields = {"name": {"result": "Tidak Sesuai", "score": 40}, "birth_date": {"result": "Sesuai"}}
    heard_of(matching_run(phase, "population"), member, value, fields=fields if value == "tidak_padan" else {})
    run_to_the_end(KIND, phase)
    (finding,) = [f for f in findings_for(household) if f.rule_key == POPULATION_RULE]
    assert (finding.verdict, finding.severity, finding.member_id) == ("unknown", "review", member.pk)
    told = explain(finding)
    assert all((told.title, told.what, told.remedy, told.date == AS_OF))
    assert not [f for f in findings_for(household) if f.is_excluded]
    assert finding.detail["differs"] == (["name"] if value == "tidak_padan" else [])


def test_somebody_recorded_as_moved_is_unknown_not_excluded(phase: Phase):
    household = household_of(phase)
    heard_of(matching_run(phase, "population"), household.members.get(), "padan", register_status="pindah")
    run_to_the_end(KIND, phase)
    (ktp,) = [f for f in findings_for(household) if f.rule_key == "ktp_non_dki" and f.member_id]
    assert ktp.verdict == "unknown"
    assert [f.detail["problem"] for f in findings_for(household) if f.rule_key == POPULATION_RULE] == ["pindah"]


def damaging_evidence(phase: Phase) -> None:
    household = household_of(phase, declarations={**FINE, "air_kemasan": "ya"})
    member = household.members.get()
    population, assets = matching_run(phase, "population"), matching_run(phase, "assets")
    heard_of(population, member, "meninggal", register_area_code="32.75.01.1001")
    heard_of(assets, member, "ada_catatan")
    owns(assets, member, "mobil")
    owns(assets, member, "tanah_bangunan", 5_000_000_000, line=2)


def check_no_outcome_moves(phase: Phase) -> None:
    damaging_evidence(phase)
    run_to_the_end(KIND, phase)
    assert Finding.objects.speaking_against().count() == 3
    assert set(Family.objects.values_list("outcome", flat=True)) == {Outcome.PROCESSING}


def test_no_finding_however_bad_changes_an_outcome(phase: Phase):
    check_no_outcome_moves(phase)


def test_mutant_a_run_that_rejects_is_caught(phase: Phase, monkeypatch: pytest.MonkeyPatch):
    original = assessing._tell

    def reject(households, findings, told):
        original(households, findings, told)
        Family.objects.filter(household__in=[f.household_id for f in findings if f.is_excluded]).update(
            outcome=Outcome.NOT_PROPOSED
        )

    monkeypatch.setattr(assessing, "_tell", reject)
    with pytest.raises(AssertionError):
        check_no_outcome_moves(phase)


def test_a_later_run_replaces_what_is_current_and_keeps_what_was_said(phase: Phase):
    household = household_of(phase)
    _population, assets = everyone_is_fine(phase)
    first = run_to_the_end(KIND, phase)
    owns(assets, household.members.get(), "mobil")
    second = run_to_the_end(KIND, phase)
    assert verdicts(household)["mobil"] == "excluded"
    assert {f.run_id for f in findings_for(household)} == {second.pk}
    earlier = Finding.objects.get(run_id=first.pk, rule_key="mobil")
    assert (earlier.verdict, earlier.is_current) == ("clear", False)


def test_working_on_the_same_range_twice_writes_nothing_twice(phase: Phase):
    household = household_of(phase)
    everyone_is_fine(phase)
    run = run_to_the_end(KIND, phase)
    before = sorted(Finding.objects.values_list("pk", flat=True))
    for shard in run.shards.all():
        assessing.assess(run, shard)
    assert sorted(Finding.objects.values_list("pk", flat=True)) == before
    assert len(findings_for(household)) == len(before)


def test_families_are_told_once_and_again_only_of_something_new(phase: Phase):
    household = household_of(phase)
    _population, assets = everyone_is_fine(phase)
    owns(assets, household.members.get(), "mobil")
    run_to_the_end(KIND, phase)
    run_to_the_end(KIND, phase)
    notice = Notice.objects.get()
    assert (notice.kind, notice.params["count"], notice.household_id) == ("findings", 1, household.pk)
    owns(assets, household.members.get(), "tanah_bangunan", 2_000_000_000, line=2)
    run_to_the_end(KIND, phase)
    latest = Notice.objects.latest("created_at")
    assert latest.params["count"] == 2


def test_withdrawn_and_other_phases_households_are_left_alone(phase: Phase):
    withdrawn = household_of(phase)
    withdrawn.withdrawn_at = timezone.now()
    withdrawn.withdrawn_by = withdrawn.account
    withdrawn.withdrawal_reason = "pindah"
    withdrawn.save()
    run_to_the_end(KIND, phase)
    assert Finding.objects.count() == 0


def test_each_kk_has_its_own_muskel_finding(phase: Phase):
    household = household_of(phase)
    second = family_in(household)
    person_in(second, is_head=True, relation="kepala")
    run_to_the_end(KIND, phase)
    muskel = [f for f in findings_for(household) if f.rule_key == "tidak_miskin"]
    assert {f.family_id for f in muskel} == set(household.families.values_list("pk", flat=True))
    assert {f.verdict for f in muskel} == {"unknown"}


def test_rules_of_the_phases_day_apply(phase: Phase):
    phase.rules_on = phase.rules_on.replace(year=2021, month=6, day=7)
    phase.save()
    household = household_of(phase)
    run_to_the_end(KIND, phase)
    assert set(verdicts(household)) == {"pegawai_tetap", "mobil", "njop", "air_kemasan", "tidak_miskin"}


def test_one_assessment_at_a_time(phase: Phase):
    start_assessment(phase=phase, by=dewi())
    with pytest.raises(RunNotAllowed):
        start_assessment(phase=phase, by=dewi())
    assert not assessment_standing(phase).is_done


def test_many_households_cost_one_query(phase: Phase, django_assert_num_queries):
    ids = [household_of(phase).pk for _ in range(3)]
    run_to_the_end(KIND, phase)
    with django_assert_num_queries(1):
        found = findings_for_many(ids)
    assert {len(rows) for rows in found.values()} == {8}


@pytest.mark.parametrize("change", [{"verdict": "clear"}, {"detail": {}}, {"source": "x"}])
def test_the_application_may_mark_a_finding_as_old_and_nothing_else(phase: Phase, change: dict):
    household_of(phase)
    run_to_the_end(KIND, phase)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Finding.objects.update(**change)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Finding.objects.all()._raw_delete("default")
    assert Finding.objects.update(is_current=False) == Finding.objects.count()


def test_an_unknown_problem_never_becomes_an_exclusion_in_the_table(phase: Phase):
    household = household_of(phase)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(
            run_id=household.pk,
            household=household,
            rule_key=POPULATION_RULE,
            rule_version="2024-10-01",
            verdict="excluded",
            severity="review",
            source="dukcapil",
        )
