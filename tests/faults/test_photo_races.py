"""A photo that arrives in the very moment of the submission is neither lost nor left behind with the draft."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from registration import services, submitting
from registration.attachments import keeping, uploads
from registration.attachments.adopting import close_draft
from registration.attachments.keeping import keep_photo
from registration.models import Attachment, Draft, Household, Upload, UploadPiece
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

    def close(*, draft: Draft, household: Household, by: User) -> list[dict[str, str]]:
        if draft.pictured:  # type: ignore[attr-defined]
            return close_draft(draft=draft, household=household, by=by)
        Draft.objects.filter(pk=draft.pk).update(household=household)
        return []

    monkeypatch.setattr(submitting, "hold_draft", hold)
    monkeypatch.setattr(submitting, "close_draft", close)
    with pytest.raises(AssertionError, match=r"assert \[\] =="):
        a_photo_in_the_last_moment_goes_along()


HANDS = 6


def one_photo_from_many_hands() -> None:
    """The same upload finished by six requests at once, while six others announce it again."""
    draft, content = ready_draft(by=siti(), phase=open_phase()), sent(paper())
    about = {"kind": "ktp", "size": len(content), "sha256": uploads.checksum(content), "by": siti()}
    upload = uploads.start_upload(holder=draft, **about)  # type: ignore[arg-type]
    for start in range(0, len(content), uploads.MOST_PIECE):
        uploads.add_piece(upload=upload, start=start, content=content[start : start + uploads.MOST_PIECE])
    together = threading.Barrier(2 * HANDS)

    def act(number: int) -> str:
        together.wait(20)
        try:
            if number % 2:
                return str(uploads.start_upload(holder=draft, **about).pk)  # type: ignore[arg-type]
            return str(uploads.finish_upload(upload=upload, by=siti()).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2 * HANDS) as pool:
        answers = list(pool.map(act, range(2 * HANDS)))
    photo = Attachment.objects.get()
    assert set(answers[::2]) == {str(photo.pk)}
    assert UploadPiece.objects.filter(upload=upload).count() == 0


def test_one_photo_from_many_hands() -> None:
    one_photo_from_many_hands()


def test_without_the_locks_the_hands_get_in_each_other_s_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then only the unique index stands between six requests and six photos, and it answers with an error."""
    honest, pair = keeping._write, threading.Barrier(2)

    def write(*args: Any, **about: Any) -> Attachment:
        with suppress(threading.BrokenBarrierError):
            pair.wait(2)  # two have looked whether the photo is there already, and neither has seen it
        return honest(*args, **about)

    monkeypatch.setattr(keeping, "_write", write)
    monkeypatch.setattr(uploads, "_lock", lambda upload: Upload.objects.get(pk=upload.pk))
    monkeypatch.setattr(uploads, "hold", lambda holder, *, by: holder)
    monkeypatch.setattr(keeping, "hold", lambda holder, *, by: holder)
    with pytest.raises((AssertionError, IntegrityError)):
        one_photo_from_many_hands()
