"""A civil registry by the DCI interface: what was not asked for is not believed, and a name alone is no identity."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jobs.models import RunState
from matching.simulator import crvs
from matching.simulator.faults import Faults
from matching.sources import dci, sending
from matching.sources.configured import service_for
from matching.sources.dci import CivilRegistry
from matching.sources.protocol import Answer, NoAnswer
from matching.vocabulary import SourceKind, Value
from registration.models import Phase
from tests.matching.sources.registers import PASSWORD, TOKEN, go_on, person, simulated, start, verdicts_of
from tests.matching.town import entry, settle
from tests.people import siti


@pytest.fixture
def register(settings: Settings, tmp_path: Path) -> Iterator[Faults]:
    entries = [
        *[entry(n) for n in range(6)],
        entry(6).but(status="meninggal"),
        entry(7).but(status="ganda"),
        entry(8).but(nama="Joko", tanggal_lahir="1999-09-09"),
        entry(9).but(nama="Orang", jenis_kelamin="L"),
    ]
    with simulated(settings, tmp_path, entries) as faults:
        yield faults


def registry() -> CivilRegistry:
    return CivilRegistry(service_for(SourceKind.DCI), threshold=90)


def compare(n: int, **changes: Any) -> Answer:
    return registry().compare(person(n, **changes))


@pytest.mark.parametrize(
    ("n", "value", "status"),
    [
        (1, "padan", ""),
        (6, "meninggal", "meninggal"),
        (7, "ganda", "ganda"),
        (8, "tidak_padan", ""),
        (9, "padan_sebagian", ""),
        (11, "nik_tidak_ditemukan", ""),
    ],
)
def test_a_record_becomes_one_value(register: Faults, n: int, value: str, status: str) -> None:
    told = compare(n)
    assert (told.value, told.status, told.threshold) == (value, status, 90)


def test_an_answer_keeps_results_and_scores_and_nothing_of_the_record(register: Faults) -> None:
    assert compare(1) == Answer(
        value=Value.MATCH,
        fields={
            "name": {"result": "Sesuai", "score": 100, "folded_equal": True},
            "birth_date": {"result": "Sesuai"},
            "sex": {"result": "Sesuai"},
        },
        threshold=90,
    )


def test_the_question_is_an_identifier_and_carries_a_token(register: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, headers = _asked_by(monkeypatch, person(1))
    criteria = asked["message"]["search_request"][0]["search_criteria"]
    assert (criteria["query_type"], criteria["query"]) == ("idtype-value", {"type": "NIK", "value": person(1).nik})
    assert (asked["header"]["action"], asked["header"]["sender_id"]) == ("search", "dtks-uji")
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert person(1).name not in str(asked)
    assert PASSWORD not in str(asked)


def test_who_has_no_number_is_searched_by_name_and_birth_date(
    register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, _headers = _asked_by(monkeypatch, person(1, nik=""))
    criteria = asked["message"]["search_request"][0]["search_criteria"]
    assert (criteria["query_type"], criteria["query"]) == (
        "predicate",
        [
            {
                "seq_num": 1,
                "expression1": {"attribute_name": "name", "operator": "eq", "attribute_value": "Orang b Contoh"},
                "condition": "and",
                "expression2": {"attribute_name": "birth_date", "operator": "eq", "attribute_value": "1960-01-02"},
            }
        ],
    )


def _asked_by(monkeypatch: pytest.MonkeyPatch, one: Any) -> tuple[dict[str, Any], dict[str, str]]:
    seen: list[Any] = []
    honest = sending.send

    def send(service: Any, question: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        seen.extend((question, headers))
        return honest(service, question, headers)

    monkeypatch.setattr(dci, "send", send)
    registry().compare(one)
    return seen[0], seen[1]


def check_a_namesake_is_no_match(register: Faults) -> None:
    assert compare(1, nik="").value == "padan_sebagian"
    assert compare(1, nik="", name="Nobody").fields == {"reason": "no_nik"}
    assert compare(1, nik="", name="Nobody").value == "belum_dicek"


def test_a_namesake_born_on_the_same_day_is_no_match(register: Faults) -> None:
    check_a_namesake_is_no_match(register)


def test_a_namesake_taken_for_the_person_is_noticed(register: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    def believes(self: CivilRegistry, records: list[dict[str, Any]], one: Any) -> Answer:
        return self._compared(records[0], one)

    monkeypatch.setattr(CivilRegistry, "_known_by_name", believes)
    with pytest.raises((AssertionError, IndexError)):
        check_a_namesake_is_no_match(register)


def spoilt(asked: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The simulator's answer with something in it replaced."""
    told = crvs.answer(asked, _Book())
    item = told["message"]["search_response"][0]
    places = {"header": told["header"], "message": told["message"], "item": item, "data": item["data"]}
    for place, values in changes.items():
        if place == "record":
            item["data"]["reg_records"][0] |= values
        else:
            places[place].update(values)
    return told


class _Book:
    """Knows person 1."""

    def find(self, nik: str) -> Any:
        from matching.simulator.book import Entry

        return Entry(nik, "ORANG B CONTOH", "1960-01-02", "P", "", "", "aktif", lambda kk: None)

    def namesakes(self, name: str, born: str) -> list[Any]:
        return []


NOT_ANSWERS: list[dict[str, Any]] = [
    {"header": {"status": "rjct"}},
    {"header": {"status": None}},
    {"message": {"transaction_id": "another"}},
    {"message": {"search_response": None}},
    {"message": {"search_response": [1]}},
    {"item": {"reference_id": "another"}},
    {"item": {"status": "rjct"}},
    {"item": {"data": None}},
    {"data": {"reg_records": None}},
    {"data": {"reg_records": ["x"]}},
    {"record": {"identifier": [{"identifier_type": "NIK", "identifier_value": "9900000000000009"}]}},
    {"record": {"identifier": None}},
    {"record": {"name": {}}},
    {"record": {"name": "x" * 300}},
    {"record": {"birth_date": "02/01/1960"}},
    {"record": {"birth_date": 19600102}},
    {"record": {"sex": 1}},
]


def check_not_believed(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]) -> None:
    monkeypatch.setattr(dci, "send", lambda service, asked, headers: spoilt(asked, changes))
    with pytest.raises(NoAnswer):
        compare(1)


@pytest.mark.parametrize("changes", NOT_ANSWERS)
def test_what_was_not_asked_for_is_not_believed(
    register: Faults, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    check_not_believed(monkeypatch, changes)


def test_a_record_of_somebody_else_that_is_believed_is_noticed(
    register: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dci, "_identifiers", lambda record: {person(1).nik})
    with pytest.raises(pytest.fail.Exception):
        check_not_believed(monkeypatch, {"record": {"identifier": []}})


@pytest.mark.parametrize(
    "record",
    [
        {"name": "Orang B Contoh"},
        {"name": None, "given_name": "ORANG", "middle_name": "B", "family_name": "CONTOH"},
        {"birthdate": "1960-01-02", "birth_date": None},
        {"birth_date": "1960-01-02T00:00:00Z"},
        {"identifier": [{"type": "NIK", "value": person(1).nik}]},
        {"sex": "Female"},
    ],
)
def test_registries_write_the_same_in_several_ways(
    register: Faults, monkeypatch: pytest.MonkeyPatch, record: dict[str, Any]
) -> None:
    monkeypatch.setattr(dci, "send", lambda service, asked, headers: spoilt(asked, {"record": record}))
    assert compare(1).value == "padan"


def test_what_the_registry_does_not_say_is_not_compared(register: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        dci, "send", lambda service, asked, headers: spoilt(asked, {"record": {"birth_date": None, "sex": "unknown"}})
    )
    told = compare(1)
    assert (told.value, set(told.fields)) == ("padan_sebagian", {"name"})


@pytest.mark.django_db
def test_a_run_gives_infants_a_verdict_too(phase: Phase, register: Faults) -> None:
    members = settle(phase, 6, owner=siti(), without_nik=frozenset({2}))
    run = go_on(start(phase, "dci"))
    found = {n: verdicts_of(run)[member.pk] for n, member in enumerate(members)}
    assert run.state == RunState.DONE
    assert {n: verdict.value for n, verdict in found.items()} == {
        n: "padan_sebagian" if n == 2 else "padan" for n in range(6)
    }
    assert found[2].register_status == ""
