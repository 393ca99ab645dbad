"""What a verdict refers to is there and stays there: guarded once for each statement instead of row by row."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from dtks_portal.owner_line import owner_line
from identity.indexes import current_index_key_id
from jobs.models import Run
from matching.models import PersonVerdict, Snapshot
from registration.models import Member
from tests.matching.town import make_phase, settle
from tests.people import siti

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run() -> Run:
    return Run.objects.create(kind="matching.population", scope_id=1, config_hash="")


@pytest.fixture
def member() -> Member:
    return settle(make_phase(), 1, owner=siti())[0]


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


def test_what_a_verdict_is_about_does_not_change(run: Run, member: Member) -> None:
    write(verdict(run.pk, member.pk))
    with pytest.raises(IntegrityError, match="does not change"):
        PersonVerdict.objects.update(run_id=uuid4())
    PersonVerdict.objects.update(value="tidak_padan")
    assert PersonVerdict.objects.get().value == "tidak_padan"


def delete_beside_an_open_verdict(run: Run, member: Member) -> str:
    """Somebody deletes the person while the verdict is not committed yet; returns what became of the deletion."""
    outcome: list[str] = []

    def delete_soon(pk: UUID) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'; SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("DELETE FROM registration_member WHERE id = %s", [pk])
            outcome.append("deleted")
        except OperationalError as error:
            outcome.append(type(error.__cause__).__name__)
        finally:
            connection.close()

    with transaction.atomic():
        write(verdict(run.pk, member.pk))
        other = threading.Thread(target=delete_soon, args=[member.pk])
        other.start()
        other.join()
        transaction.set_rollback(True)
    return outcome[0]


def test_a_person_cannot_go_while_a_verdict_is_being_written(run: Run, member: Member) -> None:
    assert delete_beside_an_open_verdict(run, member) == "LockNotAvailable"


def write_beside_an_open_deletion(run: Run, member: Member) -> str:
    """A verdict comes while the person's deletion is not committed yet; returns what became of the verdict."""
    outcome: list[str] = []

    def write_soon() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
                write(verdict(run.pk, member.pk))
            outcome.append("written")
        except OperationalError as error:
            outcome.append(type(error.__cause__).__name__)
        finally:
            connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DELETE FROM registration_member WHERE id = %s", [member.pk])
        other = threading.Thread(target=write_soon)
        other.start()
        other.join()
        transaction.set_rollback(True)
    return outcome[0]


def test_no_verdict_is_written_about_a_person_who_is_going(run: Run, member: Member) -> None:
    assert write_beside_an_open_deletion(run, member) == "LockNotAvailable"


def test_without_the_lock_a_verdict_about_nobody_would_stay(run: Run, member: Member) -> None:
    with owner_line() as line, line.cursor() as cursor:
        cursor.execute("ALTER TABLE matching_personverdict DISABLE TRIGGER matching_verdicts_refer")
        line.commit()
        try:
            assert write_beside_an_open_deletion(run, member) == "written"
        finally:
            cursor.execute("ALTER TABLE matching_personverdict ENABLE TRIGGER matching_verdicts_refer")
            line.commit()


def test_without_the_lock_the_person_would_go(run: Run, member: Member) -> None:
    with owner_line() as line, line.cursor() as cursor:
        cursor.execute("ALTER TABLE matching_personverdict DISABLE TRIGGER matching_verdicts_refer")
        line.commit()
        try:
            assert delete_beside_an_open_verdict(run, member) == "deleted"
        finally:
            cursor.execute("ALTER TABLE matching_personverdict ENABLE TRIGGER matching_verdicts_refer")
            line.commit()
