"""A run that asks: one verdict each, nothing paid twice, never longer than a lease, and no mismatch from silence."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from jobs import leases, working
from jobs.models import Run, RunState, Shard
from jobs.progress import progress_of
from matching.evidence import evidence_for
from matching.models import PersonVerdict, RegisterAnswer, RegisterBreaker
from matching.simulator.faults import Faults
from matching.sources import answers, asking, breaker, budget, configured
from matching.vocabulary import SourceKind
from registration.models import Member, Phase
from tests.matching.sources.asked import PEOPLE, finish, go_on_planned, let_time_pass, values_of
from tests.matching.sources.registers import go_on, person, start, verdicts_of
from tests.matching.town import nik_of

pytestmark = pytest.mark.django_db
WEB = SourceKind.WEB_SERVICE


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
