"""Data saya: nothing of anybody else, neither of another family in the dwelling nor of one that was helped."""

import json
from datetime import date

import pytest
from django.utils import timezone

from accounts.models import User
from home import my_data, my_data_household
from home.my_data import gather
from jobs.models import OutboxMessage
from registration.models import Household, Phase, Representation
from tests.assessment.families import heard_of, matching_run
from tests.home.mine import STRANGE, listed, whole, with_own_nik
from tests.people import BUDI_NIK, PASSWORD, SITI_NIK, budi, siti
from tests.registration.samples import Sample, ready_draft, registered

pytestmark = pytest.mark.django_db


def test_verdicts_are_told_in_the_order_they_were_reached(household: Household) -> None:
    member = household.members.get(name="Siti Aminah")
    heard_of(matching_run(household.phase, "population"), member, "tidak_padan", id=0)
    person = gather(siti(), masked=False)["households"][0]["families"][0]["people"][0]
    assert [told["value"] for told in person["verdicts"]] == ["padan", "tidak_padan"]


def test_what_a_register_compared_is_told_field_by_field(household: Household) -> None:
    """The column holds letters; the family reads words."""
    member, run = household.members.get(name="Siti Aminah"), matching_run(household.phase, "population")
    said = {"name": {"result": "Sesuai", "score": 97}, "kelurahan": {"result": "Tidak Sesuai", "level": "kota"}}
    heard_of(run, member, "padan_sebagian", fields=said)
    person = gather(siti(), masked=True)["households"][0]["families"][0]["people"][0]
    assert person["verdicts"][-1]["fields"] == said


def nothing_of_the_other_family(household: Household) -> None:
    other = household.families.get(number=2)
    elder = other.members.get()
    listed(elder)
    text = whole(siti())
    for secret in (STRANGE, elder.nik, other.kk, "1950-12-31", "Bantahan KK 2", "2000002"):
        assert str(secret) not in text, secret
    assert gather(siti(), masked=False)["households"][0]["other_families"] == 1


def test_nothing_of_another_family_in_the_dwelling_is_in_it(household: Household) -> None:
    nothing_of_the_other_family(household)


def test_a_copy_that_takes_every_family_is_noticed(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    def everybody(household: Household, user: User) -> my_data_household.Mine:
        return my_data_household.Mine(household, tuple(household.families.all()), 1)

    monkeypatch.setattr(my_data_household, "own_part", everybody)
    with pytest.raises(AssertionError):
        nothing_of_the_other_family(household)


def nothing_of_a_represented_family(phase: Phase) -> None:
    sample = with_own_nik()
    next(iter(sample.people.values()))["nama"] = f"Wati {STRANGE}"
    helped = registered(by=budi(), phase=phase, sample=sample)
    Household.objects.filter(pk=helped.pk).update(
        for_others=True, registrant_relation="Tetangga", consent_given_at=timezone.now()
    )
    data = gather(budi(), masked=False)
    text = json.dumps(data, ensure_ascii=False)
    for secret in (STRANGE, SITI_NIK, "Contoh 1", helped.families.get(number=1).kk):
        assert secret not in text, secret
    assert data["households"] == []
    assert [(one["reference"], one["registrant_relation"]) for one in data["represented"]] == [
        (helped.reference, "Tetangga")
    ]


def test_nothing_of_a_family_that_was_helped_is_in_it(phase: Phase) -> None:
    nothing_of_a_represented_family(phase)


def test_a_copy_that_takes_helped_families_for_own_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(my_data, "split", lambda households, user: (list(households), []))
    with pytest.raises(AssertionError):
        nothing_of_a_represented_family(phase)


def test_a_family_that_has_taken_its_registration_over_reads_it_and_its_helper_the_fact_alone(phase: Phase) -> None:
    helped = registered(by=budi(), phase=phase)
    Household.objects.filter(pk=helped.pk).update(
        for_others=True, registrant_relation="Tetangga", consent_given_at=timezone.now(), account=siti()
    )
    Representation.objects.create(
        household=helped, helper=budi(), taken_over_at=timezone.now(), taken_over_by=siti(), helper_may_see=True
    )
    assert [one["reference"] for one in gather(siti(), masked=False)["households"]] == [helped.reference]
    of_helper = gather(budi(), masked=False)
    assert of_helper["households"] == []
    assert "Aminah" not in json.dumps(of_helper, ensure_ascii=False)


def test_a_draft_for_somebody_else_is_only_named(phase: Phase) -> None:
    sample = Sample()
    sample.once["kontak"]["untuk"] = "orang_lain"
    ready_draft(by=budi(), phase=phase, sample=sample)
    (draft,) = gather(budi(), masked=False)["drafts"]
    assert draft["for_others"] is True
    assert "pages" not in draft


def test_a_draft_of_two_families_tells_the_own_one(phase: Phase) -> None:
    ready_draft(by=siti(), phase=phase, sample=with_own_nik())
    text = whole(siti())
    assert "Ahmad" in text
    assert STRANGE not in text


def test_who_typed_a_stranger_s_nik_reads_nothing_the_ministry_said_about_the_stranger(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    member = household.members.get(name="Ahmad")
    assert member.nik_index
    listed(member, name="ORANG LAIN", programmes=["KJP"])
    listed(household.members.get(name="Nur"), birth_date=date(1980, 1, 1), programmes=["KLJ"])
    text = whole(siti())
    assert "KJP" not in text
    assert "KLJ" not in text


def test_nothing_of_another_account_is_in_it(household: Household) -> None:
    text = whole(budi())
    for secret in (household.reference, "Siti", SITI_NIK, "Contoh 1"):
        assert secret not in text
    assert BUDI_NIK in text


def test_codes_that_open_an_account_are_not_in_it() -> None:
    OutboxMessage.objects.create(channel="sms", recipient="+6281200000001", body="Kode 1234 5678", about_id=siti().pk)
    (message,) = gather(siti(), masked=False)["messages"]
    assert message["text"] is None
    secrets = ("argon2", "proof", "session_key", "secret")
    assert [word for word in secrets if word in whole(siti(password=PASSWORD))] == []
