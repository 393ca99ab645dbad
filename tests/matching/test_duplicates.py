"""One family registered twice: pairs with reasons, each once, decided by a person and never by the run."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from identity.indexes import keyed_index
from jobs.models import Run, Shard
from matching.linking import duplicates, pairs
from matching.linking.folding_sql import folded_address
from matching.linking.models import PairKind
from matching.linking.services import resolve_pair
from matching.models import DuplicatePair
from registration.models import Household, Phase
from tests.assessment.families import family_in, heard_of, household_of, matching_run
from tests.matching.pairing import look, other_household, rename
from tests.matching.town import settle
from tests.people import rina, siti

pytestmark = pytest.mark.django_db


def test_unlike_households_make_no_pair(phase: Phase) -> None:
    household_of(phase)
    other_household(phase)
    assert look(phase) == []


def test_the_same_nik_twice_is_a_pair_in_this_phase_only(phase: Phase) -> None:
    one, two = household_of(phase), other_household(phase)
    index = keyed_index("nik", "9901015708889999")
    for household in (one, two):
        member = household.members.get()
        member.nik, member.nik_index = "9901015708889999", index
        member.save()
    assert look(phase) == [("nik", ["nik"])]
    Household.objects.filter(pk=two.pk).update(
        withdrawn_at=two.submitted_at, withdrawn_by=siti(), withdrawal_reason="pindah"
    )
    DuplicatePair.objects.all().delete()
    assert look(phase) == []


def test_the_same_kk_in_two_households_is_a_pair(phase: Phase) -> None:
    one, two = household_of(phase), other_household(phase)
    family_in(two, kk=one.families.get().kk)
    family_in(one, kk=one.families.get(number=1).kk)
    assert look(phase) == [("kk", ["kk"])]


@pytest.mark.parametrize(
    ("name", "changes", "found"),
    [
        ("Siti Aminah", {}, True),
        ("SITTI AMINNAH", {}, True),
        ("Aminah Siti", {}, True),
        ("St. Aminah", {}, True),
        ("Siti Amina", {}, True),
        ("Sitiaminah", {}, True),
        ("Siti Maryam", {}, False),
        ("Siti Aminah", {"birth_date": "1988-08-18"}, False),
        ("Siti Aminah", {"sex": "L"}, False),
    ],
)
def test_the_same_person_is_found_without_a_nik(phase: Phase, name: str, changes: dict[str, Any], found: bool) -> None:
    household_of(phase)
    rename(other_household(phase), **{"name": name, "sex": "P", "nik": None, "nik_index": None, **changes})
    assert look(phase) == ([("orang", ["name", "birth_date", "sex", "no_nik"])] if found else [])


def test_of_two_without_a_nik_too(phase: Phase) -> None:
    """A newborn has none in either registration."""
    rename(household_of(phase), nik=None, nik_index=None)
    rename(other_household(phase), name="Siti Aminah", sex="P", nik=None, nik_index=None)
    assert look(phase) == [("orang", ["name", "birth_date", "sex", "no_nik"])]


def test_a_mistyped_nik_makes_nobody_two_people_unless_the_register_knows_both(phase: Phase) -> None:
    one, two = household_of(phase), other_household(phase)
    rename(two, name="Siti Aminah", sex="P")
    assert look(phase) == [("orang", ["name", "birth_date", "sex", "other_nik"])]
    DuplicatePair.objects.all().delete()
    run = matching_run(phase, "population")
    for household in (one, two):
        heard_of(run, household.members.get(), "padan")
    assert look(phase) == []


@pytest.mark.parametrize(
    ("mothers", "said"),
    [
        (("Kartini", "KARTINI"), ["name", "birth_date", "sex", "other_nik", "mother"]),
        (("Kartini", ""), ["name", "birth_date", "sex", "other_nik"]),
        (("Kartini", "Dewi Sartika"), None),
    ],
)
def test_mothers_speak_where_they_were_asked_for(
    phase: Phase, mothers: tuple[str, str], said: list[str] | None
) -> None:
    one, two = household_of(phase), other_household(phase)
    rename(two, name="Siti Aminah", sex="P")
    for household, mother in zip((one, two), mothers, strict=True):
        member = household.members.get()
        member.details = {"ibu_kandung": mother}
        member.save()
    assert look(phase) == ([("orang", said)] if said else [])


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("Jln. Contoh No. 1", True),
        ("JALAN CONTOH 01 RT 001/RW 002", True),
        ("jl contoh no.1", True),
        ("Jalan Contoh 2", False),
        ("Jalan Contoh", False),
    ],
)
def test_one_dwelling_under_two_accounts_is_a_pair(phase: Phase, address: str, found: bool) -> None:
    household_of(phase)
    other_household(phase, address=address, rt="001")
    assert look(phase) == ([("rumah", ["address", "accounts"])] if found else [])


def test_one_account_may_register_several_households_of_a_dwelling(phase: Phase) -> None:
    household_of(phase)
    rename(household_of(phase), name="Joko", sex="L")
    assert look(phase) == []


def test_neighbours_make_a_chain_and_boarding_houses_nothing(phase: Phase) -> None:
    def at(number: int, count: int) -> None:
        for serial in range(count):
            household = household_of(phase, walk_in_by=rina(), address=f"Jalan Contoh {number}")
            household.members.update(birth_date=f"19{number:02d}-01-{serial + 1:02d}")

    at(1, 3)
    at(2, pairs.CROWDED + 1)
    assert look(phase) == [("rumah", ["address", "accounts"])] * 2


def test_addresses_fold_as_people_write_them() -> None:
    same = ["Jl. Mawar Gg. II No. 05", "jalan mawar gang ii nomor 5", "JLN MAWAR GG II NO 5, RT 003 RW 04"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {folded_address('address')} FROM unnest(%s) AS address",  # noqa: S608
            [same],
        )
        assert cursor.fetchall() == [("jlmawarggii5",)]


def later_runs_leave_what_was_decided(phase: Phase) -> None:
    household_of(phase)
    other_household(phase, address="Jalan Contoh 1", rt="001")
    look(phase)
    resolve_pair(pair=DuplicatePair.objects.get(), state="different", reason="Dua kontrakan.", by=rina())
    look(phase)
    pair = DuplicatePair.objects.get()
    assert (pair.state, pair.reason, pair.decided_by) == ("different", "Dua kontrakan.", rina())


def test_a_later_run_leaves_what_was_decided(phase: Phase) -> None:
    later_runs_leave_what_was_decided(phase)


def test_mutant_a_run_that_begins_anew_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: earlier pairs go first."""
    honest = duplicates.HANDLER.work

    def forgets(run: Run, shard: Shard) -> int:
        DuplicatePair.objects.exclude(run=run).delete()
        return honest(run, shard)

    monkeypatch.setitem(_handlers(), duplicates.KIND, _with_work(forgets))
    with pytest.raises(AssertionError):
        later_runs_leave_what_was_decided(phase)


def a_run_changes_no_family(phase: Phase) -> None:
    household_of(phase)
    rename(other_household(phase, address="Jalan Contoh 1", rt="001"), name="Siti Aminah", sex="P")
    before = list(Household.objects.order_by("pk").values("withdrawn_at", "families__outcome", "members__name"))
    assert len(look(phase)) == 2
    assert list(Household.objects.order_by("pk").values("withdrawn_at", "families__outcome", "members__name")) == before
    assert DuplicatePair.objects.filter(state="open", decided_by=None).count() == 2


def test_a_run_changes_no_family_and_decides_nothing(phase: Phase) -> None:
    a_run_changes_no_family(phase)


def test_mutant_a_run_that_withdraws_the_second_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: who came second is not proposed any more."""
    honest = duplicates.HANDLER.work

    def decides(run: Run, shard: Shard) -> int:
        rows = honest(run, shard)
        for pair in DuplicatePair.objects.filter(run=run):
            pair.other_household.families.update(outcome="NOT_PROPOSED")
        return rows

    monkeypatch.setitem(_handlers(), duplicates.KIND, _with_work(decides))
    with pytest.raises(AssertionError):
        a_run_changes_no_family(phase)


def _handlers() -> dict[str, Any]:
    from jobs import engine

    return engine._handlers


def _with_work(work: Callable[[Run, Shard], int]) -> Any:
    from dataclasses import replace

    return replace(duplicates.HANDLER, work=work)


def who_has_no_nik_makes_no_key(phase: Phase) -> None:
    """A shard that fails is halved between its keys: one that is nothing would stop the whole run."""
    household_of(phase)
    rename(other_household(phase), nik=None, nik_index=None)
    look(phase)
    run = Run.objects.get(kind=duplicates.KIND)
    keys = duplicates.keys(run, run.shards.get())
    assert keys == sorted(set(keys))
    assert {len(key) for key in keys} == {16}


def test_who_has_no_nik_makes_no_key(phase: Phase) -> None:
    who_has_no_nik_makes_no_key(phase)


def test_mutant_a_key_that_is_nothing_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: nothing is a key too."""
    monkeypatch.setitem(pairs.KEYS, PairKind.NIK, "coalesce(member.nik_index, '')")
    with pytest.raises(AssertionError):
        who_has_no_nik_makes_no_key(phase)


def test_small_shards_find_the_same_once(phase: Phase, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Each pair lies within one shard, however many there are (DTKS_SHARD_ROWS is 7 here)."""
    settle(phase, 78, owner=siti())
    Household.objects.update(address="Jalan Kenanga")
    household_of(phase)
    rename(other_household(phase, address="Jalan Contoh 1", rt="001"), name="Siti Aminah", sex="P")
    assert sorted(kind for kind, _reasons in look(phase)) == ["orang", "rumah"]
    run = Run.objects.get(kind=duplicates.KIND)
    assert (run.shards.count(), run.rows_total) == (12, 80)
    shard = run.shards.order_by("number")[1]
    with django_assert_num_queries(7):
        duplicates.work(run, shard)
    keys = duplicates.keys(run, shard)
    lower, upper = shard.bounds
    assert lower is not None
    assert upper is not None
    assert keys == sorted(set(keys))
    assert all(lower <= key < upper for key in keys)
