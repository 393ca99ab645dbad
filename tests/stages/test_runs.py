"""A signature stays as long as a stage rests on it, and is that of a second person."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import RoleGrant
from audit.models import Act
from jobs import signing
from jobs.models import Run
from jobs.services import RunNotAllowed, sign_off_run, withdraw_sign_off
from registration.models import Phase
from registration.stage import Stage
from stages import phase_row, runs, services
from stages.errors import Blocked, Busy
from tests.people import agus, dewi, sign_in
from tests.stages.scenes import finished_run, phase_in, put_in

pytestmark = pytest.mark.django_db
KIND = "matching.population"
S = Stage


def signed(phase: Phase, kind: str = KIND) -> Run:
    return finished_run(phase, kind, signed_by=agus())


@pytest.mark.parametrize(("kind", "stage"), runs.NEEDED_IN.items())
def test_a_signature_is_withdrawn_until_the_phase_has_left_the_stage(kind: str, stage: Stage) -> None:
    phase = phase_in(stage)
    run = signed(phase, kind)
    put_in(phase, Stage(stage + 1))
    with pytest.raises(RunNotAllowed):
        withdraw_sign_off(run=run, reason="Salah ekstrak", by=dewi())
    put_in(phase, stage)
    assert withdraw_sign_off(run=run, reason="Salah ekstrak", by=dewi()).is_signed_off is False


def test_without_the_signature_the_stage_is_not_left() -> None:
    phase = phase_in(S.PEMADANAN_DUKCAPIL)
    run = signed(phase)
    assert services.hindrances(phase) == []
    withdraw_sign_off(run=run, reason="Salah ekstrak", by=dewi())
    assert [reason.code for reason in services.hindrances(phase)] == ["matching_not_signed"]


def two_sign_who_owe_each_other_nothing(by_dewi: Run) -> None:
    made_by_dewi = agus()
    RoleGrant.objects.filter(user=made_by_dewi).update(granted_by=dewi())
    with pytest.raises(RunNotAllowed):
        sign_off_run(run=by_dewi, by=made_by_dewi)


def test_whom_the_starter_made_an_admin_is_no_second_person(monkeypatch: pytest.MonkeyPatch) -> None:
    run = finished_run(phase_in(S.PEMADANAN_DUKCAPIL), KIND)
    Run.objects.filter(pk=run.pk).update(started_by_id=dewi().pk)
    two_sign_who_owe_each_other_nothing(run)
    monkeypatch.setattr(signing, "_objections", [])
    with pytest.raises(pytest.fail.Exception):
        two_sign_who_owe_each_other_nothing(run)


def test_the_page_of_a_run_offers_what_this_person_may_do(client: Client) -> None:
    phase = phase_in(S.PEMADANAN_DUKCAPIL)
    run = finished_run(phase, KIND)
    Run.objects.filter(pk=run.pk).update(started_by_id=dewi().pk)
    watch = reverse("admin:jobs_run_change", args=[run.pk])
    sign, withdraw = (reverse("admin:jobs_run_order", args=[run.pk, verb]) for verb in ("sign_off", "withdraw"))
    page = sign_in(client, dewi()).get(watch).content.decode()
    assert (sign in page, withdraw in page, phase.name in page) == (False, False, True)
    assert client.post(sign).status_code == 302
    run.refresh_from_db()
    assert run.is_signed_off is False
    sign_in(client, agus())
    assert sign in client.get(watch).content.decode()
    client.post(sign)
    assert withdraw in client.get(watch).content.decode()
    assert client.post(withdraw).status_code == 400
    assert client.post(withdraw, {"reason": "NIK 9901015708850001 salah"}).status_code == 400
    assert client.post(withdraw, {"reason": "Ekstrak salah bulan"}).status_code == 302
    run.refresh_from_db()
    assert run.is_signed_off is False
    assert "Ekstrak salah bulan" in client.get(watch).content.decode()
    assert Act.objects.about(run).filter(verb="jobs.sign_off_withdrawn").count() == 1


def a_stage_is_not_left_under_a_withdrawal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The withdrawal has looked at the stage and not been committed when somebody moves the phase."""
    monkeypatch.setattr(phase_row, "LOCK_TIMEOUT", "300ms")
    phase = phase_in(S.PEMADANAN_DUKCAPIL)
    run, by = signed(phase), dewi()
    withdrawing, may_end = threading.Event(), threading.Event()

    def hold_up(**about: Any) -> None:
        withdrawing.set()
        may_end.wait(20)

    monkeypatch.setattr(signing, "record", hold_up)

    def withdraw() -> None:
        withdraw_sign_off(run=run, reason="Salah ekstrak", by=by)
        connection.close()

    thread = threading.Thread(target=withdraw)
    thread.start()
    assert withdrawing.wait(20)
    try:
        with pytest.raises(Busy):
            services.advance(phase=phase, by=by, expected=S.PEMADANAN_DUKCAPIL)
    finally:
        may_end.set()
        thread.join()
    with pytest.raises(Blocked):
        services.advance(phase=phase, by=by, expected=S.PEMADANAN_DUKCAPIL)


@pytest.mark.django_db(transaction=True)
def test_a_stage_is_not_left_under_a_withdrawal(monkeypatch: pytest.MonkeyPatch) -> None:
    a_stage_is_not_left_under_a_withdrawal(monkeypatch)


@pytest.mark.django_db(transaction=True)
def test_without_holding_the_phase_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "share_phase", lambda pk: Phase.objects.get(pk=pk))
    with pytest.raises(pytest.fail.Exception):
        a_stage_is_not_left_under_a_withdrawal(monkeypatch)
