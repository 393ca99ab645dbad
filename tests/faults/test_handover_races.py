"""A hand-over that comes in the very moment of the submission ends with it, like every other one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from areas.models import Area
from registration import services, submitting
from registration.attachments import adopting
from registration.attachments.adopting import close_draft
from registration.models import Draft, Handover, Household
from tests.faults.test_photo_races import wait_until_somebody_waits
from tests.people import GAMBIR, siti
from tests.registration.samples import open_phase, ready_draft

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


def a_hand_over_in_the_last_moment_ends() -> None:
    """It holds the draft in another tab; the submission waits for it, and begins when the code is there."""
    draft, begun = ready_draft(by=siti(), phase=open_phase()), threading.Event()

    def submit() -> Household:
        begun.wait(20)
        try:
            return services.submit(draft=Draft.objects.get(pk=draft.pk), by=siti())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        submitted = other.submit(submit)
        with transaction.atomic():
            services.open_handover(draft=draft, kelurahan=Area.objects.get(pk=GAMBIR), by=siti())
            begun.set()
            wait_until_somebody_waits()
        submitted.result(30)
    handover = Handover.objects.get()
    assert (handover.end, handover.ended_by) == ("submitted", siti())


def test_a_hand_over_in_the_last_moment_ends() -> None:
    a_hand_over_in_the_last_moment_ends()


def test_a_submission_that_asks_for_hand_overs_where_it_takes_the_lock_leaves_one_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a statement sees is as old as its wait."""

    def hold(draft: Draft) -> Draft:
        handed = Exists(Handover.objects.filter(draft=OuterRef("pk"), ended_at__isnull=True))
        drafts = submitting.drafts_with_ties().annotate(handed=handed)
        return drafts.select_for_update(of=("self",)).get(pk=draft.pk)

    def close(*, draft: Draft, household: Household, by: User) -> list[dict[str, str]]:
        if not draft.handed:  # type: ignore[attr-defined]
            blind = adopting.CLOSE_AND_ADOPT.replace("AND ended_at IS NULL", "AND false")
            monkeypatch.setattr(adopting, "CLOSE_AND_ADOPT", blind)
        return close_draft(draft=draft, household=household, by=by)

    monkeypatch.setattr(submitting, "hold_draft", hold)
    monkeypatch.setattr(submitting, "close_draft", close)
    with pytest.raises(AssertionError, match="submitted"):
        a_hand_over_in_the_last_moment_ends()
