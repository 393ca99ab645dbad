"""What is kept long enough is destroyed, batch by batch and on record.

The command works as the tables' owner, so these tests do; nothing they do is kept.
"""

from datetime import timedelta

import pgtrigger
import pytest
from django.apps import apps
from django.utils import timezone

from audit.models import Act, Destruction
from audit.retention import tables_reached_from
from audit.services import record
from grievances.models import Attachment, Objection
from jobs.models import OutboxMessage
from matching.linking.models import PairKind
from matching.models import AssetEvidence, Candidate, DuplicatePair, PersonVerdict, RuledOut, Snapshot
from registration.models import Draft, Household, Phase, Submission
from tests.assessment.families import AS_OF, heard_of, household_of, matching_run, owns, phase_in, suggested_to
from tests.audit.retaining import LONG_AGO, OLD, close, destroy, ended, run, with_everything
from tests.people import budi, rina, siti
from tests.registration.samples import open_phase, ready_draft, registered
from tests.stages.scenes import finding


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


def a_pair(phase: Phase) -> tuple[Household, Household]:
    one, other = sorted((household_of(phase), household_of(phase)), key=lambda household: household.pk)
    DuplicatePair.objects.create(
        phase=phase,
        run=matching_run(phase, "population"),
        kind=PairKind.DWELLING,
        household=one,
        other_household=other,
        score=90,
    )
    return one, other


def test_pairs_go_a_year_after_the_closing(owner: None) -> None:
    phase = phase_in()
    a_pair(phase)
    destroy("duplicate_pairs")
    close(phase, timedelta(days=360))
    destroy("duplicate_pairs")
    assert DuplicatePair.objects.count() == 1
    close(phase, timedelta(days=370))
    destroy("duplicate_pairs")
    assert DuplicatePair.objects.count() == 0


@pytest.mark.parametrize("which", [0, 1])
def test_a_pair_stays_while_either_family_objects(owner: None, which: int) -> None:
    phase = phase_in()
    household = a_pair(phase)[which]
    claim = finding(household, family=household.families.get())
    Objection.objects.create(finding=claim, household=household, text="Bukan kami.", created_by=siti())
    close(phase)
    destroy("duplicate_pairs")
    assert DuplicatePair.objects.count() == 1


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
