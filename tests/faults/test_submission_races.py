"""Submissions against a live server: twenty copies of one, and two hundred writers across the closing second.

Each protection has a mutant that takes it away in the server; the same check must then fail.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from registration import services
from registration.models import Draft, DraftPage, Household, Phase, Slot, Submission
from registration.stage import Stage
from registration.state import ANSWERS, TYPED
from stages.errors import Busy
from stages.phase_row import lock_phase
from tests.live import Answer, Live, live_server, session_of
from tests.people import siti
from tests.registration.samples import Sample, fill, kk, nik, open_phase, ready_draft

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
COPIES, WRITERS, AT_ONCE = 20, 200, 24
BORN = date(1985, 8, 17)


def address(draft: Draft) -> str:
    return reverse("registration:draft_submit", kwargs={"draft_id": draft.pk})


def twenty_copies_are_one_registration(server: Live) -> None:
    """B1: one household, and every copy is sent to its receipt."""
    draft = ready_draft(by=siti(), phase=open_phase())
    session = session_of(siti())
    together = threading.Barrier(COPIES)

    def send() -> Answer:
        together.wait()
        return server.post(address(draft), session=session)

    with ThreadPoolExecutor(COPIES) as pool:
        answers = [future.result() for future in [pool.submit(send) for _ in range(COPIES)]]
    households = list(Household.objects.all())
    assert len(households) == 1
    receipt = reverse("registration:receipt_show", kwargs={"reference": households[0].reference})
    assert {(answer.status, answer.location) for answer in answers} == {(302, receipt)}
    assert Submission.objects.count() == 1
    assert Slot.objects.count() == 6


def test_the_same_submission_twenty_times_at_once_is_one_registration() -> None:
    with live_server() as server:
        twenty_copies_are_one_registration(server)


@pytest.mark.long
def test_without_the_draft_lock_the_copies_get_in_each_others_way() -> None:
    with live_server(mutants=("no_draft_lock",)) as server, pytest.raises(AssertionError):
        twenty_copies_are_one_registration(server)


def one_person() -> Sample:
    sample = Sample()
    first = next(iter(sample.people))
    sample.people = {first: sample.people[first]}
    sample.kk = {sample.first: sample.kk[sample.first]}
    return sample


def many_drafts(owner: User, phase: Phase, count: int) -> list[Draft]:
    """Ready drafts of different people: one is typed, the others are copied from it with numbers of their own."""
    model = fill(services.open_draft(by=owner, phase=phase), one_person(), by=owner)
    pages = list(DraftPage.objects.filter(draft=model))
    drafts = Draft.objects.bulk_create([Draft(phase=phase, owner=owner) for _ in range(count)])
    copies = []
    for draft in drafts:
        numbers = {"kk": ("kk", kk()), "orang": ("nik", nik(born=BORN, sex="P"))}
        for page in pages:
            typed, answers = dict(page.data[TYPED]), dict(page.data[ANSWERS])
            if page.page in numbers:
                name, digits = numbers[page.page]
                typed[name], answers[name] = [digits], digits
            data = {TYPED: typed, ANSWERS: answers}
            copies.append(DraftPage(draft=draft, page=page.page, item=page.item, complete=True, data=data))
    DraftPage.objects.bulk_create(copies)
    return drafts


def close(phase: Phase) -> int:
    """End registration as `stages.advance` does: the row FOR UPDATE, the snapshot, the next stage, one commit."""
    with transaction.atomic():
        held = lock_phase(phase.pk)
        snapshot = Household.objects.filter(phase=held).count()
        held.stage = Stage.PENGOLAHAN_1
        held.save(update_fields=["stage"])
    return snapshot


def nothing_lands_after_the_snapshot(server: Live) -> None:
    """B3: what the closing transaction counted is all there ever is, and everybody was told the truth."""
    phase = open_phase()
    session = session_of(siti())
    drafts = many_drafts(siti(), phase, WRITERS)
    snapshot = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent: list[Future[Answer]] = [pool.submit(server.post, address(draft), session=session) for draft in drafts]
        while Household.objects.filter(phase=phase).count() < WRITERS // 4:
            assert not all(future.done() for future in sent), "nobody could register"
            time.sleep(0.01)
        snapshot = close(phase)
        answers = [future.result() for future in sent]
    accepted = [answer for answer in answers if answer.status == 302]
    assert Household.objects.filter(phase=phase).count() == snapshot
    assert len(accepted) == snapshot
    assert {answer.status for answer in answers} <= {302, 409, 503}
    assert 0 < snapshot < WRITERS, "the closing did not fall among the writers"


@pytest.mark.long
def test_nothing_lands_after_the_closing_snapshot() -> None:
    with live_server() as server:
        nothing_lands_after_the_snapshot(server)


@pytest.mark.long
def test_without_the_shared_lock_submissions_land_after_the_snapshot() -> None:
    with live_server(mutants=("no_phase_lock",)) as server, pytest.raises(AssertionError):
        nothing_lands_after_the_snapshot(server)


@pytest.mark.long
def test_without_the_turnstile_the_closing_waits_for_everybody() -> None:
    with live_server(mutants=("no_turnstile",)) as server, pytest.raises((AssertionError, Busy)):
        nothing_lands_after_the_snapshot(server)
