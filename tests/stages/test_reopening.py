from contextlib import nullcontext

import pytest
from django.db import IntegrityError, transaction

from areas.models import Area
from jobs.models import RunState
from jobs.services import RunNotAllowed
from registration.models import Outcome, Phase
from registration.stage import Stage
from stages import conflict_run, reopening, services
from stages.conflicts import newest_run
from stages.errors import NotAllowed, Refused, SamePerson, Stale
from stages.exporting import issue_package
from stages.models import (
    Conflict,
    EntryKind,
    ExportPackage,
    OutcomeDecision,
    ReopenRequest,
    StageEntry,
    TargetList,
)
from tests.people import GAMBIR, TEBET, agus, dewi, rina
from tests.stages.scenes import (
    JAKARTA_PUSAT,
    finding,
    hold,
    in_muskel,
    in_siksng,
    list_conflicts,
    meeting_of,
    only_family,
    phase_in,
    put_in,
)

pytestmark = pytest.mark.django_db
S = Stage


def asked(phase: Phase, to_stage: Stage, *, kelurahan: tuple[str, ...] = ()) -> ReopenRequest:
    return services.request_reopen(
        phase=phase,
        by=dewi(),
        expected=Stage(phase.stage),
        to_stage=to_stage,
        reason="Data Bapenda salah tanggal",
        kelurahan=kelurahan,
    )


def test_one_asks_another_signs_and_the_phase_goes_back() -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    entry = services.reopen(request=asked(phase, S.PEMADANAN_BAPENDA), by=agus())
    phase.refresh_from_db()
    assert phase.stage == S.PEMADANAN_BAPENDA
    assert (entry.kind, entry.by, entry.second_by, entry.from_stage, entry.to_stage) == (
        EntryKind.REOPEN,
        dewi(),
        agus(),
        6,
        5,
    )


def check_two_people_sign() -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    request = asked(phase, S.PEMADANAN_BAPENDA)
    with pytest.raises(SamePerson):
        services.reopen(request=request, by=dewi())
    phase.refresh_from_db()
    assert phase.stage == S.PENGOLAHAN_2


def test_two_people_sign() -> None:
    check_two_people_sign()


def test_if_the_check_were_missing_the_database_would_still_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reopening, "refuse_same_person", lambda request, by: None)
    request = asked(phase_in(S.PENGOLAHAN_2), S.PEMADANAN_BAPENDA)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.reopen(request=request, by=dewi())


def test_officers_neither_ask_nor_sign() -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    with pytest.raises(NotAllowed):
        services.request_reopen(phase=phase, by=rina(), expected=S.PENGOLAHAN_2, to_stage=S.PENDAFTARAN, reason="Salah")
    with pytest.raises(NotAllowed):
        services.reopen(request=asked(phase, S.PENGOLAHAN_1), by=rina())


@pytest.mark.parametrize("to_stage", [S.PENGOLAHAN_2, S.MUSKEL])
def test_the_way_leads_back(to_stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        asked(phase_in(S.PENGOLAHAN_2), to_stage)
    assert refused.value.codes == ["not_back"]


def test_one_request_at_a_time_and_each_is_settled_once() -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    request = asked(phase, S.PENGOLAHAN_1)
    with pytest.raises(Refused) as refused:
        asked(phase, S.PENGOLAHAN_1)
    assert refused.value.codes == ["already_asked"]
    services.decline_reopen(request=request, by=dewi())
    with pytest.raises(Stale):
        services.reopen(request=request, by=agus())
    assert StageEntry.objects.count() == 0
    services.reopen(request=asked(phase, S.PENGOLAHAN_1), by=agus())


def test_a_request_is_stale_once_the_phase_has_moved() -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    request = asked(phase, S.PENGOLAHAN_1)
    put_in(phase, S.MUSKEL)
    with pytest.raises(Stale):
        services.reopen(request=request, by=agus())


def test_going_back_before_the_dst_undoes_lists_packages_and_outcomes() -> None:
    phase = in_siksng()
    issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    services.reopen(request=asked(phase, S.PENGOLAHAN_3), by=agus())
    assert only_family(phase).outcome == Outcome.PROCESSING
    assert [target.state for target in TargetList.objects.all()] == ["discarded"]
    assert ExportPackage.objects.valid().count() == 0
    reopened = OutcomeDecision.objects.filter(reason_code="reopened").values_list("previous", "outcome")
    assert list(reopened) == [("SENT", "PROCESSING")]
    assert meeting_of(phase).is_locked is True


def test_going_back_to_the_hand_off_keeps_the_dst() -> None:
    phase = in_siksng()
    issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    put_in(phase, S.PENETAPAN_DTKS)
    services.reopen(request=asked(phase, S.INPUT_SIKSNG), by=agus())
    assert only_family(phase).outcome == Outcome.IN_DST
    assert [target.state for target in TargetList.objects.all()] == ["confirmed"]
    phase.refresh_from_db()
    assert issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi()).number == 2


def test_chosen_meetings_are_unlocked_within_the_stage() -> None:
    phase = in_muskel(kelurahan=[GAMBIR, TEBET])
    for code in (GAMBIR, TEBET):
        hold(meeting_of(phase, code))
    entry = services.reopen(request=asked(phase, S.MUSKEL, kelurahan=(TEBET,)), by=agus())
    assert entry.data == {"kelurahan": [TEBET]}
    assert (meeting_of(phase, GAMBIR).is_locked, meeting_of(phase, TEBET).is_locked) == (True, False)
    hold(meeting_of(phase, TEBET))
    assert meeting_of(phase, TEBET).locks.count() == 2


def test_going_back_to_the_muskel_unlocks_all_and_drops_open_conflicts() -> None:
    phase = in_muskel()
    finding(only_family(phase).household)
    hold(meeting_of(phase))
    put_in(phase, S.MUSKEL)
    services.advance(phase=phase, by=dewi(), expected=S.MUSKEL)
    assert list_conflicts(phase) == 1
    services.reopen(request=asked(phase, S.MUSKEL), by=agus())
    assert Conflict.objects.count() == 0
    assert meeting_of(phase).is_locked is False


def check_a_search_that_has_just_ended_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker ends the search between the look at it and the order to stop it."""
    phase = in_muskel()
    hold(meeting_of(phase))
    services.advance(phase=put_in(phase, S.MUSKEL), by=dewi(), expected=S.MUSKEL)
    seen = newest_run(phase)
    list_conflicts(phase)
    monkeypatch.setattr(conflict_run, "newest_run", lambda phase: seen)
    services.reopen(request=asked(phase, S.MUSKEL), by=agus())
    ended = newest_run(phase)
    phase.refresh_from_db()
    assert ended is not None
    assert (ended == seen, ended.state, phase.stage) == (True, RunState.DONE, S.MUSKEL)


def test_a_search_that_has_just_ended_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    check_a_search_that_has_just_ended_holds_nobody_up(monkeypatch)


def test_going_back_that_insists_on_stopping_it_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflict_run, "suppress", lambda *kinds: nullcontext())
    with pytest.raises(RunNotAllowed):
        check_a_search_that_has_just_ended_holds_nobody_up(monkeypatch)


def test_a_closed_phase_stays_closed() -> None:
    phase = phase_in(S.PENETAPAN_DTKS)
    Phase.objects.filter(pk=phase.pk).update(closed_at=phase.stage_changed_at)
    phase.refresh_from_db()
    with pytest.raises(NotAllowed) as refused:
        asked(phase, S.PENGOLAHAN_1)
    assert refused.value.codes == ["closed"]
