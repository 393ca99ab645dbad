"""Two people answer for a result: who starts a run never signs it, and a signature can be taken back with a reason."""

from collections.abc import Callable

import pytest

from audit.models import Act
from jobs import signing
from jobs.models import Run
from jobs.services import RunNotAllowed, sign_off_run, start_run, withdraw_sign_off, work_run
from tests.jobs.toy import KIND, Person, Toy

pytestmark = pytest.mark.django_db


def finished(by: Person | None) -> Run:
    run = start_run(kind=KIND, scope_id=1, params={}, by=by)
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    return run


def nobody_signs_what_they_started(dewi: Person) -> None:
    run = finished(by=dewi)
    with pytest.raises(RunNotAllowed):
        sign_off_run(run=run, by=dewi)
    run.refresh_from_db()
    assert run.is_signed_off is False
    agus = Person()
    assert sign_off_run(run=run, by=agus).signed_off_by_id == agus.pk


def test_nobody_signs_what_they_started(toy: Toy, dewi: Person) -> None:
    nobody_signs_what_they_started(dewi)


def test_a_signature_under_ones_own_run_is_noticed(toy: Toy, dewi: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "objection_to", lambda run, by: "")
    with pytest.raises(pytest.fail.Exception):
        nobody_signs_what_they_started(dewi)


def test_a_run_that_the_portal_started_may_be_signed_by_anybody(toy: Toy, dewi: Person) -> None:
    assert sign_off_run(run=finished(by=None), by=dewi).is_signed_off


def test_a_room_may_object_to_a_person(toy: Toy, dewi: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_objections", [lambda run, by: "Ia bukan orang kedua." if by is dewi else ""])
    run = finished(by=None)
    with pytest.raises(RunNotAllowed, match="Ia bukan orang kedua"):
        sign_off_run(run=run, by=dewi)
    assert sign_off_run(run=run, by=Person()).is_signed_off


def test_a_signature_is_withdrawn_with_a_reason_and_stays_on_record(toy: Toy, dewi: Person) -> None:
    run, agus = finished(by=dewi), Person()
    with pytest.raises(RunNotAllowed):
        withdraw_sign_off(run=run, reason="Salah ekstrak", by=agus)
    run = sign_off_run(run=run, by=agus)
    signed_at = run.signed_off_at
    with pytest.raises(RunNotAllowed):
        withdraw_sign_off(run=run, reason="  ", by=dewi)
    run = withdraw_sign_off(run=run, reason="Salah ekstrak, NIK 9901015708850001 hilang", by=dewi)
    run.refresh_from_db()
    assert (run.is_done, run.is_signed_off, run.signed_off_by_id) == (True, False, None)
    act = Act.objects.about(run).get(verb="jobs.sign_off_withdrawn")
    assert (act.actor_id, act.data["signed_by"]) == (dewi.pk, str(agus.pk))
    assert act.data["signed_at"][:19] == signed_at.isoformat()[:19]  # type: ignore[union-attr]
    assert act.data["reason"] == "Salah ekstrak, NIK […] hilang"
    assert sign_off_run(run=run, by=agus).is_signed_off


def what_rests_on_a_signature_keeps_it(reliance: Callable[[Run], str], run: Run) -> None:
    signing.ask_before_withdrawing(reliance)
    with pytest.raises(RunNotAllowed, match="Tahap sudah jalan"):
        withdraw_sign_off(run=run, reason="Ragu", by=Person())
    run.refresh_from_db()
    assert run.is_signed_off


def test_what_rests_on_a_signature_keeps_it(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_reliances", [])
    run = sign_off_run(run=finished(by=None), by=Person())
    what_rests_on_a_signature_keeps_it(lambda run: "Tahap sudah jalan.", run)
    monkeypatch.setattr(signing, "ask_before_withdrawing", lambda reliance: signing._reliances.clear())
    with pytest.raises(pytest.fail.Exception):
        what_rests_on_a_signature_keeps_it(lambda run: "Tahap sudah jalan.", run)
