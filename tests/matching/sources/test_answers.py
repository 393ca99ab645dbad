"""Answers that were paid for: found again for exactly the same question, until they expire, and without a number."""

from datetime import timedelta

import pytest
from django.core import serializers
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from identity.indexes import current_index_key_id
from matching.models import RegisterAnswer
from matching.sources import answers
from matching.sources.answers import asked_of, settled
from matching.sources.protocol import Answer, Person
from matching.vocabulary import SourceKind, Value
from tests.matching.sources.registers import person

pytestmark = pytest.mark.django_db
WEB = SourceKind.WEB_SERVICE
TOLD = Answer(
    value=Value.PARTIAL,
    fields={"name": {"result": "Tidak Sesuai", "score": 59}},
    threshold=90,
    area_code="31.71.01.1001",
    occupation="PENSIUNAN",
)


def asked(one: Person, threshold: int = 90) -> bytes:
    return asked_of(one, threshold=threshold, key_id=current_index_key_id())


def known(one: Person, kind: SourceKind = WEB) -> answers.Settled | None:
    return settled(kind, [(asked(one), one)]).get(one.member_id)


def test_an_answer_is_found_again_as_it_was_with_its_day() -> None:
    answers.keep(WEB, person(), asked(person()), TOLD)
    assert known(person()) == answers.Settled(TOLD, timezone.localdate())
    assert known(person(2)) is None
    assert known(person(), SourceKind.DCI) is None


def check_only_for_the_same_question() -> None:
    answers.keep(WEB, person(), asked(person()), TOLD)
    for changes in (
        {"name": "Orang B Contoh"},
        {"kk": "9800000000000009"},
        {"birth_date": person(2).birth_date},
        {"sex": "L"},
        {"area_code": "31.74.01.1001"},
        {"occupation": "pns"},
        {"nik": "9900000000000009"},
    ):
        assert known(person(**changes)) is None, changes
    assert asked(person(), threshold=80) != asked(person())


def test_an_answer_counts_for_the_same_data_only() -> None:
    check_only_for_the_same_question()


def test_a_key_of_the_number_alone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tests.matching.sources.test_answers.asked_of", lambda one, **about: one.nik.encode()[:16].ljust(16)
    )
    with pytest.raises(AssertionError):
        check_only_for_the_same_question()


def test_an_answer_expires_and_is_then_deleted(settings: Settings) -> None:
    settings.DTKS_REGISTER_ANSWER_DAYS = 7
    answers.keep(WEB, person(), asked(person()), TOLD)
    row = RegisterAnswer.objects.get()
    assert row.answered_at is not None
    assert row.expires_at - row.answered_at == timedelta(days=7)
    assert answers.forget_expired() == 0
    RegisterAnswer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert known(person()) is None
    assert answers.forget_expired() == 1


def test_who_got_no_answer_three_times_is_settled_as_unavailable() -> None:
    one = person()
    for _time in range(2):
        answers.note_failure(WEB, one, asked(one))
        assert known(one) is None
    answers.note_failure(WEB, one, asked(one))
    assert known(one) == answers.Settled(answers.UNAVAILABLE, None)
    answers.forget_failures(WEB, [one.key])
    assert known(one) is None


def test_a_failure_takes_no_answer_away_and_an_answer_ends_failures() -> None:
    one = person()
    answers.note_failure(WEB, one, asked(one), times=3)
    answers.keep(WEB, one, asked(one), TOLD)
    assert known(one) == answers.Settled(TOLD, timezone.localdate())
    answers.note_failure(WEB, one, asked(one), times=3)
    answers.forget_failures(WEB, [one.key])
    assert known(one) == answers.Settled(TOLD, timezone.localdate())
    RegisterAnswer.objects.update(expires_at=F("answered_at") - timedelta(days=1))
    answers.note_failure(WEB, one, asked(one), times=3)
    assert known(one) == answers.Settled(answers.UNAVAILABLE, None)


def test_a_stored_answer_holds_no_number_and_no_name() -> None:
    one = person()
    answers.keep(WEB, one, asked(one), TOLD)
    stored = serializers.serialize("json", RegisterAnswer.objects.all())
    for secret in (one.nik, one.kk, "Orang", one.birth_date.isoformat()):
        assert secret not in stored
