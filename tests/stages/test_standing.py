from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from registration.models import Family, Outcome
from registration.stage import Stage
from stages.models import DecisionKind, OutcomeDecision
from stages.outcomes import Ruling, decide
from stages.reasons import REASONS, reason_words
from stages.standing import Standing, standing, standing_of, standings_of
from stages.timeline import timeline_for
from tests.people import dewi
from tests.stages.scenes import finding, hold, household_of, in_muskel, listed, meeting_of, only_family, phase_in

NO = ("NOT_PROPOSED", "NOT_DETERMINED")


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_outcome_in_every_stage_has_a_sentence(language: str) -> None:
    with translation.override(language):
        for outcome, stage, against, suspended in product(Outcome, Stage, (False, True), (False, True)):
            found = standing(outcome, stage, has_exclusions=against, suspended=suspended)
            assert found.key
            assert found.sentence.strip().endswith((".", "!"))
            assert found.tone in ("progress", "good", "bad", "warn")


def test_no_no_comes_without_a_reason() -> None:
    for outcome, stage in product(Outcome, Stage):
        found = standing(outcome, stage)
        if found.tone == "bad":
            assert found.reason
        assert "tidak layak" not in found.sentence.lower()


def test_a_no_brings_the_reason_of_its_decision_and_a_way_out() -> None:
    decision = OutcomeDecision(outcome="NOT_PROPOSED", reason_code="muskel.usaha", reason_text="Punya toko")
    found = standing(Outcome.NOT_PROPOSED, Stage.PENETAPAN_DST, decision=decision)
    assert (found.key, found.tone) == ("not_proposed", "bad")
    assert "Punya toko" in found.reason
    assert found.remedy


def test_a_decision_that_no_longer_stands_gives_no_reason() -> None:
    old = OutcomeDecision(outcome="NOT_PROPOSED", reason_code="muskel.usaha")
    assert standing(Outcome.PROCESSING, Stage.PENGOLAHAN_3, decision=old).reason == ""


def test_findings_are_named_once_families_have_been_told() -> None:
    assert standing(Outcome.PROCESSING, Stage.PEMADANAN_BAPENDA, has_exclusions=True).key == "matching"
    assert standing(Outcome.PROCESSING, Stage.PENGOLAHAN_2, has_exclusions=True).key == "contested"
    assert standing(Outcome.PROCESSING, Stage.MUSKEL).key == "muskel"


def test_determined_but_not_eligible_is_said_as_such() -> None:
    decision = OutcomeDecision(
        outcome="DETERMINED", reason_code="ministry.ineligible", reason_data={"said": "Memiliki mobil"}
    )
    found = standing(Outcome.DETERMINED, Stage.PENETAPAN_DTKS, decision=decision)
    assert (found.key, found.tone) == ("determined_ineligible", "warn")
    assert "Memiliki mobil" in found.reason


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_reason_is_worded(code: str) -> None:
    words = reason_words(code, {"rules": ["mobil", "tidak_ada"], "as_of": "2026-11-15", "said": "X"}, "")
    assert len(str(words.sentence)) > 20


def test_every_reason_against_a_family_has_a_remedy() -> None:
    against = [
        code
        for code in REASONS
        if code.startswith(("muskel.", "ministry.")) or code in ("conflict.not_propose", "siksng.failed")
    ]
    without = [code for code in against if not str(REASONS[code].remedy)]
    assert without == ["muskel.kurang_mampu", "muskel.sptjm", "ministry.determined"]


@pytest.mark.django_db
def test_standing_of_a_family_from_the_database() -> None:
    phase = phase_in()
    family = household_of(phase).families.get()
    assert standing_of(family).key == "processing"
    finding(family.household)
    assert standing_of(family).key == "contested"
    decide(rulings=[Ruling(family.pk, Outcome.NOT_PROPOSED, "muskel.usaha")], kind=DecisionKind.DST, by=dewi())
    family.refresh_from_db()
    assert standing_of(family).key == "not_proposed"


@pytest.mark.django_db
def test_standings_of_many_take_the_same_number_of_queries() -> None:
    phase = phase_in()

    def queries(count: int) -> int:
        while Family.objects.count() < count:
            household_of(phase)
        families = list(Family.objects.select_related("household__phase"))
        with CaptureQueriesContext(connection) as captured:
            found = standings_of(families)
        assert set(found.values()) == {Standing("processing", found[families[0].pk].sentence)}
        return len(captured)

    assert queries(1) == queries(6) == 3


@pytest.mark.django_db
def test_the_timeline_tells_what_happened_and_names_no_staff() -> None:
    phase = in_muskel()
    hold(meeting_of(phase), "usaha")
    household = only_family(phase).household
    before = [event.kind for event in timeline_for(household)]
    assert before == ["registered", "muskel"]
    listed(phase)
    events = timeline_for(household)
    assert [event.kind for event in events] == ["registered", "muskel", "decision"]
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert events[1].remedy
    text = " ".join(f"{event.title} {event.text}" for event in events)
    assert household.reference in text
    assert "Rina" not in text
    assert "Dewi" not in text


@pytest.mark.django_db
def test_an_unlocked_meeting_is_not_yet_told() -> None:
    from tests.stages.scenes import decide_all

    phase = in_muskel()
    decide_all(meeting_of(phase), "usaha")
    assert [event.kind for event in timeline_for(only_family(phase).household)] == ["registered"]


@pytest.mark.django_db
def test_the_timeline_takes_four_queries() -> None:
    phase = in_muskel()
    hold(meeting_of(phase))
    household = only_family(phase).household
    with CaptureQueriesContext(connection) as captured:
        timeline_for(household)
    assert len(captured) == 4
