import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import RoleGrant
from areas.models import Area
from audit.models import Act
from registration.models import Family, Outcome
from registration.stage import Stage
from stages import conflicts, targets
from stages.errors import NotAllowed, Refused, SamePerson, Stale
from stages.models import Conflict, OutcomeDecision, Resolution, TargetList, TargetState
from tests.people import GAMBIR, TEBET, agus, dewi, rina, siti
from tests.stages.scenes import (
    JAKARTA_PUSAT,
    JAKARTA_SELATAN,
    finding,
    hold,
    in_muskel,
    list_conflicts,
    meeting_of,
    only_family,
    put_in,
)

pytestmark = pytest.mark.django_db


def kota(code: str = JAKARTA_PUSAT) -> Area:
    return Area.objects.get(pk=code)


def proposed(reason: str = "kurang_mampu") -> TargetList:
    phase = in_muskel()
    hold(meeting_of(phase), reason)
    put_in(phase, Stage.PENETAPAN_DST)
    return targets.propose_target_list(phase=phase, kota=kota(), by=dewi())


def test_one_proposes_another_confirms_and_the_family_is_in_the_dst() -> None:
    target = proposed()
    assert (target.state, target.included, target.left_out, target.people) == ("proposed", 1, 0, 1)
    assert only_family(target.phase).outcome == Outcome.PROCESSING
    confirmed = targets.confirm_target_list(target=target, by=agus())
    assert (confirmed.state, confirmed.proposed_by, confirmed.confirmed_by) == ("confirmed", dewi(), agus())
    assert only_family(target.phase).outcome == Outcome.IN_DST
    assert Act.objects.get(verb="stages.confirm_target_list").data["checksum"] == target.checksum


def test_a_family_left_out_learns_the_reason() -> None:
    target = proposed("usaha")
    targets.confirm_target_list(target=target, by=agus())
    decision = OutcomeDecision.objects.get()
    assert (decision.outcome, decision.reason_code, decision.by) == ("NOT_PROPOSED", "muskel.usaha", agus())
    assert targets.reasons_left_out(target) == [("muskel.usaha", 1)]


def check_two_people_sign() -> None:
    target = proposed()
    with pytest.raises(SamePerson):
        targets.confirm_target_list(target=target, by=dewi())
    target.refresh_from_db()
    assert target.state == TargetState.PROPOSED


def test_two_people_sign() -> None:
    check_two_people_sign()


def test_if_the_check_were_missing_the_database_would_still_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "refuse_same_person", lambda target, by: None)
    with pytest.raises(IntegrityError), transaction.atomic():
        targets.confirm_target_list(target=proposed(), by=dewi())


def test_officers_neither_propose_nor_confirm() -> None:
    target = proposed()
    with pytest.raises(NotAllowed):
        targets.confirm_target_list(target=target, by=rina())
    with pytest.raises(NotAllowed):
        targets.propose_target_list(phase=target.phase, kota=kota(), by=rina())


def test_a_list_is_not_drawn_up_while_a_conflict_is_open() -> None:
    phase = in_muskel()
    finding(only_family(phase).household)
    hold(meeting_of(phase))
    put_in(phase, Stage.PENETAPAN_DST)
    with pytest.raises(Refused) as refused:
        targets.propose_target_list(phase=phase, kota=kota(), by=dewi())
    assert refused.value.codes == ["undecided"]
    list_conflicts(phase)
    conflicts.resolve_conflict(
        conflict=Conflict.objects.get(), resolution=Resolution.NOT_PROPOSE, reason="Mobil dipakai sendiri", by=dewi()
    )
    target = targets.propose_target_list(phase=phase, kota=kota(), by=dewi())
    targets.confirm_target_list(target=target, by=agus())
    decision = OutcomeDecision.objects.get()
    assert (decision.outcome, decision.reason_code, decision.reason_text, decision.reason_data) == (
        "NOT_PROPOSED",
        "conflict.not_propose",
        "Mobil dipakai sendiri",
        {"rules": ["mobil"]},
    )


def test_a_list_that_has_aged_cannot_be_confirmed() -> None:
    target = proposed()
    finding(only_family(target.phase).household)
    with pytest.raises(Refused) as refused:
        targets.confirm_target_list(target=target, by=agus())
    assert refused.value.codes == ["list_stale"]
    assert only_family(target.phase).outcome == Outcome.PROCESSING


def test_proposing_anew_discards_the_earlier_proposal() -> None:
    first = proposed()
    second = targets.propose_target_list(phase=first.phase, kota=kota(), by=agus())
    first.refresh_from_db()
    assert (first.state, second.state) == ("discarded", "proposed")
    with pytest.raises(Stale):
        targets.confirm_target_list(target=first, by=agus())
    targets.discard_target_list(target=second, by=dewi())
    with pytest.raises(Stale):
        targets.discard_target_list(target=second, by=dewi())


def test_a_confirmed_list_is_not_proposed_again() -> None:
    target = targets.confirm_target_list(target=proposed(), by=agus())
    with pytest.raises(Refused) as refused:
        targets.propose_target_list(phase=target.phase, kota=kota(), by=dewi())
    assert refused.value.codes == ["confirmed"]


def test_each_kota_has_its_own_list() -> None:
    phase = in_muskel(kelurahan=[GAMBIR, TEBET])
    for code in (GAMBIR, TEBET):
        hold(meeting_of(phase, code))
    put_in(phase, Stage.PENETAPAN_DST)
    assert [area.pk for area in targets.kota_with_families(phase)] == [JAKARTA_PUSAT, JAKARTA_SELATAN]
    one = targets.propose_target_list(phase=phase, kota=kota(JAKARTA_PUSAT), by=dewi())
    assert one.entries.count() == 1
    with pytest.raises(Refused) as refused:
        targets.propose_target_list(phase=phase, kota=kota("31.01"), by=dewi())
    assert refused.value.codes == ["no_families"]


def test_a_family_that_withdraws_meanwhile_is_not_decided_about() -> None:
    target = proposed()
    household = only_family(target.phase).household
    household.withdrawn_at, household.withdrawn_by = timezone.now(), siti()
    household.save()
    with pytest.raises(Refused):
        targets.confirm_target_list(target=target, by=agus())
    assert Family.objects.get().outcome == Outcome.PROCESSING


@pytest.mark.parametrize("giver_is_first", [True, False])
def test_who_made_the_other_an_admin_does_not_count_as_a_second_person(giver_is_first: bool) -> None:
    target = proposed()
    giver, given = (dewi(), agus()) if giver_is_first else (agus(), dewi())
    RoleGrant.objects.filter(user=given).update(granted_by=giver)
    with pytest.raises(SamePerson):
        targets.confirm_target_list(target=target, by=agus())
    RoleGrant.objects.filter(user=given).update(granted_by=None)
    assert targets.confirm_target_list(target=target, by=agus()).state == TargetState.CONFIRMED
