"""The circuit breaker: shared by all workers, opened by failures in a row, tried by one call at a time."""

import threading
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from matching.models import RegisterBreaker
from matching.sources import breaker
from matching.sources.breaker import Gate
from matching.vocabulary import SourceKind
from tests.matching.sources.registers import at_once

WEB = SourceKind.WEB_SERVICE


def fail(times: int) -> list[bool]:
    return [breaker.note_failure(WEB) for _ in range(times)]


def let_pause_pass() -> None:
    RegisterBreaker.objects.update(retry_at=F("retry_at") - timedelta(days=1), probe_until=None)


def pause() -> float:
    retry_at = RegisterBreaker.objects.get().retry_at
    assert retry_at is not None
    return round((retry_at - timezone.now()).total_seconds(), -1)


@pytest.mark.django_db
def test_failures_in_a_row_open_it_and_a_success_between_does_not() -> None:
    assert breaker.knock(WEB).gate is Gate.CLOSED
    assert fail(4) == [False] * 4
    breaker.note_success(WEB)
    assert fail(5) == [False] * 4 + [True]
    waits = breaker.knock(WEB)
    assert (waits.gate, waits.until) == (Gate.WAIT, RegisterBreaker.objects.get().retry_at)
    assert breaker.knock(SourceKind.DCI).gate is Gate.CLOSED
    assert pause() == 60


@pytest.mark.django_db
def test_one_call_tries_it_and_a_success_closes_it() -> None:
    fail(5)
    let_pause_pass()
    assert breaker.knock(WEB).gate is Gate.PROBE
    assert breaker.knock(WEB).gate is Gate.WAIT
    breaker.note_success(WEB)
    assert breaker.knock(WEB).gate is Gate.CLOSED
    assert fail(4) == [False] * 4


@pytest.mark.django_db
def test_each_failed_probe_doubles_the_pause_and_late_failures_do_not() -> None:
    fail(5)
    fail(3)  # calls from before it opened
    assert (pause(), RegisterBreaker.objects.get().failed_probes) == (60, 0)
    pauses = []
    for _probe in range(8):
        let_pause_pass()
        assert breaker.knock(WEB).gate is Gate.PROBE
        assert fail(1) == [True]
        pauses.append(pause())
    assert pauses == [120, 240, 480, 960, 1920, 3840, 3840, 3840]


@pytest.mark.django_db
def test_a_probe_that_never_comes_back_is_followed_by_another() -> None:
    fail(5)
    let_pause_pass()
    assert breaker.knock(WEB).gate is Gate.PROBE
    RegisterBreaker.objects.update(probe_until=timezone.now() - timedelta(seconds=1))
    assert breaker.knock(WEB).gate is Gate.PROBE


@pytest.mark.django_db
def test_a_long_outage_is_given_up_and_still_probed() -> None:
    fail(5)
    RegisterBreaker.objects.update(failed_probes=breaker.GIVE_UP_PROBES)
    assert breaker.knock(WEB).gate is Gate.GIVEN_UP
    let_pause_pass()
    assert breaker.knock(WEB).gate is Gate.PROBE
    assert breaker.knock(WEB).gate is Gate.GIVEN_UP


def check_one_probe() -> None:
    fail(5)
    let_pause_pass()
    gates = at_once(10, lambda: breaker.knock(WEB).gate)
    assert sorted(gate.name for gate in gates) == ["PROBE", *["WAIT"] * 9]


@pytest.mark.django_db(transaction=True)
def test_of_workers_at_once_one_tries_it() -> None:
    check_one_probe()


@pytest.mark.django_db(transaction=True)
def test_a_probe_that_is_looked_for_before_it_is_taken_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: everybody sees that there is no probe yet, then everybody becomes it."""
    looked = threading.Barrier(10)

    def take_probe(kind: SourceKind) -> bool:
        free = RegisterBreaker.objects.filter(retry_at__lte=timezone.now(), probe_until=None).exists()
        looked.wait(30)
        return free

    monkeypatch.setattr(breaker, "take_probe", take_probe)
    with pytest.raises(AssertionError):
        check_one_probe()
