"""The daily hits of a register: one counter for all workers, spent before the call, by the day of Jakarta."""

import threading
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from matching.models import RegisterBudget
from matching.sources import budget
from matching.vocabulary import SourceKind
from tests.matching.sources.registers import at_once

WEB = SourceKind.WEB_SERVICE
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.django_db
def test_hits_are_spent_up_to_the_limit_for_each_register_and_day() -> None:
    assert [budget.spend(WEB, limit=3) for _ in range(5)] == [True, True, True, False, False]
    assert budget.spent_today(WEB) == 3
    assert budget.spend(SourceKind.DCI, limit=1) is True
    assert budget.spend(WEB, limit=4) is True  # a limit that has been raised counts at once
    RegisterBudget.objects.filter(kind=WEB).update(day="2026-01-01")
    assert budget.spent_today(WEB) == 0
    assert budget.spend(WEB, limit=3) is True


@pytest.mark.django_db
def test_no_budget_is_no_hit() -> None:
    assert budget.spend(WEB, limit=0) is False
    assert RegisterBudget.objects.count() == 0


@pytest.mark.django_db
def test_the_register_may_close_the_day() -> None:
    budget.spend(WEB, limit=9)
    for _twice in range(2):
        budget.close_today(WEB)
    assert budget.spend(WEB, limit=9) is False
    assert budget.spent_today(WEB) == 1
    budget.close_today(SourceKind.DCI)
    assert budget.spend(SourceKind.DCI, limit=9) is False


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_day_is_jakarta_s_wherever_the_database_thinks_it_is(zone: str) -> None:
    before = datetime.now(JAKARTA).date()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('timezone', %s, true)", [zone])
        budget.spend(WEB, limit=1)
        cursor.execute("SELECT set_config('timezone', 'UTC', true)")
    assert RegisterBudget.objects.get().day in (before, datetime.now(JAKARTA).date())


@pytest.mark.django_db
def test_the_next_day_begins_after_midnight_in_jakarta() -> None:
    days = [datetime.now(JAKARTA).date()]
    begins = budget.next_day().astimezone(JAKARTA)
    days.append(datetime.now(JAKARTA).date())
    assert begins.time() == time(0, 5)
    assert begins.date() - timedelta(days=1) in days


def check_no_hit_too_many() -> None:
    got = at_once(12, lambda: budget.spend(WEB, limit=5))
    assert (sum(got), budget.spent_today(WEB)) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_never_spend_more_than_there_is() -> None:
    check_no_hit_too_many()


@pytest.mark.django_db(transaction=True)
def test_a_budget_that_looks_before_it_counts_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: everybody looks, then everybody counts."""
    looked = threading.Barrier(12)
    honest = budget.spend

    def spend(kind: SourceKind, *, limit: int) -> bool:
        left = budget.spent_today(kind) < limit
        looked.wait(30)
        return left and honest(kind, limit=10**6)

    monkeypatch.setattr(budget, "spend", spend)
    with pytest.raises(AssertionError):
        check_no_hit_too_many()
