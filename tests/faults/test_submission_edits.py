"""A change of what was sent meets its withdrawal, and the closing of the window, in the middle of its submission.

The change is held up after it has looked at the household; whoever comes then must wait for it. Each protection has a
planted flaw that lets the other one through.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from audit.models import Act
from registration import building, editing, phase_lock, services, submitting
from registration.models import Household, Phase, Slot, Submission
from registration.stage import Stage
from stages.phase_row import lock_phase
from tests.faults.drafts import one_person
from tests.people import siti
from tests.registration.samples import open_phase, registered

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
HELD_UP = 0.7  # seconds; the other one is through long before if nothing holds it


def in_the_middle_of(change: Callable[[], Any], other: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `other` while `change` has looked at its household and written nothing; returns what `other` returned."""
    looked, through = threading.Event(), threading.Event()
    honest = building.keys_of

    def held_up(*about: Any) -> Any:
        looked.set()
        through.wait(HELD_UP)
        return honest(*about)

    def meanwhile() -> Any:
        looked.wait(10)
        try:
            return other()
        finally:
            through.set()

    def alone(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connection.close()

    monkeypatch.setattr(building, "keys_of", held_up)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(alone, change), pool.submit(alone, meanwhile)
        first.result()
        return second.result()


def a_withdrawal_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    household = registered(by=siti(), phase=open_phase(), sample=one_person())
    draft, owner = services.open_edit(household=household, by=siti()), siti()
    in_the_middle_of(
        lambda: services.submit(draft=draft, by=owner),
        lambda: services.withdraw(household=household, by=owner, reason="pindah"),
        monkeypatch,
    )
    household.refresh_from_db()
    assert Act.objects.filter(verb="registration.withdraw").count() == 1
    assert (household.is_withdrawn, Slot.objects.count()) == (True, 0)
    assert set(household.families.values_list("outcome", flat=True)) == {"WITHDRAWN"}


def test_a_withdrawal_stands_whatever_is_changed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    a_withdrawal_stands(monkeypatch)


def test_a_change_that_does_not_hold_the_household_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(household_id: Any) -> editing.Earlier:
        found = Household.objects.get(pk=household_id)
        last = found.submissions.order_by("-number")[0]
        families = {one.pk: one for one in found.families.all()}
        members = {one.pk: one for one in found.members.all()}
        return editing.Earlier(found, last.number, last.payload[editing.ROWS], families, members)

    monkeypatch.setattr(submitting, "hold_earlier", look)
    with pytest.raises(AssertionError):
        a_withdrawal_stands(monkeypatch)


def nothing_changes_after_the_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    phase, owner = open_phase(), siti()
    household = registered(by=owner, phase=phase, sample=one_person())
    draft = services.open_edit(household=household, by=owner)

    def close() -> int:
        with transaction.atomic():
            held = lock_phase(phase.pk)
            snapshot = Submission.objects.filter(household__phase=held).count()
            held.stage = Stage.PENGOLAHAN_1
            held.save(update_fields=["stage"])
        return snapshot

    snapshot = in_the_middle_of(lambda: services.submit(draft=draft, by=owner), close, monkeypatch)
    assert Submission.objects.count() == snapshot == 2
    with pytest.raises(services.NotOpen):
        services.open_edit(household=household, by=owner)


def test_nothing_changes_after_the_closing_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_changes_after_the_snapshot(monkeypatch)


def test_a_change_that_does_not_hold_the_phase_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase_lock, "share_phase", lambda pk: Phase.objects.annotate(held_at=Now()).get(pk=pk))
    with pytest.raises(AssertionError):
        nothing_changes_after_the_snapshot(monkeypatch)
