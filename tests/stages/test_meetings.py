from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Act
from registration.stage import Stage
from stages import meetings
from stages.errors import Blocked, NotAllowed, Refused, Stale
from stages.models import Muskel, MuskelDecision, MuskelLock
from stages.prelists import issue_prelists
from tests.people import GAMBIR, TEBET, dewi, joko, rina, siti
from tests.stages.scenes import (
    DETAILS,
    decide_all,
    hold,
    household_of,
    in_muskel,
    meeting_of,
    only_family,
    phase_in,
    planned,
    put_in,
    row_of,
    write_down,
)

pytestmark = pytest.mark.django_db


# Prelists
def test_prelists_open_a_meeting_for_each_kelurahan_in_the_order_of_rw_and_rt() -> None:
    phase = phase_in()
    planned(phase, quorum=7)
    last = household_of(phase, rw="002", rt="003")
    first = household_of(phase, rw="001", rt="009")
    middle = household_of(phase, rw="002", rt="001")
    household_of(phase, kelurahan_id=TEBET)
    assert issue_prelists(phase=phase, by=dewi()) == 2
    muskel = meeting_of(phase)
    assert [row.household for row in muskel.decisions.order_by("line")] == [first, middle, last]
    assert [row.line for row in muskel.decisions.order_by("line")] == [1, 2, 3]
    assert (muskel.quorum, muskel.prelist_by, len(muskel.prelist_checksum)) == (7, dewi(), 64)


def test_issuing_again_adds_what_is_missing_and_changes_nothing_else() -> None:
    phase = phase_in()
    household_of(phase, rw="005")
    issue_prelists(phase=phase, by=dewi())
    before = meeting_of(phase).prelist_checksum
    assert issue_prelists(phase=phase, by=dewi()) == 0
    assert meeting_of(phase).prelist_checksum == before
    household_of(phase, rw="001")
    assert issue_prelists(phase=phase, by=dewi()) == 1
    assert [(row.line, row.rw) for row in meeting_of(phase).decisions.order_by("line")] == [(1, "005"), (2, "001")]
    assert meeting_of(phase).prelist_checksum != before


def test_withdrawn_and_other_phases_are_not_listed() -> None:
    phase = phase_in()
    household_of(phase, withdrawn_at=timezone.now(), withdrawn_by=siti())
    household_of(phase_in(slug="lain"))
    assert issue_prelists(phase=phase, by=dewi()) == 0


def test_prelists_are_issued_by_admins_in_stage_six_only() -> None:
    phase = phase_in()
    with pytest.raises(NotAllowed):
        issue_prelists(phase=phase, by=rina())
    with pytest.raises(Refused) as refused:
        issue_prelists(phase=put_in(phase, Stage.MUSKEL), by=dewi())
    assert refused.value.codes == ["wrong_stage"]


# The meeting
def test_only_officers_of_the_kelurahan_write() -> None:
    muskel = meeting_of(in_muskel())
    for person in (joko(), dewi(), siti()):
        with pytest.raises(NotAllowed):
            meetings.save_meeting(muskel=muskel, by=person, version=1, details=DETAILS)
        with pytest.raises(NotAllowed):
            meetings.lock_meeting(muskel=muskel, by=person)


def test_a_meeting_saved_on_an_old_page_is_refused() -> None:
    muskel = meeting_of(in_muskel())
    write_down(muskel)
    with pytest.raises(Stale):
        meetings.save_meeting(muskel=muskel, by=rina(), version=1, details={**DETAILS, "chair": "Lain"})


def test_clearing_a_decision_makes_the_row_undecided() -> None:
    phase = in_muskel()
    decide_all(meeting_of(phase))
    row = row_of(only_family(phase))
    meetings.decide_rows(muskel=meeting_of(phase), by=rina(), rows=[meetings.RowDecision(row.pk, row.version, "", "")])
    row.refresh_from_db()
    assert (row.result, row.reason, row.decided_by, row.version) == ("", "", None, 3)


@pytest.mark.parametrize(("reason", "note"), [("karangan", ""), ("sptjm", ""), ("mampu_lainnya", " ")])
def test_a_reason_must_be_on_the_list_and_bring_its_note(reason: str, note: str) -> None:
    phase = in_muskel()
    row = row_of(only_family(phase))
    with pytest.raises(Refused) as refused:
        meetings.decide_rows(muskel=meeting_of(phase), by=rina(), rows=[meetings.RowDecision(row.pk, 1, reason, note)])
    assert refused.value.codes == ["bad_row"]


def test_unchanged_rows_are_not_written_again() -> None:
    phase = in_muskel()
    decide_all(meeting_of(phase))
    row = row_of(only_family(phase))
    typed = meetings.RowDecision(row.pk, row.version, row.reason, row.note)
    assert meetings.decide_rows(muskel=meeting_of(phase), by=rina(), rows=[typed]) == meetings.Saved(0, ())


# The lock
@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"chair": ""}, ["no_details"]),
        ({"held_on": None}, ["no_details"]),
        ({"held_on": date(2100, 1, 1)}, ["in_future"]),
        ({"attendance": 2}, ["no_quorum"]),
        ({"attendance": None}, ["no_quorum"]),
        ({"attendance": 3}, []),
        ({"basis": "sptjm", "attendance": None}, ["no_sptjm"]),
        ({"basis": "sptjm", "attendance": None, "sptjm_number": "1", "sptjm_reason": "Banjir"}, []),
    ],
)
def test_what_a_lock_needs(changes: dict[str, Any], codes: list[str]) -> None:
    muskel = meeting_of(in_muskel(quorum=3))
    decide_all(muskel)
    write_down(muskel, **changes)
    muskel.refresh_from_db()
    assert [reason.code for reason in meetings.lock_hindrances(muskel, today=timezone.localdate())] == codes
    if codes:
        with pytest.raises(Blocked):
            meetings.lock_meeting(muskel=muskel, by=rina())
    else:
        meetings.lock_meeting(muskel=muskel, by=rina())
        assert muskel.is_locked is True


def test_undecided_families_keep_a_meeting_open() -> None:
    muskel = meeting_of(in_muskel(families=2))
    write_down(muskel)
    with pytest.raises(Blocked) as refused:
        meetings.lock_meeting(muskel=muskel, by=rina())
    assert refused.value.codes == ["undecided"]


def test_an_sptjm_takes_the_undecided_over_as_in_need() -> None:
    phase = in_muskel(families=2)
    muskel = meeting_of(phase)
    row = muskel.decisions.order_by("line").first()
    assert row is not None
    meetings.decide_rows(muskel=muskel, by=rina(), rows=[meetings.RowDecision(row.pk, 1, "usaha")])
    write_down(muskel, basis="sptjm", attendance=None, sptjm_number="1", sptjm_reason="Banjir")
    meetings.lock_meeting(muskel=muskel, by=rina())
    assert list(muskel.decisions.order_by("line").values_list("result", "reason")) == [
        ("mampu", "usaha"),
        ("tidak_mampu", "sptjm"),
    ]


def check_nothing_changes_after_the_lock() -> None:
    phase = in_muskel(kelurahan=[GAMBIR])
    muskel = hold(meeting_of(phase))
    row = row_of(only_family(phase))
    for attempt in (
        lambda: meetings.decide_rows(
            muskel=muskel, by=rina(), rows=[meetings.RowDecision(row.pk, row.version, "usaha")]
        ),
        lambda: meetings.save_meeting(
            muskel=muskel, by=rina(), version=muskel.version, details={**DETAILS, "chair": "Lain"}
        ),
    ):
        with suppress(Refused):
            attempt()
    muskel.refresh_from_db()
    assert (row_of(only_family(phase)).reason, muskel.chair) == ("kurang_mampu", "Lurah Gambir")
    assert meetings.checksum_of(muskel) == MuskelLock.objects.get().checksum


def test_nothing_changes_after_the_lock() -> None:
    check_nothing_changes_after_the_lock()


def test_without_the_lock_check_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meetings, "refuse_locked", lambda muskel: None)
    with pytest.raises(AssertionError):
        check_nothing_changes_after_the_lock()


def test_a_lock_keeps_numbers_and_checksum_for_good() -> None:
    muskel = hold(meeting_of(in_muskel(families=2)))
    lock = MuskelLock.objects.get()
    assert (lock.counts, lock.by, lock.muskel) == ({"tidak_mampu": 2}, rina(), muskel)
    assert Act.objects.get(verb="stages.lock_meeting").data["checksum"] == lock.checksum


def test_the_database_refuses_a_lock_without_its_papers() -> None:
    muskel = meeting_of(in_muskel())
    with pytest.raises(IntegrityError), transaction.atomic():
        Muskel.objects.filter(pk=muskel.pk).update(locked_at=timezone.now(), locked_by=rina())
    with pytest.raises(IntegrityError), transaction.atomic():
        MuskelDecision.objects.filter(muskel=muskel).update(result="mampu")


def test_progress_counts_families_that_have_not_withdrawn() -> None:
    phase = in_muskel(families=2)
    decide_all(meeting_of(phase))
    household = meeting_of(phase).decisions.order_by("line")[0].household
    household.withdrawn_at, household.withdrawn_by = timezone.now(), siti()
    household.save()
    (meeting,) = meetings.meeting_progress(phase)
    assert (meeting.families, meeting.families_decided) == (1, 1)  # type: ignore[attr-defined]
