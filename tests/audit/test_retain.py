"""The command: batches, records, being told to stop, and what it refuses."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from audit import retention as engine
from audit.management.commands import retain
from audit.models import Destruction
from dtks_portal.database_role import OWNER_COMMANDS
from registration.models import Draft
from tests.audit.retaining import OLD, close, destroy, run
from tests.people import siti
from tests.registration.samples import open_phase


@pytest.mark.django_db
def test_the_application_s_role_may_not() -> None:
    with pytest.raises(CommandError, match="may not destroy history"):
        run("--destroy")
    assert "Dry run" in run()


def test_the_command_connects_as_the_owner() -> None:
    assert "retain" in OWNER_COMMANDS


def old_drafts(number: int) -> None:
    phase = close(open_phase())
    for _draft in range(number):
        Draft.objects.create(phase=phase, owner=siti())
    Draft.objects.update(updated_at=timezone.now() - OLD)


def test_batches_leave_a_record_each_and_reach_the_end(owner: None) -> None:
    old_drafts(5)
    destroy("drafts", "--batch", "2")
    assert list(Destruction.objects.order_by("id").values_list("subjects", flat=True)) == [2, 2, 1]
    assert len(set(Destruction.objects.values_list("run_id", flat=True))) == 1
    assert not Draft.objects.exists()


def test_held_rows_do_not_end_the_run(owner: None, monkeypatch: pytest.MonkeyPatch) -> None:
    old_drafts(5)
    kept = set(Draft.objects.order_by("pk").values_list("pk", flat=True)[:3])
    monkeypatch.setattr(engine, "_holds", [lambda model, ids: kept & set(ids)])
    destroy("drafts", "--batch", "2")
    assert set(Draft.objects.values_list("pk", flat=True)) == kept


def test_a_run_that_is_told_to_stop_finishes_its_batch_and_can_be_started_again(
    owner: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_drafts(4)
    command = retain.Command(stdout=StringIO(), stderr=StringIO())
    go_on = engine.batches

    def interrupted(*args: Any, **about: Any) -> Iterator[engine.Batch]:
        for batch in go_on(*args, **about):
            command.stop()
            yield batch

    monkeypatch.setattr(retain, "batches", interrupted)
    with pytest.raises(CommandError, match="start the command again"):
        call_command(command, "--destroy", "--class", "drafts", "--batch", "1")
    assert Draft.objects.count() == 3
    assert Destruction.objects.count() == 1
    monkeypatch.setattr(retain, "batches", go_on)
    destroy("drafts")
    assert not Draft.objects.exists()


def test_a_batch_that_fails_leaves_neither_a_hole_nor_a_record(owner: None, monkeypatch: pytest.MonkeyPatch) -> None:
    old_drafts(2)

    def fails(**about: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(Destruction.objects, "create", fails)
    with pytest.raises(OSError, match="disk"), transaction.atomic():
        destroy("drafts")
    assert Draft.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--class", "semua"), "There is no class semua"),
        (("--destroy", "--dry-run"), "either --destroy or --dry-run"),
        (("--batch", "0"), "--batch is a number"),
    ],
)
@pytest.mark.django_db
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments)
