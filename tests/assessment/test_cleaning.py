"""Cleaning lists what a person has to look at, and decides nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessment import cleaning
from assessment.cleaning import KIND
from assessment.models import CleaningIssue, IssueKind, IssueState
from assessment.services import AlreadyDecided, ReasonMissing, cleaning_standing, resolve_issue
from audit.models import Act
from registration.models import Family, Outcome, Phase
from tests.assessment.families import FINE, family_in, household_of, person_in, phase_in, run_to_the_end
from tests.people import budi, dewi, joko, rina, siti

NIK = "9901015708887777"
KK = "9901010101207777"


def issues() -> list[tuple[str, object, object]]:
    return [(i.kind, i.household_id, i.other_household_id) for i in CleaningIssue.objects.all()]


def test_clean_households_make_no_issue(phase: Phase):
    household_of(phase)
    household_of(phase, account=budi())
    run = run_to_the_end(KIND, phase)
    assert issues() == []
    assert (run.rows_total, run.rows_done) == (2, 2)
    assert cleaning_standing(phase).is_done


def test_the_same_nik_in_two_households_is_one_issue_at_the_first(phase: Phase):
    first, second = sorted([household_of(phase), household_of(phase, account=budi())], key=lambda h: h.pk)
    for household in (first, second):
        person_in(household.families.get(), nik=NIK)
    run_to_the_end(KIND, phase)
    assert issues() == [(IssueKind.DOUBLE_NIK, first.pk, second.pk)]


def test_the_same_nik_twice_at_home_has_no_other_household(phase: Phase):
    household = household_of(phase)
    person_in(household.families.get(), nik=NIK)
    person_in(household.families.get(), nik=NIK)
    run_to_the_end(KIND, phase)
    assert issues() == [(IssueKind.DOUBLE_NIK, household.pk, None)]


def test_the_same_kk_in_two_households(phase: Phase):
    first, second = sorted([household_of(phase), household_of(phase, account=budi())], key=lambda h: h.pk)
    for household in (first, second):
        person_in(family_in(household, kk=KK), is_head=True, relation="kepala")
    run_to_the_end(KIND, phase)
    assert issues() == [(IssueKind.DOUBLE_KK, first.pk, second.pk)]


def test_other_phases_and_withdrawn_households_do_not_count(phase: Phase):
    earlier = phase_in(slug="tahap-lama")
    withdrawn = household_of(phase, account=budi())
    withdrawn.withdrawn_at = timezone.now()
    withdrawn.withdrawn_by = budi()
    withdrawn.withdrawal_reason = "pindah"
    withdrawn.save()
    for household in (household_of(phase), household_of(earlier), withdrawn):
        person_in(household.families.get(), nik=NIK)
        person_in(family_in(household, kk=KK), is_head=True, relation="kepala")
    run_to_the_end(KIND, phase)
    assert issues() == []


@pytest.mark.parametrize(
    ("years", "found"),
    [(0, []), (3, [["nik"]])],
)
def test_only_a_newborn_may_be_without_nik(phase: Phase, years: int, found: list):
    household = household_of(phase)
    born = timezone.localdate() - timedelta(days=365 * years + 20)
    person_in(household.families.get(), nik=None, birth_date=born)
    run_to_the_end(KIND, phase)
    assert [i.detail["missing"] for i in CleaningIssue.objects.all()] == found


def test_a_family_without_head_or_without_anybody_is_incomplete(phase: Phase):
    household = household_of(phase)
    person_in(family_in(household))
    family_in(household)
    run_to_the_end(KIND, phase)
    missing = CleaningIssue.objects.order_by("family__number").values_list("family__number", "detail__missing")
    assert list(missing) == [(2, ["kepala_keluarga"]), (3, ["anggota"])]


def test_an_unanswered_question_is_incomplete_under_the_rules_of_the_phase(phase: Phase):
    household_of(phase, declarations={key: FINE[key] for key in FINE if key != "domisili_dki"})
    run_to_the_end(KIND, phase)
    assert CleaningIssue.objects.get().detail == {"missing": ["jawaban"], "questions": ["domisili_dki"]}
    early = phase_in(slug="tahap-2021", rules_on=date(2021, 6, 7))
    household_of(early, declarations={key: FINE[key] for key in FINE if key not in ("domisili_dki", "ktp_dki")})
    run_to_the_end(KIND, early)
    assert CleaningIssue.objects.count() == 1


def double_nik(phase: Phase) -> CleaningIssue:
    household = household_of(phase)
    person_in(household.families.get(), nik=NIK)
    person_in(household.families.get(), nik=NIK)
    run_to_the_end(KIND, phase)
    return CleaningIssue.objects.get()


def test_a_person_decides_with_a_reason_and_a_later_run_keeps_it(phase: Phase):
    issue = double_nik(phase)
    assert cleaning_standing(phase).open_issues == 1
    resolve_issue(issue=issue, state=IssueState.FLAGGED, reason=" Satu orang, dua kali diketik ", by=rina())
    run_to_the_end(KIND, phase)
    issue = CleaningIssue.objects.get()
    assert (issue.state, issue.reason, issue.decided_by) == ("flagged", "Satu orang, dua kali diketik", rina())
    assert cleaning_standing(phase).open_issues == 0
    act = Act.objects.about(issue).get()
    assert (act.verb, act.actor_id, act.data) == (
        "assessment.resolve_issue",
        rina().pk,
        {"kind": "nik_ganda", "state": "flagged"},
    )
    assert set(Family.objects.values_list("outcome", flat=True)) == {Outcome.PROCESSING}


@pytest.mark.parametrize("who", [siti, budi, joko])
def test_only_officers_of_the_kelurahan_and_admins_decide(phase: Phase, who):
    issue = double_nik(phase)
    with pytest.raises(PermissionDenied):
        resolve_issue(issue=issue, state=IssueState.RESOLVED, reason="ya", by=who())
    resolve_issue(issue=issue, state=IssueState.RESOLVED, reason="ya", by=dewi())


def test_no_reason_no_decision_and_no_second_one(phase: Phase):
    issue = double_nik(phase)
    with pytest.raises(ReasonMissing):
        resolve_issue(issue=issue, state=IssueState.RESOLVED, reason="  ", by=rina())
    with pytest.raises(ValueError, match="resolved or flagged"):
        resolve_issue(issue=issue, state=IssueState.OPEN, reason="ya", by=rina())
    resolve_issue(issue=issue, state=IssueState.RESOLVED, reason="ya", by=rina())
    with pytest.raises(AlreadyDecided):
        resolve_issue(issue=issue, state=IssueState.FLAGGED, reason="tidak", by=dewi())


def test_the_table_refuses_a_decision_without_person_or_reason(phase: Phase):
    issue = double_nik(phase)
    for change in ({"state": "resolved"}, {"state": "resolved", "reason": "x"}, {"reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CleaningIssue.objects.filter(pk=issue.pk).update(**change)


def test_shards_cover_every_household_once(phase: Phase, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("assessment.ranges.HOUSEHOLDS_PER_SHARD", 1)
    ids = {household_of(phase).pk for _ in range(5)}
    seen: list = []
    original = getattr(cleaning, "households_in")  # noqa: B009 the module's own import
    monkeypatch.setattr(cleaning, "households_in", lambda run, shard: seen_by(seen, original(run, shard)))
    run = run_to_the_end(KIND, phase)
    assert run.shards.count() == 5
    assert sorted(seen) == sorted(ids)


def seen_by(seen: list, households):
    seen.extend(households.values_list("pk", flat=True))
    return households
