"""What the database copies to people for the roster of a phase is what their family and household say, always."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from registration import services
from registration.models import Family, Household, Member, Phase
from registration.pages import PAGE_BY_KEY
from tests.beside import as_owner, in_a_thread
from tests.people import TEBET, siti
from tests.registration.samples import Sample, kk, post, registered

MIGRATION: Any = import_module("registration.migrations.0004_roster_of_a_phase")
WRONG = """
SELECT count(*) FROM registration_member member
LEFT JOIN registration_household household ON household.id = member.household_id
LEFT JOIN registration_family family ON family.id = member.family_id
WHERE (member.roster_active, member.roster_kk_index, member.roster_kelurahan) IS DISTINCT FROM
    (household.submitted_at IS NOT NULL AND household.withdrawn_at IS NULL, family.kk_index, household.ktp_kelurahan_id)
"""


def wrong_copies() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WRONG)
        return int(cursor.fetchone()[0])


def on_the_roster() -> int:
    return Member.objects.filter(roster_active=True).count()


@pytest.mark.django_db
def test_people_come_with_their_household_and_go_with_it(phase: Phase) -> None:
    first, second = (registered(by=siti(), phase=phase) for _number in range(2))
    people = Member.objects.count()
    assert (on_the_roster(), wrong_copies()) == (people, 0)
    services.withdraw(household=first, by=siti(), reason="pindah")
    assert (on_the_roster(), wrong_copies()) == (second.members.count(), 0)


@pytest.mark.django_db
def test_another_kk_number_reaches_people_whose_rows_stay(phase: Phase) -> None:
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    before = dict(Member.objects.values_list("pk", "roster_kk_index"))
    draft = services.open_edit(household=household, by=siti())
    page, version = PAGE_BY_KEY["kk"], draft.pages.get(page="kk", item=sample.first).version
    services.save_page(draft=draft, page=page, item=sample.first, posted=post({"kk": kk()}), version=version, by=siti())
    services.submit(draft=draft, by=siti())
    after = dict(Member.objects.values_list("pk", "roster_kk_index"))
    assert before.keys() == after.keys()
    assert before != after
    assert wrong_copies() == 0


@pytest.mark.django_db
def test_the_kelurahan_of_the_ktp_follows_and_no_history_is_written_for_it(phase: Phase) -> None:
    registered(by=siti(), phase=phase)
    Household.objects.update(ktp_kelurahan=TEBET, ktp_region_text="")
    assert (Member.objects.filter(roster_kelurahan=TEBET).count(), wrong_copies()) == (Member.objects.count(), 0)
    Family.objects.update(kk_index=b"x" * 16)
    assert (Member.objects.filter(roster_kk_index=b"x" * 16).count(), wrong_copies()) == (Member.objects.count(), 0)
    assert not apps.get_model("registration", "MemberEvent").objects.exists()


@pytest.mark.django_db
def test_what_is_written_to_a_copy_is_not_kept(phase: Phase) -> None:
    registered(by=siti(), phase=phase)
    Member.objects.update(roster_active=False, roster_kk_index=None, roster_kelurahan="")
    person = Member.objects.earliest("pk")
    person.roster_active = False
    person.save()
    assert (on_the_roster(), wrong_copies()) == (Member.objects.count(), 0)


@pytest.mark.django_db
def test_rows_may_come_in_any_order(phase: Phase) -> None:
    registered(by=siti(), phase=phase)
    household, family = Household.objects.get(), Family.objects.earliest("number")
    people = list(Member.objects.filter(family=family))
    with transaction.atomic():
        for rows in (Member.objects.filter(family=family), Family.objects.filter(pk=family.pk)):
            rows._raw_delete(rows.db)
        Member.objects.bulk_create(people)
        assert not Member.objects.filter(family=family, roster_kk_index__isnull=False).exists()
        Family.objects.bulk_create([family])
    assert (household.members.count(), wrong_copies()) == (Member.objects.count(), 0)


def one_more(household: Household) -> Member:
    """A person who is added to a household, in memory."""
    last = Member.objects.filter(household=household, is_head=False).earliest("number")
    last.pk, last.number, last.nik, last.nik_index = None, 40, None, None
    return Member(**{field.attname: getattr(last, field.attname) for field in last._meta.concrete_fields[1:]})


def add(household: Household) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '300ms'")
        one_more(household).save(force_insert=True)
    return "added"


def withdraw(household: Household) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '300ms'")
        Household.objects.filter(pk=household.pk).update(withdrawn_at=timezone.now(), withdrawn_by=siti())
    return "withdrawn"


def add_beside_a_withdrawal(household: Household) -> str:
    """Somebody is added while the withdrawal is not committed yet; returns what became of that."""
    with transaction.atomic():
        withdraw(household)
        return in_a_thread(lambda: add(household))


def withdraw_beside_an_addition(household: Household) -> str:
    with transaction.atomic():
        add(household)
        return in_a_thread(lambda: withdraw(household))


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_a_new_person_see_each_other(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    assert withdraw_beside_an_addition(household) == "LockNotAvailable"
    Member.objects.filter(number=40).delete()
    assert add_beside_a_withdrawal(household) == "LockNotAvailable"
    assert (on_the_roster(), wrong_copies()) == (0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("both", [add_beside_a_withdrawal, withdraw_beside_an_addition])
def test_without_the_lock_one_of_them_would_be_overlooked(phase: Phase, both: Any) -> None:
    household = registered(by=siti(), phase=phase)
    copies = MIGRATION.KEPT[: MIGRATION.KEPT.index("-- The argument")].replace("CREATE FUNC", "CREATE OR REPLACE FUNC")
    with as_owner(copies.replace(" FOR SHARE", ""), then=copies):
        assert both(household) in ("added", "withdrawn")
        assert wrong_copies() == 1


@pytest.mark.django_db(transaction=True)
def test_a_roster_that_does_not_follow_is_noticed(phase: Phase) -> None:
    about = "ALTER TABLE registration_household {} TRIGGER registration_roster_of_household"
    household = registered(by=siti(), phase=phase)
    with as_owner(about.format("DISABLE"), then=about.format("ENABLE")):
        services.withdraw(household=household, by=siti(), reason="pindah")
    assert wrong_copies() == household.members.count() > 0
