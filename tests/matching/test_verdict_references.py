"""What a verdict refers to is there and stays there: guarded once for each statement instead of row by row."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from identity.indexes import current_index_key_id
from jobs.models import Run
from matching import members
from matching.models import PersonVerdict, Snapshot
from registration.models import Household, Member
from tests.beside import as_owner, in_a_thread
from tests.matching.town import make_phase, settle
from tests.people import siti

pytestmark = pytest.mark.django_db(transaction=True)
ONE_LOCK: Any = import_module("matching.migrations.0010_verdicts_cost_less")
BY_PHASE: Any = import_module("matching.migrations.0011_deletions_wait_by_phase")
HELD: Any = import_module("matching.migrations.0014_people_read_under_the_lock")
AS_IT_IS = f"{BY_PHASE.GUARD}\n{HELD.HOLD}"


@pytest.fixture
def member() -> Member:
    return settle(make_phase(), 1, owner=siti())[0]


@pytest.fixture
def run(member: Member) -> Run:
    return Run.objects.create(kind="matching.population", scope_id=member.phase_id, config_hash="")


@pytest.fixture
def stray_run(member: Member) -> Run:
    """Of a phase the person is not in: no run writes such verdicts, and they are guarded all the same."""
    return Run.objects.create(kind="matching.population", scope_id=member.phase_id + 1, config_hash="")


def verdict(run: Any, member: Any, snapshot: Any = None) -> PersonVerdict:
    return PersonVerdict(run_id=run, member_id=member, snapshot_id=snapshot, source="population", value="padan")


def write(*verdicts: PersonVerdict) -> None:
    PersonVerdict.objects.bulk_create(verdicts)


def delete(table: str, pk: Any, *, then: str = "") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])  # noqa: S608
        if then:
            cursor.execute(then)


def kept_extract() -> Snapshot:
    return Snapshot.objects.create(source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id())


def test_a_verdict_about_nobody_is_refused(run: Run, member: Member) -> None:
    with pytest.raises(IntegrityError, match="that is not there"):
        write(verdict(run.pk, member.pk), verdict(run.pk, uuid4()))
    assert PersonVerdict.objects.count() == 0


def test_a_verdict_of_no_run_is_refused(member: Member) -> None:
    with pytest.raises(IntegrityError, match="that is not there"):
        write(verdict(uuid4(), member.pk))


def test_a_verdict_from_no_extract_is_refused(run: Run, member: Member) -> None:
    with pytest.raises(IntegrityError, match="that is not there"):
        write(verdict(run.pk, member.pk, 4711))


def test_each_run_and_extract_of_a_mixed_statement_is_looked_for(run: Run, member: Member) -> None:
    other = Run.objects.create(kind="matching.assets", scope_id=1, config_hash="")
    right = verdict(run.pk, member.pk, kept_extract().pk)
    for wrong in (verdict(uuid4(), member.pk), verdict(other.pk, member.pk, 4711)):
        with pytest.raises(IntegrityError, match="that is not there"):
            write(right, wrong)
    write(right, verdict(other.pk, member.pk))
    assert PersonVerdict.objects.count() == 2


def test_a_verdict_needs_no_extract_where_a_register_was_asked(run: Run, member: Member) -> None:
    write(verdict(run.pk, member.pk))
    assert (PersonVerdict.objects.count(), Snapshot.objects.count()) == (1, 0)


def test_runs_extracts_and_people_stay_while_a_verdict_refers_to_them(run: Run, member: Member) -> None:
    snapshot = kept_extract()
    write(verdict(run.pk, member.pk, snapshot.pk))
    for table, pk in (("jobs_run", run.pk), ("matching_snapshot", snapshot.pk), ("registration_member", member.pk)):
        with pytest.raises(IntegrityError, match=table):
            delete(table, pk)
    assert PersonVerdict.objects.count() == 1


def test_a_person_taken_out_together_with_the_verdict_may_go(run: Run, member: Member) -> None:
    write(verdict(run.pk, member.pk))
    delete("registration_member", member.pk, then="DELETE FROM matching_personverdict")
    assert not Member.objects.filter(pk=member.pk).exists()


def test_who_a_verdict_is_about_keeps_the_key(run: Run, member: Member) -> None:
    write(verdict(run.pk, member.pk))
    for kind, pk in ((Run, run.pk), (Member, member.pk)):
        with pytest.raises(IntegrityError, match=kind._meta.db_table):
            kind._default_manager.filter(pk=pk).update(id=uuid4())
    PersonVerdict.objects.all().delete()
    Run.objects.filter(pk=run.pk).update(id=uuid4())
    assert not Run.objects.filter(pk=run.pk).exists()


def test_what_a_verdict_is_about_does_not_change(run: Run, member: Member) -> None:
    write(verdict(run.pk, member.pk))
    with pytest.raises(IntegrityError, match="does not change"):
        PersonVerdict.objects.update(run_id=uuid4())
    PersonVerdict.objects.update(value="tidak_padan")
    assert PersonVerdict.objects.get().value == "tidak_padan"


DELETE = "DELETE FROM registration_member WHERE id = %s"


def take_out(leaving: UUID, *, comes_back: bool = False) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '300ms'")
        person = Member.objects.get(pk=leaving)
        cursor.execute(DELETE, [leaving])
        if comes_back:
            Member.objects.bulk_create([person])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return "deleted"


def write_soon(run: Run, member: Member) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '300ms'")
        write(verdict(run.pk, member.pk))
    return "written"


def take_out_beside_an_open_verdict(run: Run, member: Member, *, leaving: UUID, comes_back: bool = False) -> str:
    """Somebody deletes a person while a verdict is not committed yet; returns what became of the deletion."""
    with transaction.atomic():
        write(verdict(run.pk, member.pk))
        outcome = in_a_thread(lambda: take_out(leaving, comes_back=comes_back))
        transaction.set_rollback(True)
    return outcome


def write_beside_an_open_deletion(run: Run, member: Member) -> str:
    """A verdict comes while the person's deletion is not committed yet; returns what became of the verdict."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(DELETE, [member.pk])
        outcome = in_a_thread(lambda: write_soon(run, member))
        transaction.set_rollback(True)
    return outcome


def test_a_person_cannot_go_while_a_verdict_is_being_written(run: Run, stray_run: Run, member: Member) -> None:
    outcomes = [take_out_beside_an_open_verdict(one, member, leaving=member.pk) for one in (run, stray_run)]
    assert outcomes == ["LockNotAvailable"] * 2


def test_no_verdict_is_written_about_a_person_who_is_going(run: Run, stray_run: Run, member: Member) -> None:
    assert [write_beside_an_open_deletion(one, member) for one in (run, stray_run)] == ["LockNotAvailable"] * 2


def unguarded() -> Any:
    about = "ALTER TABLE matching_personverdict {} TRIGGER matching_verdicts_refer"
    return as_owner(about.format("DISABLE"), then=about.format("ENABLE"))


def test_without_the_lock_a_verdict_about_nobody_would_stay(run: Run, member: Member) -> None:
    with unguarded():
        assert write_beside_an_open_deletion(run, member) == "written"


def test_without_the_lock_the_person_would_go(run: Run, member: Member) -> None:
    with unguarded():
        assert take_out_beside_an_open_verdict(run, member, leaving=member.pk) == "deleted"


def test_a_guard_of_the_runs_phase_alone_is_noticed(stray_run: Run, member: Member) -> None:
    flaw = HELD.HOLD.replace("of_its_phase < about_people", "false")
    with as_owner(flaw, then=AS_IT_IS):
        assert take_out_beside_an_open_verdict(stray_run, member, leaving=member.pk) == "deleted"


def take_out_whom_a_shard_has_read(run: Run, member: Member) -> str:
    """Somebody deletes a person whom a shard has read and not decided yet; returns what became of the deletion."""
    with transaction.atomic():
        members.hold(run)
        read = Member.objects.filter(phase_id=run.scope_id).values_list("pk", flat=True).get()
        outcome = in_a_thread(lambda: take_out(member.pk))
        write(verdict(run.pk, read))
        transaction.set_rollback(outcome != "deleted")
    return outcome


def test_nobody_goes_whom_a_shard_has_read(run: Run, member: Member) -> None:
    assert take_out_whom_a_shard_has_read(run, member) == "LockNotAvailable"
    assert Member.objects.filter(pk=member.pk).exists()


def test_a_hold_that_holds_nobody_would_leave_a_verdict_about_nobody(run: Run, member: Member) -> None:
    flaw = HELD.HOLD.replace("PERFORM pg_advisory_xact_lock_shared(71003, phase::integer);", "")
    with as_owner(flaw, then=AS_IT_IS):
        assert take_out_whom_a_shard_has_read(run, member) == "deleted"
        assert not Member.objects.filter(pk__in=PersonVerdict.objects.values("member")).exists()
        PersonVerdict.objects.all().delete()


def test_a_held_phase_is_held_for_verdicts_of_its_own_runs_only(run: Run, stray_run: Run, member: Member) -> None:
    elsewhere = Run(scope_id=member.phase_id + 7)
    for one in (run, stray_run):
        with pytest.raises(IntegrityError, match="that is not there"):
            hold_and_write(elsewhere, verdict(one.pk, uuid4()))
    hold_and_write(run, verdict(run.pk, member.pk))
    with pytest.raises(IntegrityError, match="that is not there"):  # the hold has ended with its transaction
        write(verdict(run.pk, uuid4()))


@transaction.atomic
def hold_and_write(held: Run, written: PersonVerdict) -> None:
    members.hold(held)
    write(written)


# Families change their registrations while another phase is being matched: nothing of that may wait.
def nobody_waits_in_vain(run: Run, member: Member) -> list[str]:
    """What becomes of a person of another phase who goes, and of one of this phase who is written anew."""
    elsewhere = settle(make_phase("lain"), 1, owner=siti())[0]
    return [
        take_out_beside_an_open_verdict(run, member, leaving=elsewhere.pk),
        take_out_beside_an_open_verdict(run, member, leaving=member.pk, comes_back=True),
    ]


def test_who_changes_another_phase_or_stays_waits_for_no_verdict(run: Run, member: Member) -> None:
    assert nobody_waits_in_vain(run, member) == ["deleted"] * 2
    assert Household.objects.count() == 2


def test_one_lock_for_everybody_is_noticed(run: Run, member: Member) -> None:
    with as_owner(ONE_LOCK.GUARD, then=AS_IT_IS):
        assert nobody_waits_in_vain(run, member) == ["LockNotAvailable"] * 2
