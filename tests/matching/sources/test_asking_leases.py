"""Asking and leases: it ends before the lease does, and a run that was stopped or changed asks nobody more."""

from typing import Any

import pytest
from pytest_django import Settings

from jobs import leases
from jobs.engine import NotNow
from jobs.leases import take_lease
from jobs.models import Run, RunState, Shard, ShardState
from jobs.progress import progress_of
from jobs.services import abort_run, resume_run
from matching.models import PersonVerdict
from matching.simulator.faults import Faults
from matching.sources import answers, asking, configured
from matching.vocabulary import SourceKind
from registration.models import Member, Phase
from tests.matching.sources.asked import PEOPLE, go_on_planned, let_time_pass, values_of
from tests.matching.sources.registers import go_on, start, verdicts_of
from tests.matching.town import nik_of, settle
from tests.people import dewi, siti

pytestmark = pytest.mark.django_db
WEB = SourceKind.WEB_SERVICE


def test_asking_ends_before_the_lease_does_and_goes_on_under_the_next(
    phase: Phase, people: list[Member], register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    class TwoCalls:
        """A lease that is long enough for two calls."""

        def __init__(self, lease_seconds: float) -> None:
            self.left = 2

        def is_enough_for_a_call(self) -> bool:
            self.left -= 1
            return self.left >= 0

    monkeypatch.setattr(asking, "Patience", TwoCalls)
    run = start(phase)
    go_on_planned(run)
    shard = take_lease(run, worker="test")
    assert shard is not None
    with pytest.raises(NotNow) as later:
        asking.ask(run, shard)
    assert (str(later.value), later.value.until, register.calls.total()) == (asking.TIME_IS_UP, None, 2)
    leases.put_off(shard, later.value)
    go_on(run)
    assert values_of(run) == {"padan": PEOPLE}
    assert register.calls == {nik_of(n): 1 for n in range(PEOPLE)}


def test_patience_ends_when_a_call_might_outlive_the_lease() -> None:
    call = configured.longest_call()
    assert asking.Patience(call * 2).is_enough_for_a_call() is True
    assert asking.Patience(call).is_enough_for_a_call() is False


def check_an_aborted_run_spends_nothing(phase: Phase, register: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(phase)
    honest = answers.keep

    def keep(*about: Any) -> None:
        honest(*about)
        abort_run(run=Run.objects.get(pk=run.pk), by=dewi())
        monkeypatch.setattr(answers, "keep", honest)

    monkeypatch.setattr(answers, "keep", keep)
    go_on(run)
    assert (run.state, register.calls.total(), PersonVerdict.objects.count()) == (RunState.ABORTED, 1, 0)
    assert values_of(go_on(resume_run(run=run, by=dewi()))) == {"padan": PEOPLE}
    assert register.calls == {nik_of(n): 1 for n in range(PEOPLE)}


def test_a_stopped_run_spends_nothing_more(
    phase: Phase, people: list[Member], register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_an_aborted_run_spends_nothing(phase, register, monkeypatch)


def test_asking_without_looking_at_the_run_is_noticed(
    phase: Phase, people: list[Member], register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "prove_lease", lambda shard: None)
    with pytest.raises(AssertionError):
        check_an_aborted_run_spends_nothing(phase, register, monkeypatch)


def test_a_worker_without_the_settings_leaves_the_shard_to_others(
    phase: Phase, people: list[Member], register: Faults, settings: Settings
) -> None:
    run = start(phase)
    kept, settings.DTKS_REGISTERS = settings.DTKS_REGISTERS, {}
    assert progress_of(go_on(run)).rests_because == asking.CANNOT_BE_ASKED
    settings.DTKS_REGISTERS = kept
    let_time_pass(run)
    assert values_of(go_on(run)) == {"padan": PEOPLE}


def test_data_that_changes_between_question_and_verdict_is_asked_about_again(
    phase: Phase, people: list[Member], register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(phase)
    go_on_planned(run)
    shard = take_lease(run, worker="test")
    assert shard is not None
    asking.ask(run, shard)
    Member.objects.filter(pk__in=[one.pk for one in people]).update(name="Joko Susilo")
    with pytest.raises(NotNow):
        asking.work(run, shard)
    Shard.objects.filter(run=run).update(state=ShardState.WAITING, lease_until=None)
    assert values_of(go_on(run)) == {"padan_sebagian": PEOPLE}


def test_two_members_with_one_number_have_a_verdict_each(phase: Phase, register: Faults) -> None:
    """Whoever cleans the phase may have left a double NIK; the register is asked about it once."""
    members = settle(phase, 3, owner=siti())
    twin = Member.objects.get(pk=members[0].pk)
    Member.objects.filter(pk=members[1].pk).update(
        nik_index=twin.nik_index, name=twin.name, birth_date=twin.birth_date, sex=twin.sex
    )
    run = go_on(start(phase))
    assert len(verdicts_of(run)) == 3
