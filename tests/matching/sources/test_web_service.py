"""Dukcapil's answers, read strictly: what is not exactly one of its answers is no answer, and never a match."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.simulator.dukcapil import envelope
from matching.sources import web_service
from matching.sources.protocol import Answer, NoAnswer, QuotaSpent
from matching.sources.sending import read_object
from matching.sources.web_service import OCCUPATIONS, question, read_answer
from registration.codes import Occupation
from tests.matching.sources.registers import person

SAME = {
    "NIK": "Sesuai",
    "NO_KK": "Sesuai",
    "NAMA_LGKP": "Sesuai (100)",
    "TGL_LHR": "Sesuai",
    "JENIS_KLMIN": "Sesuai",
    "JENIS_PKRJN": "Sesuai",
    "NO_PROP": "Sesuai",
    "NO_KAB": "Sesuai",
    "NO_KEC": "Sesuai",
    "NO_KEL": "Sesuai",
}
NO = "Tidak Sesuai"


def read(entry: dict[str, Any]) -> Answer:
    return read_answer(envelope(entry), person(), threshold=90)


def test_the_question_names_what_the_family_said_and_nothing_else() -> None:
    assert question(person()) == {
        "NIK": person().nik,
        "NO_KK": "9800000000000000",
        "NAMA_LGKP": "Orang b Contoh",
        "TGL_LHR": "02-01-1960",
        "JENIS_KLMIN": "Perempuan",
        "JENIS_PKRJN": "BURUH HARIAN LEPAS",
        "NO_PROP": "31",
        "NO_KAB": "71",
        "NO_KEC": "01",
        "NO_KEL": "1001",
    }
    assert set(question(person(area_code="", occupation="lainnya"))) == {
        "NIK", "NO_KK", "NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN"
    }  # fmt: skip
    assert set(OCCUPATIONS) <= set(Occupation.values)


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, "padan"),
        ({"NAMA_LGKP": "Sesuai (90)"}, "padan"),
        ({"NAMA_LGKP": f"{NO} (59)"}, "padan_sebagian"),
        ({"NAMA_LGKP": f"{NO} (59)", "TGL_LHR": NO}, "tidak_padan"),
        ({"NAMA_LGKP": NO}, "padan_sebagian"),
        ({"TGL_LHR": NO}, "padan_sebagian"),
        ({"JENIS_KLMIN": NO}, "padan_sebagian"),
        ({"NO_KK": NO}, "padan_sebagian"),
        ({"NO_KEC": NO}, "padan_sebagian"),
        ({"JENIS_PKRJN": NO}, "padan"),
    ],
)
def test_elements_become_one_value(changes: dict[str, str], value: str) -> None:
    assert read({**SAME, **changes}).value == value


def test_an_answer_keeps_results_scores_and_what_the_register_holds() -> None:
    told = read({**SAME, "NAMA_LGKP": f"{NO} (59)", "NO_KEL": NO})
    assert told.fields == {
        "name": {"result": NO, "score": 59},
        "birth_date": {"result": "Sesuai"},
        "sex": {"result": "Sesuai"},
        "kk": {"result": "Sesuai"},
        "kelurahan": {"result": NO},
        "occupation": {"result": "Sesuai"},
    }
    assert (told.threshold, told.raw_code, told.area_code, told.occupation) == (90, "", "", "BURUH HARIAN LEPAS")
    assert read(SAME).area_code == "31.71.01.1001"
    assert read({**SAME, "JENIS_PKRJN": NO}).occupation == ""


def test_what_the_service_does_not_mention_is_not_compared() -> None:
    entry = {name: SAME[name] for name in ("NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN", "NO_PROP")}
    told = read(entry)
    assert (told.value, set(told.fields)) == ("padan", {"name", "birth_date", "sex"})
    assert (told.area_code, told.occupation) == ("", "")


@pytest.mark.parametrize(
    ("code", "value", "kept", "status"),
    [
        ("11", "meninggal", "11", "meninggal"),
        ("12", "ganda", "12", "ganda"),
        ("13", "nik_tidak_ditemukan", "13", ""),
        ("14", "nonaktif", "14", "nonaktif"),
        ("15", "format_salah", "15", ""),
        ("08", "nik_tidak_ditemukan", "08", ""),
        (8, "nik_tidak_ditemukan", "08", ""),
        (13, "nik_tidak_ditemukan", "13", ""),
    ],
)
def test_a_response_code_ends_the_comparison(code: object, value: str, kept: str, status: str) -> None:
    told = read({**SAME, "RESPONSE_CODE": code, "RESPON": "…"})
    assert (told.value, told.raw_code, told.status, told.fields) == (value, kept, status, {})


NOT_ANSWERS: list[dict[str, Any]] = [
    {},
    {"content": None},
    {"content": {}},
    {"content": []},
    {"content": [SAME, SAME]},
    {"content": ["Sesuai"]},
    envelope({**SAME, "RESPONSE_CODE": "99"}),
    envelope({**SAME, "RESPONSE_CODE": "¹³"}),
    envelope({**SAME, "RESPONSE_CODE": True}),
    envelope({**SAME, "RESPONSE_CODE": ["13"]}),
    envelope({"RESPON": "Login gagal"}),
    envelope({**SAME, "RESPON": "IP Client Tidak terdaftar"}),
    envelope({**SAME, "NIK": NO}),
    envelope({**SAME, "NAMA_LGKP": "Sesuai (59)"}),
    envelope({**SAME, "NAMA_LGKP": "Sesuai (101)"}),
    envelope({**SAME, "NAMA_LGKP": "sesuai"}),
    envelope({**SAME, "NAMA_LGKP": "Sesuai (١٠٠)"}),
    envelope({**SAME, "NAMA_LGKP": "Sesuai\n"}),
    envelope({**SAME, "TGL_LHR": "Cocok"}),
    envelope({**SAME, "TGL_LHR": True}),
    envelope({**SAME, "TGL_LHR": None}),
    envelope({**SAME, "NO_KK": 1}),
    envelope({**SAME, "NO_KEL": "Sesuai (x)"}),
    envelope({name: told for name, told in SAME.items() if name != "NAMA_LGKP"}),
    envelope({name: told for name, told in SAME.items() if name != "TGL_LHR"}),
    envelope({name: told for name, told in SAME.items() if name != "JENIS_KLMIN"}),
]


def check_no_answer(told: dict[str, Any]) -> None:
    with pytest.raises(NoAnswer):
        read_answer(told, person(), threshold=90)


@pytest.mark.parametrize("told", NOT_ANSWERS)
def test_what_is_not_exactly_an_answer_is_none(told: dict[str, Any]) -> None:
    check_no_answer(told)


def test_a_reader_that_looks_for_the_word_only_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: an element agrees when "Sesuai" is somewhere in it."""
    monkeypatch.setattr(web_service, "_match", lambda told: ["", "Sesuai" if "esuai" in str(told) else "", None])
    wrong = [told for told in NOT_ANSWERS if not _raises(told)]
    assert len(wrong) >= 5


def _raises(told: dict[str, Any]) -> bool:
    try:
        read_answer(told, person(), threshold=90)
    except NoAnswer:
        return True
    return False


def test_a_used_up_quota_is_no_failure() -> None:
    with pytest.raises(QuotaSpent):
        read({"RESPON": "Kuota Akses Hari ini telah Habis"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["Sesuai", "Sesuai (100)", NO]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SAME, "content"]), inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=60)
@given(JSON)
def test_no_made_up_answer_gets_past_the_reader(told: Any) -> None:
    """Whatever comes back: an answer, NoAnswer or QuotaSpent; and a match only where all three agree in words."""
    try:
        answer = read_answer(read_object(json.dumps({"content": told}).encode()), person(), threshold=90)
    except (NoAnswer, QuotaSpent):
        return
    if answer.value == "padan":
        assert told[0]["TGL_LHR"] == told[0]["JENIS_KLMIN"] == "Sesuai"


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"\xff{}", b'{"a": 1', b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a":' * 2000, b"[" * 100_000],
)
def test_only_a_plain_json_object_is_read(content: bytes) -> None:
    with pytest.raises(NoAnswer):
        read_object(content)
