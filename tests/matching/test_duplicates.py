"""One family registered twice: pairs with reasons, each once, decided by a person and never by the run."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from pytest_django import DjangoAssertNumQueries

from audit.models import Act
from identity.indexes import keyed_index
from jobs.models import Run, RunState, Shard
from jobs.services import work_run
from matching.linking import duplicates, pairs
from matching.linking.folding_sql import folded_address
from matching.linking.models import PairKind
from matching.linking.services import PairAlreadyDecided, PairReasonMissing, resolve_pair, start_duplicates
from matching.models import DuplicatePair, PersonVerdict
from registration.models import Household, Member, Phase
from tests.assessment.families import family_in, heard_of, household_of, matching_run
from tests.matching.town import settle
from tests.people import TEBET, budi, dewi, joko, rina, siti

pytestmark = pytest.mark.django_db

ELSEWHERE = {"address": "Gang Mawar 7", "rt": "009"}


def look(phase: Phase) -> list[tuple[str, list[str]]]:
    """Run to the end; the kind and reasons of each pair that stands."""
    run = start_duplicates(phase=phase, by=dewi())
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert run.rows_done == run.rows_total
    return [(pair.kind, pair.reasons) for pair in DuplicatePair.objects.standing()]


def other_household(phase: Phase, **changes: Any) -> Household:
    """Of Budi, elsewhere, with an unlike person."""
    household = household_of(phase, account=budi(), **{**ELSEWHERE, **changes})
    household.members.update(name="Joko Widodo", sex="L")
    return household


def rename(household: Household, **changes: Any) -> Member:
    household.members.update(**changes)
    return household.members.get()


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


def a_crowd_is_compared_with_its_neighbours_only(phase: Phase) -> None:
    """Of people with one birth date and one word of the name each is compared with the next fifty, likest first."""
    people = pairs.CROWD * 3
    settle(phase, people, owner=siti())
    one_day = {"birth_date": "1970-01-01", "sex": "P", "nik": None, "nik_index": None}
    Member.objects.update(name=Concat(Value("Siti "), F("name")), **one_day)
    compared = list(pairs.to_compare(alike(phase)))
    assert len(compared) <= people * pairs.CROWD
    near = {frozenset((one.name, two.name)) for one, two in compared}
    names = sorted(Member.objects.values_list("name", flat=True), key=str.lower)
    assert all(frozenset(two) in near for two in pairwise(names))


def alike(phase: Phase, explain: str = "") -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(pairs.NO_LOOPS)
        cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")  # thirty rows would be read whole
        chosen: dict[str, Any] = {"phase": phase.pk, "matched": str(phase_run(phase).pk)}
        cursor.execute(explain + pairs.PEOPLE_ALIKE.format(within=""), chosen)
        return list(cursor.fetchall())


def phase_run(phase: Phase) -> Run:
    return Run.objects.filter(scope_id=phase.pk).first() or matching_run(phase, "population")


def test_a_crowd_is_compared_with_its_neighbours_only(phase: Phase) -> None:
    a_crowd_is_compared_with_its_neighbours_only(phase)


def test_mutant_a_crowd_compared_with_itself_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: everybody with everybody."""
    everybody = pairs.PEOPLE_ALIKE.replace(f"/ {pairs.CROWD}", "/ 9999").replace(f"+ {pairs.CROWD}", "+ 9999")
    monkeypatch.setattr(pairs, "PEOPLE_ALIKE", everybody)
    with pytest.raises(AssertionError):
        a_crowd_is_compared_with_its_neighbours_only(phase)


def nobody_s_verdict_is_looked_for_among_those_of_all(phase: Phase) -> None:
    """By the person's key: a run of 60,000 people once timed out over an index by run."""
    settle(phase, 30, owner=siti())
    run = phase_run(phase)
    PersonVerdict.objects.bulk_create(
        [PersonVerdict(run=run, member=member, source="population", value="padan") for member in Member.objects.all()]
    )
    plan = "\n".join(line for (line,) in alike(phase, "EXPLAIN "))
    found = re.search(r"matching_one_verdict_per_run.*\n +Index Cond: (.*)", plan)
    assert found is not None
    assert "(member_id = member.id) AND (run_id = " in found[1]


def test_nobody_s_verdict_is_looked_for_among_those_of_all(phase: Phase) -> None:
    nobody_s_verdict_is_looked_for_among_those_of_all(phase)


def test_mutant_a_verdict_looked_for_among_those_of_all_is_noticed(
    phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: the person's key is a filter."""
    asked = "verdict.member_id = member.id"
    assert asked in pairs.PEOPLE_ALIKE
    monkeypatch.setattr(
        pairs, "PEOPLE_ALIKE", pairs.PEOPLE_ALIKE.replace(asked, "verdict.member_id::text = member.id::text")
    )
    with pytest.raises(AssertionError):
        nobody_s_verdict_is_looked_for_among_those_of_all(phase)


def a_shard_reads_its_own_rows(kind: PairKind) -> None:
    """By an index of phase and key: a shard that computes the key of everybody makes a run grow with the square."""
    alias = {PairKind.PERSON: "member", PairKind.DWELLING: "household"}[kind]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (VERBOSE) SELECT {pairs.KEYS[kind]} FROM registration_{alias} {alias}")  # noqa: S608
        computed = cursor.fetchall()[1][0].strip().removeprefix("Output: ").replace(f"{alias}.", "")
        cursor.execute(
            "SELECT pg_get_indexdef(indexrelid, 1, true), pg_get_expr(indexprs, indrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND indexprs IS NOT NULL",
            [f"registration_{alias}"],
        )
        assert ("phase_id", computed) in cursor.fetchall()


COMPUTED = pytest.mark.parametrize("kind", [PairKind.PERSON, PairKind.DWELLING])


@COMPUTED
def test_a_shard_reads_its_own_rows(kind: PairKind) -> None:
    a_shard_reads_its_own_rows(kind)


@COMPUTED
def test_mutant_a_key_without_an_index_is_noticed(monkeypatch: pytest.MonkeyPatch, kind: PairKind) -> None:
    """The planted flaw, as it was: the key is computed for everybody."""
    monkeypatch.setitem(pairs.KEYS, kind, pairs.KEYS[kind].replace("||", "|| '' ||"))
    with pytest.raises(AssertionError):
        a_shard_reads_its_own_rows(kind)


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


def test_who_may_decide_and_that_it_is_written_down(phase: Phase) -> None:
    household_of(phase)
    other_household(phase, address="Jalan Contoh 1", rt="001")
    look(phase)
    pair = DuplicatePair.objects.get()
    with pytest.raises(PermissionDenied):
        resolve_pair(pair=pair, state="same", reason="Sama.", by=joko())
    with pytest.raises(PairReasonMissing):
        resolve_pair(pair=pair, state="same", reason="  ", by=rina())
    with pytest.raises(ValueError, match="open"):
        resolve_pair(pair=pair, state="open", reason="Sama.", by=rina())
    resolve_pair(pair=pair, state="same", reason="Satu rumah.", by=rina())
    with pytest.raises(PairAlreadyDecided):
        resolve_pair(pair=pair, state="different", reason="Lain.", by=dewi())
    act = Act.objects.get(verb="matching.resolve_pair")
    assert (act.actor_id, act.subject_id, act.data) == (rina().pk, str(pair.pk), {"kind": "rumah", "state": "same"})


def test_the_office_of_either_household_may_decide(phase: Phase) -> None:
    household_of(phase)
    rename(other_household(phase, kelurahan_id=TEBET), name="Siti Aminah", sex="P")
    look(phase)
    assert resolve_pair(pair=DuplicatePair.objects.get(), state="same", reason="Pindah.", by=joko()).state == "same"


@pytest.mark.parametrize("changes", [{"state": "same"}, {"reason": "x"}, {"score": 101}, {"kind": "lain"}])
def test_the_table_refuses_half_a_decision(phase: Phase, changes: dict[str, Any]) -> None:
    household_of(phase)
    other_household(phase, address="Jalan Contoh 1", rt="001")
    look(phase)
    with pytest.raises(IntegrityError), transaction.atomic():
        DuplicatePair.objects.update(**changes)


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
