"""A photo that arrives in the very moment of the submission is neither lost nor left behind with the draft."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from registration import services, submitting
from registration.attachments.adopting import close_draft
from registration.attachments.keeping import keep_photo
from registration.models import Attachment, Draft, Household
from tests.people import siti
from tests.registration.pictures import paper, sent
from tests.registration.samples import open_phase, ready_draft

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def wait_until_somebody_waits() -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction else sees the same list for ever
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("The submission did not wait for the photo.")


def a_photo_in_the_last_moment_goes_along() -> None:
    """The photo holds the draft; the submission waits for it, and begins when the photo is there."""
    draft, content = ready_draft(by=siti(), phase=open_phase()), sent(paper())
    begun = threading.Event()

    def submit() -> Household:
        begun.wait(20)
        try:
            return services.submit(draft=Draft.objects.get(pk=draft.pk), by=siti())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        submitted = other.submit(submit)
        with transaction.atomic():
            photo = keep_photo(holder=draft, content=content, kind="ktp", by=siti())
            begun.set()
            wait_until_somebody_waits()
        household = submitted.result(30)
    assert [row.pk for row in household.attachments.all()] == [photo.pk]
    assert [kept["id"] for kept in household.submissions.get().payload["photos"]] == [str(photo.pk)]


def test_a_photo_in_the_last_moment_goes_along() -> None:
    a_photo_in_the_last_moment_goes_along()


def test_a_submission_that_asks_for_photos_where_it_takes_the_lock_leaves_them_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a statement sees is as old as its wait."""

    def hold(draft: Draft) -> Draft:
        pictured = Exists(Attachment.objects.filter(draft=OuterRef("pk")))
        drafts = submitting.drafts_with_ties().annotate(pictured=pictured)
        return drafts.select_for_update(of=("self",)).get(pk=draft.pk)

    def close(*, draft: Draft, household: Household) -> list[dict[str, str]]:
        if draft.pictured:  # type: ignore[attr-defined]
            return close_draft(draft=draft, household=household)
        Draft.objects.filter(pk=draft.pk).update(household=household)
        return []

    monkeypatch.setattr(submitting, "hold_draft", hold)
    monkeypatch.setattr(submitting, "close_draft", close)
    with pytest.raises(AssertionError, match=r"assert \[\] =="):
        a_photo_in_the_last_moment_goes_along()
