"""What the database itself refuses, and what it remembers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from registration import services
from registration.models import Draft, Family, Household, Member, Phase, Slot, Submission
from registration.references import ALPHABET, PATTERN, new_reference, tidy_reference
from registration.stage import Stage
from tests.people import rina, siti
from tests.registration.samples import open_phase, registered

pytestmark = pytest.mark.django_db


def refused(rows: Any, **changes: Any) -> str:
    """The name of the constraint that refuses an update, or "" if none does."""
    try:
        with transaction.atomic():
            rows.update(**changes)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    return ""


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"stage": 0}, "phase_stage_1_to_11"),
        ({"stage": 12}, "phase_stage_1_to_11"),
        ({"closes_at": timezone.now() - timedelta(days=400)}, "phase_opens_before_it_closes"),
        ({"closed_at": timezone.now()}, "phase_closed_only_in_last_stage"),
        ({"closed_at": timezone.now(), "stage": Stage.PENETAPAN_DTKS}, ""),
    ],
)
def test_phases_are_guarded(phase: Phase, changes: dict[str, Any], constraint: str) -> None:
    assert refused(Phase.objects.filter(pk=phase.pk), **changes) == constraint


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"rt": "5"}, "household_rt_rw_form"),
        ({"rw": "01a"}, "household_rt_rw_form"),
        ({"rt": "٠٠٥"}, "household_rt_rw_form"),
        ({"ktp_rt": "12"}, "household_ktp_rt_rw_form"),
        ({"ktp_region_text": "Bogor"}, "household_ktp_region_one"),
        ({"reference": "JKT-0000-1111"}, "household_reference_form"),
        ({"submitted_at": None}, "household_submitted_pair"),
        ({"withdrawn_at": timezone.now() + timedelta(days=1)}, "household_withdrawn_pair"),
        ({"withdrawal_reason": "x"}, "household_withdrawn_pair"),
        ({"account": None}, "household_has_registrant"),
        ({"channel": "counter"}, "household_has_registrant"),
        ({"for_others": True}, "household_consent_for_others"),
        ({"opted_out": True}, ""),
    ],
)
def test_households_are_guarded(phase: Phase, changes: dict[str, Any], constraint: str) -> None:
    household = registered(by=siti(), phase=phase)
    assert refused(Household.objects.filter(pk=household.pk), **changes) == constraint


def test_withdrawal_is_not_before_submission(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    rows = Household.objects.filter(pk=household.pk)
    early = {"withdrawn_at": timezone.now() - timedelta(days=9), "withdrawn_by": siti()}
    assert refused(rows, **early) == "household_withdrawn_after_submitted"


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"sex": "X"}, "member_sex_known"),
        ({"relation": "paman"}, "member_relation_known"),
        ({"number": 0}, "member_number_1_to_40"),
        ({"number": 41}, "member_number_1_to_40"),
        ({"nik_index": None}, "member_nik_with_index"),
        ({"is_head": True}, "member_head_is_head"),
        ({"name": "Achmad"}, ""),
    ],
)
def test_members_are_guarded(phase: Phase, changes: dict[str, Any], constraint: str) -> None:
    household = registered(by=siti(), phase=phase)
    husband = Member.objects.filter(household=household, relation="suami")
    assert refused(husband, **changes) == constraint


def test_a_family_has_one_head_and_a_number_of_its_own(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    husband = Member.objects.filter(household=household, relation="suami")
    assert refused(husband, is_head=True, relation="kepala") == "family_has_one_head"
    assert refused(Family.objects.filter(household=household), number=1) == "family_number_once"
    assert refused(Family.objects.filter(household=household, number=1), number=21) == "family_number_1_to_20"
    assert refused(Family.objects.filter(household=household), outcome="MAYBE") == "family_outcome_known"


def test_a_number_has_one_slot_in_a_phase(phase: Phase) -> None:
    slot = Slot.objects.filter(household=registered(by=siti(), phase=phase)).first()
    assert slot is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.create(phase=phase, kind=slot.kind, index=slot.index, household=slot.household)


def test_counter_drafts_have_a_kelurahan_and_others_none(phase: Phase) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(phase=phase, owner=rina(), channel="counter")


def test_a_frozen_copy_can_neither_be_changed_nor_removed(phase: Phase) -> None:
    copy = Submission.objects.get(household=registered(by=siti(), phase=phase))
    for sql in ("UPDATE registration_submission SET number = 2", "DELETE FROM registration_submission"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with pytest.raises(DatabaseError), transaction.atomic():
        copy.delete()


def test_row_history_keeps_what_was_and_no_sealed_column(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    Family.objects.filter(household=household).update(outcome="NEEDS_FIX")
    services.withdraw(household=household, by=siti(), reason="pindah")
    events = apps.get_model("registration", "FamilyEvent").objects.filter(pgh_obj__household=household)
    assert sorted(events.values_list("outcome", flat=True)) == ["NEEDS_FIX"] * 2 + ["WITHDRAWN"] * 2
    for name, sealed in (("HouseholdEvent", "contact_phone"), ("FamilyEvent", "kk"), ("MemberEvent", "nik")):
        columns = {field.name for field in apps.get_model("registration", name)._meta.get_fields()}
        assert not columns & {sealed, f"{sealed}_index"}


def test_numbers_stand_nowhere_in_clear(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    numbers = [member.nik for member in household.members.all() if member.nik]
    numbers += [family.kk for family in household.families.all()] + ["+6281200000001", "81200000001"]
    with connection.cursor() as cursor:
        for model in apps.get_app_config("registration").get_models():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{model._meta.db_table}" t')  # noqa: S608
            text = " ".join(row[0] for row in cursor.fetchall())
            hidden = [number for number in numbers if number in text or number.encode().hex() in text]
            assert hidden == [], model._meta.label


def test_the_current_phase_is_the_latest_open_one() -> None:
    assert Phase.objects.current() is None
    first = open_phase(opens_at=timezone.now() - timedelta(days=300))
    second = open_phase()
    assert Phase.objects.current() == second
    Phase.objects.filter(pk=second.pk).update(stage=Stage.PENETAPAN_DTKS, closed_at=timezone.now())
    assert Phase.objects.current() == first
    Phase.objects.filter(pk=first.pk).update(stage=Stage.PENETAPAN_DTKS, closed_at=timezone.now() - timedelta(days=100))
    assert Phase.objects.current() == second


def test_reference_codes_are_readable_and_forgiving() -> None:
    drawn = {new_reference() for _ in range(500)}
    assert len(drawn) == 500
    assert all(re.match(PATTERN, code) for code in drawn)
    assert not set("01ILOU") & set(ALPHABET)
    assert tidy_reference(" jkt 7k2m-q4xh ") == "JKT-7K2M-Q4XH"
    assert tidy_reference("７Ｋ２ＭＱ４ＸＨ") == "JKT-7K2M-Q4XH"
    for wrong in ("", "JKT-7K2M-Q4X", "JKT-7K2M-Q4XO", "x" * 5000, "9901015708850001"):
        assert tidy_reference(wrong) is None


def test_strangers_see_no_household(phase: Phase) -> None:
    registered(by=siti(), phase=phase)
    assert Household.objects.visible_to(AnonymousUser()).count() == 0
    assert Household.objects.visible_to(siti()).count() == 1
