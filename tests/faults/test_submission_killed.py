"""B6: the web worker is killed at every step of a submission: row, frozen copy, slots, act and message all or none."""

from __future__ import annotations

import http.client

import pytest
from django.urls import reverse

from audit.models import Act
from jobs.models import OutboxMessage
from registration.editing import copy_pages
from registration.models import Draft, Family, Household, Member, Phase, Slot, Submission
from tests.faults.drafts import one_person
from tests.live import Live, live_server, session_of
from tests.people import siti
from tests.registration.samples import open_phase, ready_draft

pytestmark = [pytest.mark.fault, pytest.mark.long, pytest.mark.django_db(transaction=True)]
STEPS = ("_store", "close_draft", "_freeze", "record", "send_receipt", "commit", "answer")


def written(phase: Phase) -> list[int]:
    """How many of each thing a submission writes there are."""
    households = list(Household.objects.filter(phase=phase))
    return [
        len(households),
        *(kind.objects.filter(household__in=households).count() for kind in (Family, Member, Submission)),
        Slot.objects.filter(phase=phase).count(),
        Act.objects.filter(verb="registration.submit", subject_id__in=[str(one.pk) for one in households]).count(),
        Draft.objects.filter(phase=phase, household__isnull=False).count(),
    ]


def all_or_nothing(server: Live) -> None:
    session = session_of(siti())
    model = ready_draft(by=siti(), phase=open_phase(), sample=one_person())
    for number, step in enumerate(STEPS):
        phase = open_phase(name=f"mati:{step}")
        draft = Draft.objects.create(phase=phase, owner=siti())
        copy_pages(model.pk, draft)
        address = reverse("registration:draft_submit", kwargs={"draft_id": draft.pk})
        with pytest.raises((http.client.HTTPException, OSError)):
            server.post(address, session=session)
        assert written(phase) in ([0] * 7, [1, 1, 1, 1, 2, 1, 1]), step
        assert (written(phase)[0] == 1) == (step == "answer"), step
        assert OutboxMessage.objects.count() == number + (step == "answer")
        Phase.objects.filter(pk=phase.pk).update(name="Tahap I 2026")
        answer = server.post(address, session=session)
        assert (answer.status, written(phase)) == (302, [1, 1, 1, 1, 2, 1, 1]), step
        assert OutboxMessage.objects.count() == number + 1


def test_a_killed_submission_leaves_all_or_nothing() -> None:
    with live_server(mutants=("dies_while_submitting",)) as server:
        all_or_nothing(server)


def test_a_submission_in_two_commits_is_noticed() -> None:
    with live_server(mutants=("commits_early", "dies_while_submitting")) as server, pytest.raises(AssertionError):
        all_or_nothing(server)
