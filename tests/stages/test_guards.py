"""Every guard both ways: what it lets pass, and what it says when it does not."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.utils import timezone

from areas.models import Area
from assessment.models import CleaningIssue
from assessment.services import resolve_issue
from grievances.models import Objection
from jobs.models import Run, Shard
from notices.models import Notice
from registration.models import FamilyObjection, Outcome, Phase
from registration.stage import Stage
from stages import conflicts, guards, meetings, phase_row, services
from stages.determining import settle_absent
from stages.errors import Reason
from stages.exporting import issue_package
from stages.models import Conflict, Resolution
from stages.prelists import issue_prelists
from stages.workflow import MOVES, Guard
from tests.people import GAMBIR, TEBET, agus, dewi, joko, siti
from tests.stages.files import determinations, niks_of, returned
from tests.stages.scenes import (
    JAKARTA_PUSAT,
    finding,
    finished_run,
    hold,
    household_of,
    in_muskel,
    in_siksng,
    list_conflicts,
    listed,
    meeting_of,
    only_family,
    phase_in,
    planned,
    put_in,
    tell_everybody,
    write_down,
)

pytestmark = pytest.mark.django_db
S = Stage


def codes(reasons: Sequence[Reason]) -> list[str]:
    for reason in reasons:
        assert str(reason.text)
    return [reason.code for reason in reasons]


# 1
def test_dates_complete() -> None:
    ahead = timezone.now() + timedelta(days=1)
    assert codes(guards.dates_complete(phase_in(S.SOSIALISASI, closes_at=ahead))) == []
    assert codes(guards.dates_complete(phase_in(S.SOSIALISASI, slug="lama"))) == ["window_past"]


def test_rules_complete() -> None:
    assert codes(guards.rules_complete(phase_in(S.SOSIALISASI))) == []
    early = phase_in(S.SOSIALISASI, slug="dini", rules_on=date(2020, 1, 1))
    assert codes(guards.rules_complete(early)) == ["rules_missing"]
    lost = phase_in(S.SOSIALISASI, slug="kunci", index_key_id="hilang")
    assert codes(guards.rules_complete(lost)) == ["index_key_missing"]


def test_areas_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    phase = phase_in(S.SOSIALISASI)
    assert codes(guards.areas_loaded(phase)) == []
    monkeypatch.setattr(type(Area.objects), "kelurahan", lambda self: Area.objects.none())
    assert codes(guards.areas_loaded(phase)) == ["areas_missing"]


def test_documents_listed() -> None:
    phase = phase_in(S.SOSIALISASI)
    assert codes(guards.documents_listed(phase)) == ["documents_missing"]
    planned(phase)
    assert codes(guards.documents_listed(phase)) == []


# 2
def test_window_closed() -> None:
    assert codes(guards.window_closed(phase_in(S.PENDAFTARAN))) == []
    still = phase_in(S.PENDAFTARAN, slug="buka", closes_at=timezone.now() + timedelta(minutes=1))
    assert codes(guards.window_closed(still)) == ["window_open"]


# 3
def test_cleaning_done() -> None:
    phase = phase_in(S.PENGOLAHAN_1)
    assert codes(guards.cleaning_done(phase)) == ["cleaning_not_done"]
    run = finished_run(phase, "assessment.cleaning")
    assert codes(guards.cleaning_done(phase)) == []
    _poison(run)
    assert codes(guards.cleaning_done(phase)) == ["open_poison"]


def test_issues_settled() -> None:
    phase = phase_in(S.PENGOLAHAN_1)
    household = household_of(phase)
    assert codes(guards.issues_settled(phase)) == []
    issue = CleaningIssue.objects.create(
        phase=phase, run_id=finished_run(phase, "assessment.cleaning").pk, kind="tidak_lengkap", household=household
    )
    assert codes(guards.issues_settled(phase)) == ["issues_open"]
    resolve_issue(issue=issue, state="flagged", reason="Periksa di muskel", by=dewi())
    assert codes(guards.issues_settled(phase)) == []


# 4 and 5
@pytest.mark.parametrize(
    ("guard", "kind"),
    [(guards.population_matched, "matching.population"), (guards.assets_matched, "matching.assets")],
)
def test_matched(guard: Guard, kind: str) -> None:
    phase = phase_in(S.PEMADANAN_DUKCAPIL)
    assert codes(guard(phase)) == ["matching_not_started"]
    run = finished_run(phase, kind)
    assert codes(guard(phase)) == ["matching_not_signed"]
    Run.objects.filter(pk=run.pk).update(state="running")
    assert codes(guard(phase)) == ["matching_not_done"]
    Run.objects.filter(pk=run.pk).delete()
    signed = finished_run(phase, kind, signed_by=dewi())
    assert codes(guard(phase)) == []
    _poison(signed)
    assert codes(guard(phase)) == ["open_poison"]


# 6
def test_assessment_done() -> None:
    phase = phase_in()
    assert codes(guards.assessment_done(phase)) == ["assessment_not_done"]
    finished_run(phase, "assessment.assessment")
    assert codes(guards.assessment_done(phase)) == []


@pytest.mark.parametrize(
    ("guard", "kind"),
    [
        (guards.cleaning_done, "assessment.cleaning"),
        (guards.population_matched, "matching.population"),
        (guards.assets_matched, "matching.assets"),
        (guards.assessment_done, "assessment.assessment"),
        (guards.conflicts_listed, "stages.conflicts"),
    ],
)
def test_a_run_from_before_a_reopening_does_not_count(guard: Guard, kind: str) -> None:
    """Families came in when the phase was in registration again; a run of the first time has not seen them."""
    phase = phase_in(S.PENGOLAHAN_1)
    finished_run(phase, kind, signed_by=dewi())
    assert codes(guard(phase)) == []
    Phase.objects.filter(pk=phase.pk).update(stage_changed_at=phase_row.database_now())
    phase.refresh_from_db()
    assert codes(guard(phase)) == ["run_outdated"]
    finished_run(phase, kind, signed_by=dewi())
    services.suspend(phase=phase, by=dewi(), expected=S.PENGOLAHAN_1, note="Gangguan")
    services.resume(phase=phase, by=dewi(), expected=S.PENGOLAHAN_1)
    assert codes(guard(phase)) == []


def test_findings_told() -> None:
    phase = phase_in()
    household = household_of(phase)
    finding(household, "njop", verdict="clear")
    assert codes(guards.findings_told(phase)) == []
    finding(household)
    assert codes(guards.findings_told(phase)) == ["findings_untold"]
    Notice.objects.create(household=household, kind="findings", subject="-", body="-")
    assert codes(guards.findings_told(phase)) == []


def test_objections_answered() -> None:
    phase = phase_in()
    household = household_of(phase)
    objection = Objection.objects.create(
        finding=finding(household), household=household, text="Mobil itu sudah dijual", created_by=siti()
    )
    assert codes(guards.objections_answered(phase)) == ["objections_open"]
    objection.state, objection.decided_by, objection.reason = "rejected", dewi(), "Belum ada bukti jual"
    objection.decided_at = timezone.now()
    objection.save()
    assert codes(guards.objections_answered(phase)) == []


def test_an_objection_raised_during_or_after_the_meetings_holds_stage_eight() -> None:
    phase = in_muskel()
    household = only_family(phase).household
    about = finding(household, verdict="unknown")
    hold(meeting_of(phase))
    put_in(phase, S.PENGOLAHAN_3)
    list_conflicts(phase)
    assert codes(services.hindrances(phase)) == []
    Objection.objects.create(finding=about, household=household, text="Sudah dijual", created_by=siti())
    assert codes(services.hindrances(phase)) == ["objections_open"]


def test_family_objections_answered() -> None:
    phase = phase_in()
    household = household_of(phase)
    objection = FamilyObjection.objects.create(household=household, text="Kami tidak diminta")
    assert codes(guards.family_objections_answered(phase)) == ["family_objections_open"]
    objection.state, objection.decided_by, objection.reason = "continued", joko(), "Keluarga sudah ditanya"
    objection.decided_at = timezone.now()
    objection.save()
    assert codes(guards.family_objections_answered(phase)) == []


def test_prelists_issued() -> None:
    phase = phase_in()
    planned(phase)
    assert codes(guards.prelists_issued(phase)) == []
    household_of(phase)
    household_of(phase, kelurahan_id=TEBET)
    assert codes(guards.prelists_issued(phase)) == ["prelists_missing"]
    issue_prelists(phase=phase, by=dewi())
    assert codes(guards.prelists_issued(phase)) == []


# 7
def test_muskel_locked() -> None:
    phase = in_muskel(kelurahan=[GAMBIR, TEBET])
    assert codes(guards.muskel_locked(phase)) == ["muskel_open"]
    hold(meeting_of(phase, GAMBIR))
    (reason,) = guards.muskel_locked(phase)
    assert "Tebet" in str(reason)
    meeting = meeting_of(phase, TEBET)
    write_down(meeting, basis="sptjm", sptjm_number="12/SPTJM/2026", sptjm_reason="Banjir", attendance=None)
    meetings.lock_meeting(muskel=meeting, by=joko())
    assert codes(guards.muskel_locked(phase)) == []


def test_a_kelurahan_whose_families_have_all_withdrawn_holds_nothing_up() -> None:
    phase = in_muskel()
    household = only_family(phase).household
    household.withdrawn_at, household.withdrawn_by = timezone.now(), siti()
    household.save()
    assert codes(guards.muskel_locked(phase)) == []


# 8
@pytest.mark.parametrize("state", ["planned", "running", "paused", "failed", "aborted"])
def test_conflicts_listed_by_a_run_that_has_finished(state: str) -> None:
    phase = phase_in(S.PENGOLAHAN_3)
    assert codes(guards.conflicts_listed(phase)) == ["conflicts_not_sought"]
    run = finished_run(phase, "stages.conflicts")
    assert codes(guards.conflicts_listed(phase)) == []
    Run.objects.filter(pk=run.pk).update(state=state)
    assert codes(guards.conflicts_listed(phase)) == ["conflicts_not_listed"]
    assert codes(guards.conflict_search_over(phase)) == (
        ["conflicts_not_listed"] if state in ("planned", "running", "paused") else []
    )


def test_conflicts_listed_of_every_family() -> None:
    phase = phase_in(S.PENGOLAHAN_3)
    _poison(finished_run(phase, "stages.conflicts"))
    assert codes(guards.conflicts_listed(phase)) == ["open_poison"]
    assert codes(guards.conflict_search_over(phase)) == []


@pytest.mark.parametrize("kind", ["assessment.assessment", "matching.population"])
def test_conflicts_listed_by_what_is_known_now(kind: str) -> None:
    phase = phase_in(S.PENGOLAHAN_3)
    finished_run(phase, kind)
    finished_run(phase, "stages.conflicts")
    assert codes(guards.conflicts_listed(phase)) == []
    finished_run(phase, kind)
    assert codes(guards.conflicts_listed(phase)) == ["conflicts_overtaken"]


def test_conflicts_listed_by_the_flags_that_are_set_now() -> None:
    phase = phase_in(S.PENGOLAHAN_3)
    household = household_of(phase)
    about = {"run_id": household.pk, "kind": "tidak_lengkap", "household": household}
    issue = CleaningIssue.objects.create(phase=phase, **about)
    finished_run(phase, "stages.conflicts")
    assert codes(guards.conflicts_listed(phase)) == []
    resolve_issue(issue=issue, state="flagged", reason="Periksa di muskel", by=dewi())
    assert codes(guards.conflicts_listed(phase)) == ["conflicts_overtaken"]


def test_conflicts_resolved() -> None:
    phase = in_muskel()
    finding(only_family(phase).household)
    hold(meeting_of(phase))
    put_in(phase, S.PENGOLAHAN_3)
    list_conflicts(phase)
    assert codes(guards.conflicts_resolved(phase)) == ["conflicts_open"]
    conflicts.resolve_conflict(
        conflict=Conflict.objects.get(), resolution=Resolution.PROPOSE, reason="Mobil sudah dijual", by=dewi()
    )
    assert codes(guards.conflicts_resolved(phase)) == []


# 9
def test_targets_confirmed() -> None:
    phase = in_muskel()
    hold(meeting_of(phase))
    assert codes(guards.targets_confirmed(phase)) == ["targets_unconfirmed"]
    listed(phase)
    assert codes(guards.targets_confirmed(phase)) == []


# 9, 10 and 11
def test_decisions_told() -> None:
    phase = in_muskel()
    hold(meeting_of(phase))
    assert codes(guards.decisions_told(phase)) == []
    listed(phase)
    assert codes(guards.decisions_told(phase)) == ["decisions_untold"]
    assert codes(guards.decisions_told(phase_in(slug="lain"))) == []
    tell_everybody()
    assert codes(guards.decisions_told(phase)) == []


@pytest.mark.parametrize("stage", [S.PENETAPAN_DST, S.INPUT_SIKSNG, S.PENETAPAN_DTKS])
def test_no_stage_that_decides_is_left_before_the_families_have_heard(stage: Stage) -> None:
    phase = in_siksng()
    put_in(phase, stage)
    assert "decisions_untold" in codes(services.hindrances(phase))
    tell_everybody()
    assert "decisions_untold" not in codes(services.hindrances(phase))


# 10
def test_packages_issued_and_rows_reconciled() -> None:
    phase = in_siksng()
    assert codes(guards.packages_issued(phase)) == ["packages_missing"]
    assert codes(guards.rows_reconciled(phase)) == []
    package = issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    assert codes(guards.packages_issued(phase)) == []
    assert codes(guards.rows_reconciled(phase)) == ["rows_unanswered"]
    returned(package)
    assert codes(guards.rows_reconciled(phase)) == []


# 11
def test_determination_imported_and_families_answered() -> None:
    phase = in_siksng()
    returned(issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi()))
    put_in(phase, S.PENETAPAN_DTKS)
    assert codes(guards.determination_imported(phase)) == ["no_determination"]
    determinations(phase, niks=["9901015708850777"], by=dewi())
    assert codes(guards.determination_imported(phase)) == []
    assert codes(guards.families_answered(phase)) == ["families_unanswered"]
    settle_absent(phase=phase, by=agus())
    assert codes(guards.families_answered(phase)) == []
    assert only_family(phase).outcome == Outcome.NOT_DETERMINED


def test_a_family_that_siksng_returned_is_not_left_without_an_answer() -> None:
    phase = in_siksng()
    package = issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    returned(package, failed=niks_of(package))
    put_in(phase, S.PENETAPAN_DTKS)
    assert only_family(phase).outcome == Outcome.RETURNED
    assert codes(guards.families_answered(phase)) == ["families_unanswered"]
    determinations(phase, niks=["9901015708850777"], by=dewi())
    assert settle_absent(phase=phase, by=agus()) == 1
    assert codes(guards.families_answered(phase)) == []
    assert only_family(phase).outcome == Outcome.NOT_DETERMINED


def _poison(run: Run) -> None:
    Shard.objects.create(run=run, number=1, state="poison")


def test_every_guard_of_the_table_is_tested_here() -> None:
    names = {guard.__name__ for move in MOVES for guard in move.guards}
    with open(__file__, encoding="utf-8") as this:
        text = this.read()
    assert [name for name in sorted(names) if f"guards.{name}" not in text] == []
