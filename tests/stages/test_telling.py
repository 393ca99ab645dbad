"""The queue between a decision and its notice: what a family hears, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from jobs.models import OutboxMessage
from jobs.polling import OverduePoller, Poller
from notices.models import Notice
from registration.models import Family, Outcome, Phase
from registration.services import withdraw
from registration.stage import Stage
from stages import outcomes, tasks, telling
from stages.models import DecisionKind, OutcomeDecision, UntoldFamily
from stages.outcomes import Ruling, decide
from tests.people import agus, dewi, rina, siti
from tests.stages.scenes import family_in, household_of, person_in, phase_in, put_in, tell_everybody

pytestmark = pytest.mark.django_db


def families_of(phase: Phase, number: int) -> list[Family]:
    return [household_of(phase).families.get() for _number in range(number)]


def included(*families: Family) -> int:
    rulings = [Ruling(family.pk, Outcome.IN_DST, "muskel.kurang_mampu") for family in families]
    return decide(rulings=rulings, kind=DecisionKind.DST, by=dewi())


def sent(*families: Family) -> int:
    rulings = [Ruling(family.pk, Outcome.SENT, "siksng.sent") for family in families]
    return decide(rulings=rulings, kind=DecisionKind.HAND_OFF, by=dewi())


def rewound(*families: Family) -> int:
    rulings = [Ruling(family.pk, Outcome.PROCESSING, "reopened") for family in families]
    return decide(rulings=rulings, kind=DecisionKind.REOPENING, by=agus())


def heard() -> list[str]:
    return list(Notice.objects.order_by("created_at").values_list("kind", flat=True))


# What a family hears
def test_a_decision_is_told_once() -> None:
    (family,) = families_of(phase_in(), 1)
    included(family)
    assert heard() == []
    assert [tell_everybody(), tell_everybody()] == [1, 0]
    notice = Notice.objects.get()
    assert (notice.kind, notice.family, notice.household) == ("in_dst", family, family.household)


def test_each_decision_that_was_told_is_followed_by_the_next() -> None:
    (family,) = families_of(phase_in(), 1)
    included(family)
    tell_everybody()
    sent(family)
    tell_everybody()
    assert heard() == ["in_dst", "sent"]


def test_a_family_that_waits_through_two_decisions_hears_the_later_one_only() -> None:
    (family,) = families_of(phase_in(), 1)
    included(family)
    first = UntoldFamily.objects.get().since
    sent(family)
    assert UntoldFamily.objects.get().since == first
    assert tell_everybody() == 1
    assert heard() == ["sent"]


def test_what_was_undone_before_it_was_told_is_never_told() -> None:
    told, untold = families_of(phase_in(), 2)
    included(told)
    tell_everybody()
    included(untold)
    rewound(told, untold)
    tell_everybody()
    assert list(Notice.objects.values_list("family", "kind")) == [(told.pk, "in_dst")]


def test_a_family_that_withdrew_before_it_was_told_hears_nothing_more() -> None:
    phase = put_in(phase_in(), Stage.PENETAPAN_DST)
    withdrawn, other = families_of(phase, 2)
    included(withdrawn, other)
    withdraw(household=withdrawn.household, by=siti(), reason="Pindah")
    before = Notice.objects.count()
    tell_everybody()
    assert Notice.objects.filter(kind="in_dst").get().family == other
    assert Notice.objects.count() == before + 1


def test_each_family_of_a_household_is_told_by_itself() -> None:
    household = household_of(phase_in())
    other = family_in(household)
    person_in(other, is_head=True, relation="kepala")
    included(*household.families.all())
    assert tell_everybody() == 2
    assert set(Notice.objects.values_list("family", flat=True)) == {family.pk for family in household.families.all()}


def test_a_decision_that_is_rolled_back_leaves_nobody_to_be_told() -> None:
    (family,) = families_of(phase_in(), 1)
    with transaction.atomic():
        included(family)
        transaction.set_rollback(True)
    assert (OutcomeDecision.objects.count(), tell_everybody()) == (0, 0)


# In portions
def test_the_queue_is_told_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "CHUNK", 2)
    included(*families_of(phase_in(), 5))
    stops = iter([False, True])
    assert telling.tell_waiting(should_stop=lambda: next(stops)) == 2
    assert (Notice.objects.count(), UntoldFamily.objects.count()) == (2, 3)
    assert tell_everybody() == 3
    assert Notice.objects.values("family").distinct().count() == Notice.objects.count() == 5


def test_a_portion_takes_the_same_number_of_queries_for_few_and_many() -> None:
    siti()
    dewi()

    def queries(slug: str, number: int) -> int:
        phase = phase_in(slug=slug)
        included(*families_of(phase, number), *(household_of(phase, walk_in_by=rina()).families.get() for _ in "ab"))
        with CaptureQueriesContext(connection) as captured:
            telling.tell_waiting()
        return len(captured)

    # a look at the queue before and one that finds it empty; two savepoints and their ends; queue, families and
    # decisions are read, accounts too, notices and messages written, the queue emptied
    assert queries("sedikit", 1) == queries("banyak", 9) == 13
    assert OutboxMessage.objects.count() == 10


def test_one_family_that_cannot_be_told_keeps_nobody_else_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    families = families_of(phase_in(), 5)
    honest = telling.tell_families

    def fail(told: Sequence[Family], decisions: Mapping[UUID, OutcomeDecision]) -> None:
        if families[3] in told:
            raise KeyError("siapa")
        honest(told, decisions)

    monkeypatch.setattr(telling, "tell_families", fail)
    included(*families)
    assert telling.tell_waiting() == 4
    assert UntoldFamily.objects.get().family == families[3]
    assert caplog.messages == [f"Family {families[3].pk} could not be told: KeyError"]
    monkeypatch.setattr(telling, "tell_families", honest)
    assert tell_everybody() == 1


def test_a_database_that_is_gone_is_not_blamed_on_families(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object) -> None:
        raise OperationalError

    included(*families_of(phase_in(), 2))
    monkeypatch.setattr(telling, "tell_families", gone)
    with pytest.raises(OperationalError):
        telling.tell_waiting()
    assert UntoldFamily.objects.count() == 2


# Workers
def test_a_decision_wakes_a_worker_and_one_about_nobody_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(outcomes, "wake", woken.append)
    included()
    assert woken == []
    included(*families_of(phase_in(), 2))
    assert woken == ["stages.tell_families"]


def test_a_worker_goes_on_in_a_new_message_while_it_gets_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    sent_on: list[str] = []
    settled = iter([0, 2, 2])
    monkeypatch.setattr(tasks, "send_now", lambda task, expires: sent_on.append(task))
    monkeypatch.setattr(tasks, "tell_waiting", lambda should_stop: next(settled))
    included(*families_of(phase_in(), 1))
    assert (tasks.tell_families(), sent_on) == (0, [])
    assert (tasks.tell_families(), sent_on) == (2, ["stages.tell_families"])
    tell_everybody()
    assert (tasks.tell_families(), sent_on) == (2, ["stages.tell_families"])


def test_a_message_that_comes_twice_tells_once() -> None:
    included(*families_of(phase_in(), 3))
    assert [tasks.tell_families(), tasks.tell_families()] == [3, 0]
    assert heard() == ["in_dst"] * 3


def test_a_worker_that_looks_tells_whom_nobody_was_woken_for() -> None:
    included(*families_of(phase_in(), 2))
    assert OverduePoller(1).work() == 0, "somebody has been woken for them just now"
    UntoldFamily.objects.update(since=Now() - timedelta(minutes=1))
    assert (Poller(1).work(), UntoldFamily.objects.count()) == (0, 2), "who looks for runs only leaves them"
    assert OverduePoller(1).work() == 2
    assert (UntoldFamily.objects.count(), Notice.objects.count()) == (0, 2)


def test_without_a_broker_a_command_does_it() -> None:
    account = siti()
    type(account).objects.filter(pk=account.pk).update(email_verified_at=Now())
    included(*families_of(phase_in(), 2))
    said = StringIO()
    call_command("tell_families", stdout=said)
    assert (said.getvalue(), heard()) == ("2 families told.\n", ["in_dst", "in_dst"])
