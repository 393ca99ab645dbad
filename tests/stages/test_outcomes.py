from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone, translation

from assessment.models import CleaningIssue
from assessment.services import resolve_issue
from notices.models import Notice
from registration.models import Outcome
from stages.flagging import flag_families_of
from stages.models import DecisionKind, OutcomeDecision, UntoldFamily
from stages.outcomes import Ruling, UnlawfulOutcome, decide, standing_decisions
from stages.reasons import reason_words
from tests.people import agus, dewi, siti
from tests.stages.scenes import family_in, finished_run, household_of, person_in, phase_in, tell_everybody

pytestmark = pytest.mark.django_db


def ruled(*families: Any, outcome: Outcome = Outcome.NOT_PROPOSED, code: str = "muskel.usaha") -> int:
    return decide(
        rulings=[Ruling(family.pk, outcome, code) for family in families], kind=DecisionKind.DST, by=dewi(), source="t"
    )


def test_outcome_and_decision_are_written_together_and_the_family_is_left_to_be_told() -> None:
    household = household_of(phase_in())
    family = household.families.get()
    assert ruled(family) == 1
    family.refresh_from_db()
    decision = OutcomeDecision.objects.get()
    assert (family.outcome, decision.previous, decision.outcome) == ("NOT_PROPOSED", "PROCESSING", "NOT_PROPOSED")
    assert (decision.by, decision.source, decision.reason_code) == (dewi(), "t", "muskel.usaha")
    untold = UntoldFamily.objects.get()
    assert (untold.family, untold.phase, Notice.objects.count()) == (family, household.phase, 0)


@pytest.mark.parametrize(
    ("language", "sentence", "title"),
    [
        ("id", "Hasil muskel dan data tidak sejalan.", "Mobil"),
        ("en", "The kelurahan meeting and the data did not agree.", "car"),
    ],
)
def test_the_family_reads_the_reason_in_its_language(language: str, sentence: str, title: str) -> None:
    household = household_of(phase_in())
    ruling = Ruling(
        household.families.get().pk,
        Outcome.NOT_PROPOSED,
        "conflict.not_propose",
        {"rules": ["mobil"]},
        "Mobil dipakai sendiri",
    )
    decide(rulings=[ruling], kind=DecisionKind.DST, by=dewi())
    tell_everybody()
    with translation.override(language):
        body = str(Notice.objects.get().words.body)
        words = reason_words("conflict.not_propose", {"rules": ["mobil"]}, "Mobil dipakai sendiri")
    assert body.endswith(f"{words.sentence} {words.remedy}")
    assert (sentence in body, title in body, "Mobil dipakai sendiri" in body) == (True, True, True)


def test_each_family_of_a_household_is_decided_about_by_itself() -> None:
    household = household_of(phase_in())
    other = family_in(household)
    person_in(other, is_head=True, relation="kepala")
    ruled(other)
    assert sorted(household.families.values_list("number", "outcome")) == [(1, "PROCESSING"), (2, "NOT_PROPOSED")]


def test_withdrawn_families_are_passed_over() -> None:
    household = household_of(phase_in())
    household.withdrawn_at, household.withdrawn_by = timezone.now(), siti()
    household.save()
    assert ruled(household.families.get()) == 0
    assert OutcomeDecision.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "outcome", "code"),
    [
        (DecisionKind.HAND_OFF, Outcome.SENT, "siksng.sent"),
        (DecisionKind.DETERMINATION, Outcome.DETERMINED, "ministry.determined"),
        (DecisionKind.DST, Outcome.DETERMINED, "ministry.determined"),
        (DecisionKind.DST, Outcome.NOT_PROPOSED, "karena"),
    ],
)
def test_a_decision_that_does_not_follow_is_refused(kind: DecisionKind, outcome: Outcome, code: str) -> None:
    family = household_of(phase_in()).families.get()
    with pytest.raises(UnlawfulOutcome):
        decide(rulings=[Ruling(family.pk, outcome, code)], kind=kind, by=dewi())
    assert OutcomeDecision.objects.count() == 0


def test_decisions_are_kept_for_good() -> None:
    ruled(household_of(phase_in()).families.get())
    for statement in ("UPDATE stages_outcomedecision SET reason_code = 'x'", "DELETE FROM stages_outcomedecision"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_newest_decision_stands() -> None:
    family = household_of(phase_in()).families.get()
    ruled(family)
    decide(rulings=[Ruling(family.pk, Outcome.PROCESSING, "reopened")], kind=DecisionKind.REOPENING, by=agus())
    assert standing_decisions([family.pk])[family.pk].reason_code == "reopened"
    assert standing_decisions([]) == {}


def test_flagged_families_need_a_fix() -> None:
    phase = phase_in()
    household, fine = household_of(phase), household_of(phase)
    issue = CleaningIssue.objects.create(
        phase=phase, run_id=finished_run(phase, "assessment.cleaning").pk, kind="tidak_lengkap", household=household
    )
    assert flag_families_of(phase=phase, by=dewi()) == 0
    resolve_issue(issue=issue, state="flagged", reason="Kepala keluarga belum ada", by=dewi())
    assert flag_families_of(phase=phase, by=dewi()) == 1
    assert (household.families.get().outcome, fine.families.get().outcome) == ("NEEDS_FIX", "PROCESSING")
    assert OutcomeDecision.objects.get().reason_data == {"issues": ["tidak_lengkap"]}
    assert flag_families_of(phase=phase, by=dewi()) == 0
