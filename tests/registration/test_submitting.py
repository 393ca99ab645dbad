"""Submission: all of it or nothing, once, and only what may be."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from areas.models import Area
from audit.models import Act
from identity.indexes import keyed_index
from jobs.models import OutboxMessage
from registration import building, services
from registration.models import Draft, Family, Household, Member, Phase, Slot, Submission
from registration.pages import PAGE_BY_KEY
from registration.stage import Stage
from tests.people import GAMBIR, budi, joko, rina, siti
from tests.registration.samples import Sample, fill, open_phase, post, ready_draft, registered

pytestmark = pytest.mark.django_db


def test_a_draft_becomes_a_household_with_its_families_and_members(phase: Phase) -> None:
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)

    assert household.account == siti()
    assert household.registered_by is None
    assert (household.kelurahan_id, household.rt, household.rw) == (GAMBIR, "005", "012")
    assert household.address == "Jl. Contoh 1"
    assert household.contact_phone == "+6281200000001"
    assert household.dwelling["daya"] == "450"
    assert household.dwelling["luas_lantai"] == 24
    assert household.declarations["ktp_dki"] == "ya"
    families = list(Family.objects.filter(household=household))
    assert [family.kk for family in families] == list(sample.kk.values())
    members = list(Member.objects.filter(household=household).order_by("family__number", "number"))
    assert [(m.name, m.is_head, m.pregnant) for m in members] == [
        ("Siti Aminah", True, False),
        ("Ahmad", False, None),
        ("Nur", False, False),
        ("Halimah", True, None),
    ]
    assert members[0].nik_index == keyed_index("nik", members[0].nik or "", key_id=phase.index_key_id)
    assert Slot.objects.filter(household=household).count() == 2 + 4


def test_the_frozen_copy_the_act_and_the_receipt_are_written_with_it(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)

    copy = Submission.objects.get(household=household)
    assert copy.number == 1
    assert copy.payload["pages"]["domisili"]["rt"] == "005"
    assert copy.payload["families"][0]["people"][0]["nama"] == "Siti Aminah"
    act = Act.objects.get(verb="registration.submit")
    assert (act.subject_id, act.area_code, act.data) == (
        str(household.pk),
        GAMBIR,
        {"channel": "online", "families": 2, "people": 4},
    )
    message = OutboxMessage.objects.get()
    assert message.recipient == "+6281200000001"
    assert household.reference in message.body


def test_submitting_again_returns_the_same_household(phase: Phase) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    assert services.submit(draft=draft, by=siti()) == services.submit(draft=draft, by=siti())
    assert Household.objects.count() == 1


def test_submit_takes_ten_queries_and_the_bulk_inserts(phase: Phase) -> None:
    someone = siti()
    draft = ready_draft(by=someone, phase=phase)
    with CaptureQueriesContext(connection) as queries:
        services.submit(draft=draft, by=someone)
    said = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    many = tuple(f'INSERT INTO "registration_{table}"' for table in ("family", "member", "slot"))
    bulk = [sql for sql in said if sql.startswith(many)]
    assert (len(bulk), len(said) - len(bulk)) == (3, 10)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stage": Stage.SOSIALISASI}, "stage"),
        ({"stage": Stage.PENGOLAHAN_1}, "stage"),
        ({"suspended": True}, "suspended"),
        ({"opens_at": timezone.now() + timedelta(hours=1)}, "early"),
        ({"closes_at": timezone.now() - timedelta(seconds=1)}, "late"),
    ],
)
def test_outside_the_window_nothing_is_registered_and_the_draft_is_kept(
    phase: Phase, changes: dict[str, Any], reason: str
) -> None:
    draft = ready_draft(by=siti(), phase=phase)
    Phase.objects.filter(pk=phase.pk).update(**changes)
    with pytest.raises(services.NotOpen) as refusal:
        services.submit(draft=draft, by=siti())
    assert refusal.value.reason == reason
    assert Household.objects.count() == 0
    assert draft.pages.count() == len(list(Sample().pages()))


def test_a_missing_page_is_named(phase: Phase) -> None:
    draft = services.open_draft(by=siti(), phase=phase)
    fill(draft, Sample(), by=siti(), but=("pernyataan", "kloset"))
    with pytest.raises(services.Incomplete) as refusal:
        services.submit(draft=draft, by=siti())
    assert refusal.value.tasks == [str(PAGE_BY_KEY[key].title) for key in ("kloset", "pernyataan")]


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("ktp_dki", "tidak"),
        ("domisili_dki", "tidak"),
        ("pegawai_tetap", "ya"),
        ("mobil", "ya"),
        ("njop", "ya"),
        ("air_kemasan", "ya"),
    ],
)
def test_an_excluding_answer_stops_the_submission_with_reason_and_remedy(phase: Phase, key: str, answer: str) -> None:
    sample = Sample()
    sample.once["pernyataan"] = {**sample.once["pernyataan"], key: answer}
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    with pytest.raises(services.HardStop) as stop:
        services.submit(draft=draft, by=siti())
    (result,) = stop.value.results
    assert str(result.text)
    assert str(result.remedy)
    assert Household.objects.count() == 0
    assert Draft.objects.get().household is None


def test_a_number_registered_before_is_refused_without_saying_which(phase: Phase) -> None:
    sample = Sample()
    registered(by=siti(), phase=phase, sample=sample)
    other = Sample()
    other.kk[other.first] = sample.kk[sample.first]
    draft = ready_draft(by=budi(), phase=phase, sample=other)
    with pytest.raises(services.AlreadyRegistered) as refusal:
        services.submit(draft=draft, by=budi())
    assert str(refusal.value) == ""
    assert Household.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_without_the_unique_slot_the_same_people_would_be_registered_twice(
    phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: submission does not take slots."""
    monkeypatch.setattr(building, "slots_of", lambda *args: [])
    sample = Sample()
    registered(by=siti(), phase=phase, sample=sample)
    registered(by=budi(), phase=phase, sample=sample)
    assert Household.objects.count() == 2


def test_the_same_people_may_register_in_another_phase(phase: Phase) -> None:
    sample = Sample()
    registered(by=siti(), phase=phase, sample=sample)
    registered(by=siti(), phase=open_phase(), sample=sample)
    assert Household.objects.count() == 2


def test_withdrawal_frees_the_numbers(phase: Phase) -> None:
    sample = Sample()
    first = registered(by=siti(), phase=phase, sample=sample)
    services.withdraw(household=first, by=siti(), reason="pindah")
    first.refresh_from_db()
    assert first.is_withdrawn
    assert set(first.families.values_list("outcome", flat=True)) == {"WITHDRAWN"}
    assert Slot.objects.count() == 0
    registered(by=siti(), phase=phase, sample=sample)
    assert Household.objects.active().count() == 1


def test_withdrawal_is_refused_twice_and_after_stage_ten(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    Phase.objects.filter(pk=phase.pk).update(stage=Stage.PENETAPAN_DTKS)
    with pytest.raises(services.NotWithdrawable):
        services.withdraw(household=household, by=siti(), reason="pindah")
    Phase.objects.filter(pk=phase.pk).update(stage=Stage.INPUT_SIKSNG)
    services.withdraw(household=household, by=siti(), reason="pindah")
    with pytest.raises(services.NotWithdrawable):
        services.withdraw(household=household, by=siti(), reason="pindah")


def test_an_officer_registers_walk_in_citizens_of_the_own_kelurahan_only(phase: Phase) -> None:
    gambir = Area.objects.get(pk=GAMBIR)
    with pytest.raises(PermissionDenied):
        services.open_draft(by=joko(), phase=phase, kelurahan=gambir)
    draft = ready_draft(by=rina(), phase=phase, kelurahan=gambir)
    with pytest.raises(PermissionDenied):
        services.submit(draft=draft, by=joko())
    household = services.submit(draft=draft, by=rina())
    assert (household.account, household.registered_by, household.channel) == (None, rina(), "counter")
    assert household.kelurahan_id == GAMBIR
    assert household.contact_phone is None
    assert OutboxMessage.objects.count() == 0


def test_at_the_counter_a_posted_kelurahan_changes_nothing(phase: Phase) -> None:
    gambir = Area.objects.get(pk=GAMBIR)
    draft = ready_draft(by=rina(), phase=phase, kelurahan=gambir)
    typed = {"sama": "lain", "kelurahan": "31.74.01.1001", "alamat": "Jl. Lain 2", "rt": "1", "rw": "2"}
    services.save_page(draft=draft, page=PAGE_BY_KEY["domisili"], item="", posted=post(typed), version=1, by=rina())
    household = services.submit(draft=draft, by=rina())
    assert (household.kelurahan_id, household.address) == (GAMBIR, "Jl. Lain 2")


def test_a_reference_that_is_taken_is_drawn_again(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = registered(by=siti(), phase=phase).reference
    drawn = iter([taken, "JKT-2222-3333"])
    monkeypatch.setattr(Household._meta.get_field("reference"), "default", lambda: next(drawn))
    Household._meta.get_field("reference").__dict__.pop("_get_default", None)
    try:
        assert registered(by=budi(), phase=phase).reference == "JKT-2222-3333"
    finally:
        monkeypatch.undo()
        Household._meta.get_field("reference").__dict__.pop("_get_default", None)


def test_what_is_missing_is_told_across_processes() -> None:
    """Several send the registrations of a rehearsal; a refusal that cannot travel leaves it waiting for ever."""
    assert copy.copy(services.Incomplete(["Kontak"])).tasks == ["Kontak"]
    assert copy.copy(services.HardStop([])).results == []
