"""A run that asks: one verdict each, nothing paid twice, never longer than a lease, and no mismatch from silence."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from jobs import leases, working
from jobs.engine import NotNow
from jobs.leases import take_lease
from jobs.models import Run, RunState, Shard, ShardState
from jobs.progress import progress_of
from jobs.services import abort_run, resume_run
from matching.evidence import evidence_for
from matching.models import PersonVerdict, RegisterAnswer, RegisterBreaker
from matching.simulator.faults import Faults
from matching.sources import answers, asking, breaker, budget, configured
from matching.vocabulary import SourceKind
from registration.models import Member, Phase
from tests.matching.sources.registers import go_on, person, simulated, start, verdicts_of
from tests.matching.town import entry, nik_of, settle
from tests.people import dewi, siti

pytestmark = pytest.mark.django_db
WEB = SourceKind.WEB_SERVICE
PEOPLE = 12


@pytest.fixture
def register(settings: Settings, tmp_path: Path) -> Iterator[Faults]:
    settings.DTKS_REGISTER_SHARD_ROWS = 5
    with simulated(settings, tmp_path, [entry(n) for n in range(PEOPLE)]) as faults:
        yield faults


@pytest.fixture
def people(phase: Phase) -> list[Member]:
    return settle(phase, PEOPLE, owner=siti())


def values_of(run: Run) -> Counter[str]:
    return Counter(verdict.value for verdict in verdicts_of(run).values())


def let_time_pass(run: Run) -> None:
    """What waits for another hour or day has waited."""
    Shard.objects.filter(run=run).update(available_at=timezone.now() - timedelta(seconds=1))
    RegisterBreaker.objects.update(retry_at=F("retry_at") - timedelta(days=1), probe_until=None)


def finish(run: Run) -> Run:
    """Work on a run through some pauses."""
    for _pause in range(6):
        let_time_pass(run)
        if go_on(run).is_done:
            break
    return run


def test_each_member_is_asked_about_once_and_has_one_verdict(
    phase: Phase, people: list[Member], register: Faults
) -> None:
    run = go_on(start(phase))
    assert (run.state, run.rows_done, run.rows_total) == (RunState.DONE, PEOPLE, PEOPLE)
    assert values_of(run) == {"padan": PEOPLE}
    assert register.calls == {nik_of(n): 1 for n in range(PEOPLE)}
    assert budget.spent_today(WEB) == PEOPLE
    evidence = evidence_for([people[0].household_id])[people[0].household_id].people[people[0].pk]
    assert (evidence.population_value, evidence.population_as_of) == ("padan", timezone.localdate())


def test_answers_are_used_again_and_corrected_people_asked_about_anew(
    phase: Phase, people: list[Member], register: Faults
) -> None:
    go_on(start(phase))
    Member.objects.filter(pk=people[3].pk).update(name="Joko Susilo")
    RegisterAnswer.objects.filter(key=people[4].nik_index).update(answered_at=F("answered_at") - timedelta(days=9))
    register.calls.clear()
    found = verdicts_of(go_on(start(phase)))
    assert register.calls == {nik_of(3): 1}
    assert found[people[3].pk].value == "padan_sebagian"
    assert found[people[4].pk].as_of == timezone.localdate() - timedelta(days=9)


# --- Nothing is paid twice -----------------------------------------------------------------------------------------


def check_a_lost_shard_costs_nothing(
    phase: Phase, register: Faults, monkeypatch: pytest.MonkeyPatch, *, flaw: bool = False
) -> None:
    """A worker dies between its answers and its commit; the next one asks about nobody again."""
    run = start(phase)
    honest, dies = leases.prove_lease, [True]

    def prove_lease(shard: Shard) -> None:
        if dies:
            dies.clear()
            raise RuntimeError  # at the end of the shard's transaction
        honest(shard)

    def note_failure(*about: Any) -> None:
        if flaw:
            RegisterAnswer.objects.all().delete()
        leases.note_failure(*about)

    monkeypatch.setattr(leases, "prove_lease", prove_lease)
    monkeypatch.setattr(working, "note_failure", note_failure)
    go_on(run)
    if run.state != RunState.DONE:
        let_time_pass(run)
        go_on(run)
    assert (run.state, dies, values_of(run)) == (RunState.DONE, [], {"padan": PEOPLE})
    assert register.calls == {nik_of(n): 1 for n in range(PEOPLE)}


def test_a_shard_that_is_repeated_pays_for_nobody_twice(
    phase: Phase, people: list[Member], register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_a_lost_shard_costs_nothing(phase, register, monkeypatch)


def test_answers_that_die_with_their_shard_are_noticed(
    phase: Phase, people: list[Member], register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AssertionError):
        check_a_lost_shard_costs_nothing(phase, register, monkeypatch, flaw=True)


@pytest.mark.parametrize(
    "store",
    [
        lambda: budget.spend(WEB, limit=1),
        lambda: breaker.note_failure(WEB),
        lambda: answers.keep(WEB, person(), b"x" * 16, answers.UNAVAILABLE),
    ],
)
def test_what_is_paid_for_can_never_be_part_of_the_shard_s_transaction(store: Callable[[], object]) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        store()


# --- The budget ----------------------------------------------------------------------------------------------------


def check_the_run_waits_for_tomorrow(run: Run, done: int) -> None:
    progress = progress_of(run)
    assert (run.state, progress.rests_until, progress.stalled) == (RunState.RUNNING, budget.next_day(), False)
    assert progress.rests_because == asking.NO_HITS_LEFT
    assert PersonVerdict.objects.filter(run=run).count() == done
    assert set(run.shards.unfinished().values_list("attempts", flat=True)) == {0}


def test_when_the_hits_are_spent_the_rest_waits_for_the_next_day(
    phase: Phase, people: list[Member], register: Faults, settings: Settings
) -> None:
    settings.DTKS_REGISTERS["web_service"]["budget"] = 7
    run = go_on(start(phase))
    check_the_run_waits_for_tomorrow(run, done=5)
    assert register.calls.total() == 7
    assert not go_on(run).is_done
    assert register.calls.total() == 7
    settings.DTKS_REGISTERS["web_service"]["budget"] = PEOPLE
    let_time_pass(run)
    assert values_of(go_on(run)) == {"padan": PEOPLE}
    assert register.calls == {nik_of(n): 1 for n in range(PEOPLE)}


def test_a_register_that_says_its_quota_is_spent_is_left_alone_until_tomorrow(
    phase: Phase, people: list[Member], register: Faults
) -> None:
    register.quota = 6
    run = go_on(start(phase))
    check_the_run_waits_for_tomorrow(run, done=5)
    assert register.calls.total() == 7
    assert RegisterBreaker.objects.count() == 0


def test_tries_are_paid_for_too(phase: Phase, people: list[Member], register: Faults) -> None:
    register.plan = ["error", "cut", ""]
    assert values_of(go_on(start(phase))) == {"padan": PEOPLE}
    assert budget.spent_today(WEB) == register.calls.total() == PEOPLE + 2


# --- Registers that fail -------------------------------------------------------------------------------------------


def check_nobody_is_blamed(phase: Phase, register: Faults, fault: str, people: list[Member]) -> None:
    """One person about whom the register never gives an answer; everybody else has theirs."""
    register.always[nik_of(4)] = fault
    run = finish(start(phase))
    found = verdicts_of(run)
    assert values_of(run) == {"padan": PEOPLE - 1, "layanan_tidak_tersedia": 1}
    about = found[people[4].pk]
    assert (about.fields, about.raw_code, about.as_of) == ({"reason": "no_answer"}, "", None)
    assert RegisterAnswer.objects.filter(answered_at=None).count() == 0
    register.always.clear()
    assert values_of(finish(start(phase))) == {"padan": PEOPLE}  # a new run asks about that person again


@pytest.mark.parametrize("fault", ["error", "garbage", "malformed", "cut", "redirect", "refused"])
def test_who_gets_no_answer_is_not_called_a_mismatch(
    phase: Phase, people: list[Member], register: Faults, fault: str
) -> None:
    check_nobody_is_blamed(phase, register, fault, people)


def test_silence_read_as_a_mismatch_is_noticed(
    phase: Phase, people: list[Member], register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matching.sources.protocol import Answer
    from matching.vocabulary import Value

    monkeypatch.setattr(answers, "UNAVAILABLE", Answer(value=Value.MISMATCH))
    with pytest.raises(AssertionError):
        check_nobody_is_blamed(phase, register, "error", people)


def check_an_outage_loses_nobody(phase: Phase, register: Faults) -> None:
    """A dead register is left alone after five calls; when it is back, everybody is asked about."""
    register.shares = {"error": 1.0}
    run = go_on(start(phase))
    assert (run.state, register.calls.total(), progress_of(run).stalled) == (RunState.RUNNING, 5, False)
    assert progress_of(run).rests_because == asking.IS_DOWN
    for probes in (1, 2):
        let_time_pass(run)
        assert not go_on(run).is_done
        assert register.calls.total() == 5 + probes
    register.shares = {}
    let_time_pass(run)
    assert values_of(go_on(run)) == {"padan": PEOPLE}
    assert breaker.knock(WEB).gate is breaker.Gate.CLOSED


def test_an_outage_loses_nobody(phase: Phase, people: list[Member], register: Faults) -> None:
    check_an_outage_loses_nobody(phase, register)


def test_an_outage_blamed_on_one_person_is_noticed(
    phase: Phase, people: list[Member], register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: every probe asks about the same person."""
    monkeypatch.setattr(answers, "failures", lambda kind, asked: {})
    monkeypatch.setattr("random.shuffle", lambda left: left.sort(key=lambda pair: pair[1].key))
    with pytest.raises(AssertionError):
        check_an_outage_loses_nobody(phase, register)


def test_a_register_that_stays_away_ends_the_run_without_a_word_about_anybody(
    phase: Phase, people: list[Member], register: Faults
) -> None:
    register.shares = {"error": 1.0}
    run = go_on(start(phase))
    RegisterBreaker.objects.update(failed_probes=breaker.GIVE_UP_PROBES)
    Shard.objects.filter(run=run).update(available_at=timezone.now() - timedelta(seconds=1))
    assert values_of(go_on(run)) == {"layanan_tidak_tersedia": PEOPLE}
    assert (run.state, register.calls.total()) == (RunState.DONE, 5)


# --- Leases --------------------------------------------------------------------------------------------------------


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


def go_on_planned(run: Run) -> None:
    """Plan the run and do nothing more."""
    from jobs.services import work_run

    work_run(run.pk, worker="plans", should_stop=lambda: Run.objects.get(pk=run.pk).state == RunState.RUNNING)
    run.refresh_from_db()


def test_two_members_with_one_number_have_a_verdict_each(phase: Phase, register: Faults) -> None:
    """Whoever cleans the phase may have left a double NIK; the register is asked about it once."""
    members = settle(phase, 3, owner=siti())
    twin = Member.objects.get(pk=members[0].pk)
    Member.objects.filter(pk=members[1].pk).update(
        nik_index=twin.nik_index, name=twin.name, birth_date=twin.birth_date, sex=twin.sex
    )
    run = go_on(start(phase))
    assert len(verdicts_of(run)) == 3


# --- Many workers --------------------------------------------------------------------------------------------------


def check_workers_share(phase: Phase, register: Faults, settings: Any, workers: int) -> None:
    settings.DTKS_REGISTERS["web_service"]["budget"] = 8
    run = start(phase)
    go_on_planned(run)

    def worker() -> None:
        try:
            go_on(Run.objects.get(pk=run.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert register.calls.total() == 8
    assert set(register.calls.values()) == {1}
    settings.DTKS_REGISTERS["web_service"]["budget"] = PEOPLE
    let_time_pass(run)
    go_on(run)
    assert (run.state, values_of(run)) == (RunState.DONE, {"padan": PEOPLE})
    assert register.calls == {nik_of(n): 1 for n in range(PEOPLE)}


@pytest.mark.django_db(transaction=True)
def test_workers_share_budget_and_answers(phase: Phase, people: list[Member], register: Faults, settings: Any) -> None:
    check_workers_share(phase, register, settings, workers=3)


def test_a_call_that_may_outlive_a_lease_is_refused(phase: Phase, register: Faults, settings: Settings) -> None:
    settings.DTKS_LEASE_SECONDS = 1.0
    with pytest.raises(configured.NotConfigured, match="DTKS_LEASE_SECONDS"):
        configured.service_for(WEB)
