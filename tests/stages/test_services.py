from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Act
from jobs.models import OutboxMessage
from registration.models import Phase
from registration.stage import Stage
from stages import services
from stages.errors import Blocked, NotAllowed, Refused, Stale
from stages.models import EntryKind, StageEntry
from stages.workflow import MOVE_FROM, MOVES
from tests.people import agus, dewi, rina, siti
from tests.stages.scenes import phase_in, planned, put_in

pytestmark = pytest.mark.django_db
S = Stage


def ready_for_registration() -> Phase:
    phase = phase_in(S.SOSIALISASI, closes_at=timezone.now() + timedelta(days=5))
    planned(phase)
    return phase


def test_the_table_has_one_move_for_each_stage_in_order() -> None:
    assert [move.leaves for move in MOVES] == list(Stage)
    assert [move.enters for move in MOVES] == [*list(Stage)[1:], None]


def test_a_move_is_entry_audit_row_and_message_together() -> None:
    phase, admin = ready_for_registration(), dewi()
    agus()
    entry = services.advance(phase=phase, by=admin, expected=S.SOSIALISASI, note="Mulai")
    assert (phase.stage, entry.kind, entry.number) == (S.PENDAFTARAN, EntryKind.ADVANCE, 1)
    assert (entry.from_stage, entry.to_stage, entry.by, entry.note) == (1, 2, admin, "Mulai")
    act = Act.objects.get(verb="stages.advance")
    assert (act.actor_id, act.subject_id, act.data) == (admin.pk, str(phase.pk), {"entry": 1, "from": 1, "to": 2})
    told = {message.recipient for message in OutboxMessage.objects.filter(dedupe_key__startswith="stage-entry-")}
    assert told == {"dewi@contoh.id", "agus@contoh.id"}


def test_a_move_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    phase = ready_for_registration()

    def broken(entry: Any) -> None:
        raise RuntimeError

    move = MOVE_FROM[S.SOSIALISASI]
    monkeypatch.setitem(MOVE_FROM, S.SOSIALISASI, type(move)(**{**move.__dict__, "effects": (broken,)}))
    with pytest.raises(RuntimeError):
        services.advance(phase=phase, by=dewi(), expected=S.SOSIALISASI)
    phase.refresh_from_db()
    assert phase.stage == S.SOSIALISASI
    assert StageEntry.objects.count() == 0
    assert Act.objects.filter(verb="stages.advance").count() == 0


def test_a_page_that_has_aged_is_refused() -> None:
    phase = ready_for_registration()
    with pytest.raises(Stale):
        services.advance(phase=phase, by=dewi(), expected=S.PENDAFTARAN)
    assert StageEntry.objects.count() == 0


def test_guards_say_why_not() -> None:
    phase = phase_in(S.SOSIALISASI)
    with pytest.raises(Blocked) as refused:
        services.advance(phase=phase, by=dewi(), expected=S.SOSIALISASI)
    assert refused.value.codes == ["window_past", "documents_missing"]
    assert [reason.code for reason in services.hindrances(phase)] == ["window_past", "documents_missing"]


@pytest.mark.parametrize("person", [rina, siti])
def test_only_admins_move_a_phase(person: Any) -> None:
    phase = ready_for_registration()
    with pytest.raises(NotAllowed):
        services.advance(phase=phase, by=person(), expected=S.SOSIALISASI)
    with pytest.raises(NotAllowed):
        services.suspend(phase=phase, by=person(), expected=S.SOSIALISASI, note="-")


def test_a_suspended_phase_stands_still_until_it_is_resumed() -> None:
    phase, admin = ready_for_registration(), dewi()
    services.suspend(phase=phase, by=admin, expected=S.SOSIALISASI, note="Gangguan jaringan")
    assert bool(phase.suspended)
    with pytest.raises(NotAllowed) as refused:
        services.advance(phase=phase, by=admin, expected=S.SOSIALISASI)
    assert refused.value.codes == ["suspended"]
    with pytest.raises(NotAllowed):
        services.suspend(phase=phase, by=admin, expected=S.SOSIALISASI, note="lagi")
    services.resume(phase=phase, by=admin, expected=S.SOSIALISASI)
    assert not phase.suspended
    services.advance(phase=phase, by=admin, expected=S.SOSIALISASI)
    assert [entry.kind for entry in StageEntry.objects.all()] == ["suspend", "resume", "advance"]


def test_suspending_needs_a_reason() -> None:
    with pytest.raises(Refused) as refused:
        services.suspend(phase=ready_for_registration(), by=dewi(), expected=S.SOSIALISASI, note="  ")
    assert refused.value.codes == ["no_reason"]


def test_registration_is_extended_also_after_its_window_but_never_shortened_by_it() -> None:
    phase, admin = phase_in(S.PENDAFTARAN), dewi()
    later = timezone.now() + timedelta(days=3)
    services.extend(phase=phase, by=admin, expected=S.PENDAFTARAN, closes_at=later, note="Antrean panjang")
    assert phase.closes_at == later
    with pytest.raises(Refused) as refused:
        services.extend(
            phase=phase, by=admin, expected=S.PENDAFTARAN, closes_at=later - timedelta(days=1), note="salah"
        )
    assert refused.value.codes == ["not_later"]
    put_in(phase, S.PENGOLAHAN_1)
    with pytest.raises(Refused) as refused:
        services.extend(
            phase=phase, by=admin, expected=S.PENGOLAHAN_1, closes_at=later + timedelta(days=1), note="terlambat"
        )
    assert refused.value.codes == ["wrong_stage"]


def test_registration_is_closed_early_with_a_reason() -> None:
    phase = phase_in(S.PENDAFTARAN, closes_at=timezone.now() + timedelta(days=3))
    services.bring_forward(phase=phase, by=dewi(), expected=S.PENDAFTARAN, note="Gladi bersih")
    assert phase.closes_at <= timezone.now()
    with pytest.raises(Refused):
        services.bring_forward(phase=phase, by=dewi(), expected=S.PENDAFTARAN, note="lagi")


def test_leaving_the_last_stage_closes_the_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    phase = phase_in(S.PENETAPAN_DTKS)
    move = MOVE_FROM[S.PENETAPAN_DTKS]
    monkeypatch.setitem(MOVE_FROM, S.PENETAPAN_DTKS, type(move)(**{**move.__dict__, "guards": ()}))
    entry = services.advance(phase=phase, by=dewi(), expected=S.PENETAPAN_DTKS)
    assert entry.kind == EntryKind.CLOSE
    assert phase.closed_at == phase.stage_changed_at
    with pytest.raises(NotAllowed) as refused:
        services.advance(phase=phase, by=dewi(), expected=S.PENETAPAN_DTKS)
    assert refused.value.codes == ["closed"]


def test_the_database_refuses_an_entry_that_skips_a_stage() -> None:
    phase, admin = phase_in(S.PENDAFTARAN), dewi()
    with pytest.raises(IntegrityError), transaction.atomic():
        StageEntry.objects.create(phase=phase, number=1, kind="advance", from_stage=2, to_stage=4, by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        StageEntry.objects.create(phase=phase, number=1, kind="reopen", from_stage=4, to_stage=2, by=admin)


def test_create_phase_begins_in_stage_one_with_its_papers() -> None:
    now = timezone.now()
    phase = services.create_phase(
        by=dewi(),
        slug="tahap-iii-2026",
        name="Tahap III 2026",
        opens_at=now,
        closes_at=now + timedelta(days=20),
        rules_on=now.date(),
        documents="KTP",
    )
    assert (phase.stage, phase.plan.document_list, list(services.hindrances(phase))) == (S.SOSIALISASI, ["KTP"], [])


def test_hindrances_of_a_ready_phase_are_none() -> None:
    assert list(services.hindrances(ready_for_registration())) == []
