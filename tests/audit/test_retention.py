"""What is kept long enough is destroyed, batch by batch and on record; what goes on or is contested is not.

The command works as the tables' owner, so these tests do; nothing they do is kept.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from areas.models import Area
from audit import retention as engine
from audit.looking import LOOKING, is_looking
from audit.management.commands import retain
from audit.models import Act, Destruction
from audit.retention import configured_days, retention_table, tables_reached_from
from audit.services import record, record_seen
from dtks_portal.database_role import OWNER_COMMANDS
from grievances.models import Attachment, Objection
from jobs.models import OutboxMessage
from matching.models import AssetEvidence, Candidate, PersonVerdict, RuledOut, Snapshot
from registration import retention as of_registration
from registration.models import Draft, Family, FamilyObjection, Household, Outcome, Phase, Submission
from stages.exporting import issue_package
from stages.models import OutcomeDecision
from tests.assessment.families import AS_OF, heard_of, household_of, matching_run, owns, phase_in, suggested_to
from tests.conftest import _become
from tests.people import budi, dewi, rina, siti
from tests.registration.samples import open_phase, ready_draft, registered
from tests.stages.scenes import JAKARTA_PUSAT, finding, in_siksng

OLD, LONG_AGO = timedelta(days=100), timedelta(days=1000)
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def owner(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The owner's connection, in a transaction that is taken back."""
    with django_db_blocker.unblock():
        _become(django_settings.SERVICES.owner_url)
        try:
            block: Any = transaction.atomic()
            block._from_testcase = True
            with block:
                yield
                transaction.set_rollback(True)
        finally:
            _become(django_settings.DATABASE_APP_URL)
            connection.close()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("retain", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def destroy(key: str, *arguments: str) -> str:
    return run("--destroy", "--class", key, *arguments)


def close(phase: Phase, ago: timedelta = LONG_AGO) -> Phase:
    Phase.objects.filter(pk=phase.pk).update(stage=11, closed_at=timezone.now() - ago)
    phase.refresh_from_db()
    return phase


def ended(household: Household, outcome: str = Outcome.NOT_PROPOSED) -> Household:
    Family.objects.filter(household=household).update(outcome=outcome)
    return household


def with_everything(phase: Phase) -> Household:
    """A household submitted through the form, with evidence, a finding, a decided objection, a notice, a decision."""
    household = registered(by=siti(), phase=phase)
    member = household.members.first()
    assert member is not None
    heard_of(matching_run(phase, "population"), member, "padan")
    owns(matching_run(phase, "assets"), member, "mobil")
    picture = Attachment.objects.create(content=b"x", media_type="image/jpeg", size=1)
    claim = finding(household, family=member.family)
    objection = Objection.objects.create(
        finding=claim, household=household, text="Sudah dijual.", created_by=siti(), attachment=picture
    )
    Objection.objects.filter(pk=objection.pk).update(
        state="rejected", decided_by=rina(), decided_at=timezone.now(), reason="Masih tercatat."
    )
    OutcomeDecision.objects.create(
        family=member.family, kind="cleaning", previous="PROCESSING", outcome="NOT_PROPOSED", reason_code="x", by=dewi()
    )
    return ended(household)


# --- What is destroyed ---------------------------------------------------------------------------------------------


def test_a_household_that_ended_goes_with_everything_that_hangs_on_it(owner: None) -> None:
    phase = open_phase()
    household = with_everything(phase)
    other = ended(registered(by=budi(), phase=open_phase()))
    close(phase)
    said = destroy("ended_households")
    assert "ended_households (older than 730 days): 1" in said
    for label in tables_reached_from("registration.Household"):
        left = apps.get_model(label)._base_manager.all()
        assert not any(str(household.pk) in str(list(left.filter(pk=row.pk).values())) for row in left), label
    assert not Attachment.objects.exists()
    assert Household.objects.get().pk == other.pk
    assert Submission.objects.get().household_id == other.pk


def test_the_destruction_is_on_record_in_the_same_transaction(owner: None) -> None:
    phase = close(open_phase())
    Draft.objects.create(phase=phase, owner=siti())
    Draft.objects.update(updated_at=timezone.now() - OLD)
    destroy("drafts")
    note = Destruction.objects.get()
    assert (note.retention_class, note.days, note.subjects) == ("drafts", 90, 1)
    assert note.counts == {"registration_draft": 1}
    act = Act.objects.get(verb="audit.destroy")
    assert act.data == {"run": str(note.run_id), "subjects": 1}
    assert destroy("drafts").count(": 0") == 1  # again: nothing left
    assert Destruction.objects.count() == 1


def test_a_dry_run_is_what_happens_unless_told_otherwise(owner: None) -> None:
    phase = open_phase()
    household = with_everything(phase)
    close(phase)
    for arguments in ((), ("--dry-run",)):
        said = run(*arguments)
        assert "ended_households (older than 730 days): 1" in said
        assert "registration_member: 4" in said
    assert Household.objects.filter(pk=household.pk).exists()
    assert not Destruction.objects.exists()
    assert "registration_member: 4" in destroy("ended_households")  # the dry run counted what was destroyed


def test_old_drafts_go_and_recent_or_submitted_ones_stay(owner: None) -> None:
    phase = open_phase()
    old, recent = ready_draft(by=siti(), phase=phase), ready_draft(by=budi(), phase=phase)
    sent = registered(by=siti(), phase=phase)
    close(phase, timedelta(days=1))
    Draft.objects.exclude(pk=recent.pk).update(updated_at=timezone.now() - OLD)
    said = destroy("drafts")
    assert "registration_draftpage" in said
    assert set(Draft.objects.values_list("pk", flat=True)) == {recent.pk, sent.drafts.get().pk}
    assert old.pk not in set(Draft.objects.values_list("pk", flat=True))


def test_raw_answers_are_emptied_and_verdicts_stay(owner: None) -> None:
    phase = phase_in()
    household = household_of(phase)
    member = household.members.get()
    heard_of(matching_run(phase, "population"), member, "padan", fields={"name": {"result": "Sesuai"}})
    owns(matching_run(phase, "assets"), member, "mobil", value=90_000_000)
    close(phase)
    PersonVerdict.objects.update(decided_at=timezone.now() - LONG_AGO)
    destroy("register_answers")
    destroy("asset_answers")
    verdict, asset = PersonVerdict.objects.get(), AssetEvidence.objects.get()
    assert (verdict.value, verdict.fields, verdict.register_occupation) == ("padan", {}, "")
    assert (asset.kind, asset.number, asset.value) == ("mobil", "", None)
    assert ": 0" in destroy("register_answers")


def with_a_suggestion_ruled_out(phase: Phase) -> Household:
    household = household_of(phase)
    verdict = heard_of(matching_run(phase, "population"), household.members.get(), "nik_tidak_ditemukan")
    snapshot = Snapshot.objects.create(source="population", as_of=AS_OF, index_key_id=phase.index_key_id)
    found = suggested_to(verdict, snapshot)
    RuledOut.objects.create(
        member=verdict.member, register_index=found.register_index, reason="Bukan dia.", decided_by=rina()
    )
    return household


def destroy_suggestions() -> tuple[int, int]:
    """Of how many suggestions, and of how many that were ruled out, something is left."""
    destroy("nik_suggestions")
    destroy("ruled_out_suggestions")
    return Candidate.objects.count(), RuledOut.objects.count()


def test_suggestions_and_what_was_ruled_out_go_a_month_after_the_closing(owner: None) -> None:
    phase = phase_in()
    with_a_suggestion_ruled_out(phase)
    assert destroy_suggestions() == (1, 1)
    close(phase, timedelta(days=20))
    assert destroy_suggestions() == (1, 1)
    close(phase, timedelta(days=40))
    assert destroy_suggestions() == (0, 0)


def test_suggestions_about_a_family_that_objects_are_kept(owner: None) -> None:
    phase = phase_in()
    household = with_a_suggestion_ruled_out(phase)
    claim = finding(household, family=household.families.get())
    Objection.objects.create(finding=claim, household=household, text="Sudah dijual.", created_by=siti())
    close(phase)
    assert destroy_suggestions() == (1, 1)


def test_looks_of_two_years_ago_go_and_decisions_stay(owner: None) -> None:
    for verb in ("desk.view_household", "registration.submit"):
        record(by=rina(), verb=verb)
    with pgtrigger.ignore("audit.Act:append_only"):
        Act.objects.update(at=timezone.now() - LONG_AGO)
    record(by=rina(), verb="desk.view_household")
    destroy("access_log")
    assert Act.objects.filter(verb="desk.view_household").count() == 1
    assert Act.objects.filter(verb="registration.submit").count() == 1


def test_messages_go_a_year_after_they_were_emptied(owner: None) -> None:
    now = timezone.now()
    for ago in (timedelta(days=400), timedelta(days=10)):
        OutboxMessage.objects.create(channel="sms", state="sent", sent_at=now, purged_at=now, created_at=now - ago)
    OutboxMessage.objects.create(channel="sms", created_at=now - timedelta(days=400))  # never sent: somebody looks
    destroy("messages")
    assert OutboxMessage.objects.count() == 2


# --- What is not ---------------------------------------------------------------------------------------------------


def an_ongoing_phase_is_left_alone() -> None:
    phase = open_phase()
    household, draft = with_everything(phase), ready_draft(by=budi(), phase=phase)
    Draft.objects.update(updated_at=timezone.now() - LONG_AGO)
    PersonVerdict.objects.update(decided_at=timezone.now() - LONG_AGO)
    record(by=rina(), verb="desk.view_household", subject=household)
    record_seen(by=rina(), verb="desk.search", rows=[household])
    with pgtrigger.ignore("audit.Act:append_only"):
        Act.objects.update(at=timezone.now() - LONG_AGO)
    run("--destroy")
    assert Household.objects.filter(pk=household.pk).exists()
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert PersonVerdict.objects.get().register_occupation != ""
    assert Act.objects.filter(verb__regex=LOOKING).count() == 2


def test_nothing_of_an_ongoing_phase_is_touched(owner: None) -> None:
    an_ongoing_phase_is_left_alone()


def test_classes_that_forget_to_ask_whether_the_phase_is_closed_are_noticed(
    owner: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_registration, "_closed", lambda *, before: Phase.objects.all())
    with pytest.raises(AssertionError):
        an_ongoing_phase_is_left_alone()


def an_open_objection_keeps_everything() -> None:
    phase = open_phase()
    household = with_everything(phase)
    Objection.objects.create(
        finding=finding(household, "njop"), household=household, text="Bukan milik kami.", created_by=siti()
    )
    PersonVerdict.objects.update(decided_at=timezone.now() - LONG_AGO)
    close(phase)
    run("--destroy")
    assert Household.objects.filter(pk=household.pk).exists()
    assert PersonVerdict.objects.get().register_occupation != ""
    assert Objection.objects.count() == 2


def test_nothing_of_an_open_objection_is_touched(owner: None) -> None:
    an_open_objection_keeps_everything()


def test_a_hold_that_is_not_asked_is_noticed(owner: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_holds", [])
    with pytest.raises(AssertionError):
        an_open_objection_keeps_everything()


def test_a_family_that_objects_to_being_registered_is_kept_until_it_is_answered(owner: None) -> None:
    phase = open_phase()
    household = ended(registered(by=siti(), phase=phase))
    FamilyObjection.objects.create(household=household, text="Kami tidak setuju.")
    close(phase)
    destroy("ended_households")
    assert Household.objects.filter(pk=household.pk).exists()


@pytest.mark.parametrize("outcome", [Outcome.DETERMINED, Outcome.NOT_DETERMINED, Outcome.IN_DST, Outcome.PROCESSING])
def test_one_family_that_has_not_ended_keeps_the_household(owner: None, outcome: str) -> None:
    phase = open_phase()
    household = ended(registered(by=siti(), phase=phase))
    Family.objects.filter(household=household, number=2).update(outcome=outcome)
    close(phase)
    destroy("ended_households")
    assert Household.objects.filter(pk=household.pk).exists()


def test_what_was_sent_to_the_ministry_is_kept_though_the_family_withdrew(owner: None) -> None:
    phase = in_siksng()
    issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    household = ended(Household.objects.get(), Outcome.WITHDRAWN)
    close(phase)
    destroy("ended_households")
    assert Household.objects.filter(pk=household.pk).exists()


def test_a_phase_closed_a_year_ago_is_too_young(owner: None) -> None:
    phase = open_phase()
    household = ended(registered(by=siti(), phase=phase))
    close(phase, timedelta(days=365))
    destroy("ended_households")
    assert Household.objects.filter(pk=household.pk).exists()


# --- How it runs ---------------------------------------------------------------------------------------------------


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


# --- The table -----------------------------------------------------------------------------------------------------


def test_the_times_are_those_of_the_table_unless_an_installation_says_otherwise(settings: Any) -> None:
    days = {one.key: one.days for one in retention_table()}
    assert (days["drafts"], days["ended_households"], days["register_answers"]) == (90, 730, 365)
    assert (days["access_log"], days["sent_households"]) == (730, None)
    settings.DTKS_RETENTION_DAYS = "drafts=120, access_log=365"
    days = {one.key: one.days for one in retention_table()}
    assert (days["drafts"], days["access_log"]) == (120, 365)


@pytest.mark.parametrize("text", ["drafts", "drafts=", "drafts=0", "drafts=29", "drafts=９０", "drafts=-90"])
def test_a_setting_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="drafts=90"):
        configured_days(text)


@pytest.mark.parametrize("text", ["semua=90", "sent_households=3650"])
def test_a_class_that_cannot_be_set_is_refused(settings: Any, text: str) -> None:
    settings.DTKS_RETENTION_DAYS = text
    with pytest.raises(ImproperlyConfigured, match=text.split("=")[0]):
        retention_table()


def test_the_manual_shows_the_table() -> None:
    manual = (PROJECT / "docs" / "operations.md").read_text()
    for one in retention_table():
        assert re.search(
            rf"\| `{one.key}` \|[^|]+\|[^|]+\| {'archive schedule' if one.days is None else one.days} \|", manual
        ), one.key


def test_every_table_about_a_household_goes_with_it() -> None:
    """Whoever adds a table that points at a household, family, member, draft or finding finds it in here by itself."""
    reached = tables_reached_from("registration.Household")
    targets = {"Household", "Family", "Member", "Finding", "Submission"}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model.__name__ in targets:
                forgets = field.remote_field.on_delete is models.SET_NULL
                assert model._meta.label in reached or forgets, f"{model._meta.label}.{field.name}"
    assert "grievances.Attachment" in reached  # owned by an objection


@pytest.mark.parametrize(
    ("verb", "looks"),
    [
        ("desk.view_household", True),
        ("admin.list", True),
        ("desk.search", True),
        ("accounts.look_for_account", True),
        ("stages.issue_prelists", False),
        ("registration.open_edit", False),
        ("registration.review", False),
        ("stages.listed", False),
    ],
)
def test_an_act_of_looking_is_told_by_its_verb(verb: str, looks: bool) -> None:
    assert is_looking(verb) is looks
