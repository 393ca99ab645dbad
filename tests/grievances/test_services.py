"""Objections: who may raise and decide them, and what counts afterwards."""

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessment.assessing import KIND
from assessment.models import Finding
from audit.models import Act
from grievances import services
from grievances.cards import cards_for
from grievances.models import Attachment, Objection
from grievances.services import (
    AlreadyDecided,
    NotContestable,
    ReasonMissing,
    decide,
    effective_findings,
    object_to,
    open_objections,
    open_picture,
)
from identity.sealing import SealError
from notices.models import Notice
from registration.errors import Busy
from registration.models import Family, Household, Outcome, Phase
from registration.stage import Stage
from tests.assessment.families import everyone_is_fine, household_of, owns, run_to_the_end
from tests.grievances.images import jpeg
from tests.people import agus, budi, dewi, joko, rina, siti


@pytest.fixture
def household(phase: Phase) -> Household:
    return household_of(phase)


@pytest.fixture
def finding(phase: Phase, household: Household) -> Finding:
    """A car found in Siti's name."""
    _population, assets = everyone_is_fine(phase)
    owns(assets, household.members.get(), "mobil")
    run_to_the_end(KIND, phase)
    return Finding.objects.current().get(rule_key="mobil")


def raised(finding: Finding, **changes: Any) -> Objection:
    return object_to(**{"finding": finding, "text": "Sudah dijual", "by": siti(), **changes})


def test_a_family_objects_and_an_officer_of_its_kelurahan_accepts(finding: Finding, household: Household):
    objection = raised(finding)
    assert [f.rule_key for f in effective_findings(household) if f.is_excluded] == ["mobil"]
    assert list(open_objections(household.phase)) == [objection]
    decide(objection=objection, uphold=True, reason="Ada bukti jual", by=rina())
    assert [f for f in effective_findings(household) if f.is_excluded] == []
    assert not open_objections(household.phase).exists()
    assert (objection.state, objection.decided_by, objection.reason) == ("upheld", rina(), "Ada bukti jual")


def test_a_rejected_objection_leaves_the_finding(finding: Finding, household: Household):
    decide(objection=raised(finding), uphold=False, reason="Tidak ada bukti", by=dewi())
    assert [f.rule_key for f in effective_findings(household) if f.is_excluded] == ["mobil"]


def test_the_family_is_told_of_receipt_and_decision(finding: Finding):
    objection = raised(finding)
    decide(objection=objection, uphold=False, reason="Tidak ada bukti", by=rina())
    kinds = list(Notice.objects.order_by("created_at", "pk").values_list("kind", flat=True))
    assert sorted(kinds) == ["findings", "objection_received", "objection_rejected"]
    assert "Tidak ada bukti" in Notice.objects.get(kind="objection_rejected").body


def test_each_step_is_an_act_without_personal_data(finding: Finding):
    objection = raised(finding, file=io.BytesIO(jpeg()))
    decide(objection=objection, uphold=True, reason="Ya", by=rina())
    acts = [(act.verb, act.actor_id, act.area_code) for act in Act.objects.about(objection).order_by("id")]
    assert acts == [
        ("grievances.object", siti().pk, "31.71.01.1001"),
        ("grievances.decide", rina().pk, "31.71.01.1001"),
    ]
    assert "dijual" not in str(list(Act.objects.values_list("data", flat=True)))


@pytest.mark.parametrize("who", [budi, joko])
def test_strangers_and_officers_of_another_kelurahan_cannot_object(finding: Finding, who):
    with pytest.raises(PermissionDenied):
        raised(finding, by=who())


@pytest.mark.parametrize("who", [siti, budi, joko])
def test_who_cannot_decide(finding: Finding, who):
    objection = raised(finding)
    with pytest.raises(PermissionDenied):
        decide(objection=objection, uphold=True, reason="Ya", by=who())
    assert Objection.objects.get().is_open


def test_an_officer_raises_for_a_family_at_the_counter_and_somebody_else_decides(phase: Phase):
    household = household_of(phase, walk_in_by=rina())
    _population, assets = everyone_is_fine(phase)
    owns(assets, household.members.get(), "mobil")
    run_to_the_end(KIND, phase)
    objection = raised(Finding.objects.current().get(rule_key="mobil"), by=rina())
    with pytest.raises(PermissionDenied):
        decide(objection=objection, uphold=True, reason="Ya", by=rina())
    decide(objection=objection, uphold=True, reason="Ya", by=agus())


def check_nobody_decides_an_own_objection(finding: Finding) -> None:
    objection = raised(finding, by=rina())
    with pytest.raises(PermissionDenied):
        decide(objection=objection, uphold=True, reason="Ya", by=rina())


def test_nobody_decides_an_own_objection(finding: Finding):
    check_nobody_decides_an_own_objection(finding)


def test_mutant_without_the_check_the_table_still_refuses(finding: Finding, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "may_decide", lambda user, objection: True)
    with pytest.raises(IntegrityError, match="objection_decided_by_another"):
        check_nobody_decides_an_own_objection(finding)


def test_an_officer_does_not_decide_about_a_household_of_the_own_account(phase: Phase):
    household = household_of(phase, account=rina())
    _population, assets = everyone_is_fine(phase)
    owns(assets, household.members.get(), "mobil")
    run_to_the_end(KIND, phase)
    objection = raised(Finding.objects.current().get(rule_key="mobil"), by=agus())
    with pytest.raises(PermissionDenied):
        decide(objection=objection, uphold=True, reason="Ya", by=rina())
    assert not Objection.objects.to_be_decided_by(rina()).exists()


def test_only_one_open_objection_per_finding(finding: Finding):
    raised(finding)
    with pytest.raises(NotContestable):
        raised(finding)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(finding=finding, household=finding.household, text="Lagi", created_by=siti())


def test_after_a_rejection_the_family_may_object_again(finding: Finding):
    decide(objection=raised(finding), uphold=False, reason="Tidak ada bukti", by=rina())
    assert raised(finding, text="Ini buktinya").is_open


@pytest.mark.parametrize("stage", [s for s in Stage if s not in services.MAY_OBJECT_IN])
def test_outside_the_processing_stages_no_objection_is_taken(finding: Finding, stage: Stage):
    Phase.objects.update(stage=stage)
    finding.household.phase.refresh_from_db()
    with pytest.raises(NotContestable):
        raised(finding)


def test_the_stage_is_read_when_the_phase_is_held(finding: Finding):
    """The finding was loaded while objections were taken; the phase has moved on since."""
    assert finding.household.phase.stage in services.MAY_OBJECT_IN
    Phase.objects.update(stage=Stage.PENETAPAN_DST)
    with pytest.raises(NotContestable):
        raised(finding)
    assert Objection.objects.count() == 0


def test_while_the_phase_is_moved_the_family_is_asked_to_try_again(finding: Finding, monkeypatch: pytest.MonkeyPatch):
    def busy(phase_id: int) -> Phase:
        raise Busy

    monkeypatch.setattr(services, "share_phase", busy)
    with pytest.raises(NotContestable, match=r"coba lagi|try again"):
        raised(finding)


def test_a_clear_finding_an_old_one_and_a_withdrawn_household_cannot_be_contested(finding: Finding, phase: Phase):
    clear = Finding.objects.current().get(rule_key="njop")
    with pytest.raises(NotContestable):
        raised(clear)
    run_to_the_end(KIND, phase)
    with pytest.raises(NotContestable):
        raised(Finding.objects.get(pk=finding.pk))
    household = Household.objects.get()
    household.withdrawn_at, household.withdrawn_by, household.withdrawal_reason = timezone.now(), siti(), "pindah"
    household.save()
    with pytest.raises(NotContestable):
        raised(Finding.objects.current().get(rule_key="mobil"))


@pytest.mark.parametrize("text", ["", "   \n"])
def test_an_objection_needs_words_and_so_does_its_decision(finding: Finding, text: str):
    with pytest.raises(ReasonMissing):
        raised(finding, text=text)
    objection = raised(finding)
    with pytest.raises(ReasonMissing):
        decide(objection=objection, uphold=True, reason=text, by=rina())


def test_the_second_decision_finds_the_first(finding: Finding):
    objection = raised(finding)
    stale = Objection.objects.get(pk=objection.pk)
    decide(objection=objection, uphold=True, reason="Ya", by=rina())
    with pytest.raises(AlreadyDecided):
        decide(objection=stale, uphold=False, reason="Tidak", by=dewi())
    assert Objection.objects.get().state == "upheld"


def test_an_accepted_objection_holds_for_the_same_claim_of_a_later_run_only(finding: Finding, phase: Phase):
    household = finding.household
    decide(objection=raised(finding), uphold=True, reason="Ya", by=rina())
    run_to_the_end(KIND, phase)
    assert [f for f in effective_findings(household) if f.is_excluded] == []
    evidence = household.members.get().assets.get()
    owns(evidence.run, household.members.get(), "mobil", line=2)
    run_to_the_end(KIND, phase)
    assert [f.rule_key for f in effective_findings(household) if f.is_excluded] == ["mobil"]


def test_a_later_run_knows_the_objection_that_is_waiting_or_was_accepted(finding: Finding, phase: Phase):
    objection = raised(finding)
    run_to_the_end(KIND, phase)
    again = Finding.objects.current().get(rule_key="mobil")
    (card,) = [card for card in cards_for(finding.household) if card.finding == again]
    assert (card.objection, card.may_object) == (objection, False)
    for _ in ("waiting", "accepted"):
        with pytest.raises(NotContestable):
            raised(again)
        if objection.is_open:
            decide(objection=objection, uphold=True, reason="Ya", by=rina())


def test_cards_put_what_concerns_the_family_first(finding: Finding):
    cards = cards_for(finding.household)
    assert [(card.finding.rule_key, card.may_object) for card in cards if card.is_of_concern] == [("mobil", True)]
    assert cards[0].is_of_concern


def test_neither_objection_nor_decision_changes_an_outcome(finding: Finding):
    decide(objection=raised(finding), uphold=False, reason="Tidak", by=rina())
    assert set(Family.objects.values_list("outcome", flat=True)) == {Outcome.PROCESSING}


def test_the_picture_is_sealed_and_bound_to_its_row(finding: Finding):
    objection = raised(finding, file=io.BytesIO(jpeg()))
    attachment = Attachment.objects.get()
    assert objection.attachment == attachment
    assert b"JFIF" not in bytes(attachment.content)
    picture = open_picture(attachment)
    assert picture.startswith(b"\xff\xd8")
    assert attachment.size == len(picture)
    other = Attachment(content=bytes(attachment.content), media_type="image/jpeg", size=1)
    with pytest.raises(SealError):
        open_picture(other)
