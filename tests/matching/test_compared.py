"""What a verdict says of each field is stored in a few letters and read back to the last detail."""

import json
import re
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from matching import compared, population
from matching.compared import said_briefly, said_in_full
from matching.models import PersonVerdict
from matching.retention import EMPTY_VERDICT
from matching.vocabulary import FIELDS, AreaLevel
from registration.models import Member, Phase
from tests.assessment.families import heard_of, matching_run
from tests.matching.test_assets import load as load_assets
from tests.matching.test_assets import match as match_assets
from tests.matching.test_population import CASES, match, snapshot_of
from tests.matching.town import Entry, entry, name_of, nik_of, settle, write_assets
from tests.people import siti

MIGRATION: Any = import_module("matching.migrations.0015_what_was_compared_in_brief")
AGREES, DIFFERS = {"result": "Sesuai"}, {"result": "Tidak Sesuai"}
EQUAL = {"name": {**AGREES, "score": 100}, **dict.fromkeys(FIELDS[1:], AGREES)}
EXAMPLES: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    (EQUAL, "N100BSKAJ"),
    (
        {
            "name": {**DIFFERS, "score": 85, "folded_equal": True},
            "birth_date": AGREES,
            "sex": DIFFERS,
            "kk": AGREES,
            "kelurahan": {**DIFFERS, "level": "kota"},
            "occupation": AGREES,
        },
        "n85=BsKa2J",
    ),
    ({"name": {**AGREES, "score": 92, "folded_equal": False}, "kelurahan": DIFFERS}, "N92!a"),
    ({"name": DIFFERS, "birth_date": DIFFERS, "sex": AGREES}, "nbS"),
    ({"occupation": DIFFERS, "sex": AGREES}, "Sj"),
    ({"reason": "no_nik"}, '{"reason": "no_nik"}'),
    ({"motor": 2, "mobil": 1}, '{"mobil": 1, "motor": 2}'),
]
# What is not said exactly in letters: each of these is like something that is.
STRANGE: list[dict[str, Any]] = [
    {"name": {**AGREES, "score": True}},
    {"name": {**AGREES, "score": 100.0}},
    {"name": {**AGREES, "score": "100"}},
    {"name": {**AGREES, "score": 101}},
    {"name": {**AGREES, "score": -1}},
    {"name": {**AGREES, "score": None}},
    {"name": {**AGREES, "folded_equal": 1}},
    {"name": {"score": 100}},
    {"name": {**AGREES, "level": "kota"}},
    {"kelurahan": {**DIFFERS, "level": "rt"}},
    {"sex": {"result": "sesuai"}},
    {"sex": "Sesuai"},
    {"sex": None},
    {"sex": AGREES, "reason": "no_nik"},
    {"kk": {}},
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ODD = st.sampled_from(["Sesuai", "Tidak Sesuai", True, False, 1, 0, 1.0, 100, 100.0, "100", None])
SHAPED = st.fixed_dictionaries(
    {},
    optional={
        field: st.fixed_dictionaries(
            {},
            optional={
                "result": st.sampled_from(["Sesuai", "Tidak Sesuai"]) | ODD,
                "score": st.integers(-1, 102) | ODD,
                "folded_equal": st.booleans() | ODD,
                "level": st.sampled_from([str(level) for level in AreaLevel]) | ODD,
            },
        )
        | ODD
        for field in FIELDS
    },
)


def exactly(fields: Any) -> str:
    """To compare by: 1, 1.0 and true are equal in Python."""
    return json.dumps(fields, sort_keys=True)


@pytest.mark.parametrize(("fields", "text"), EXAMPLES)
def test_letters_say_what_was_compared(fields: dict[str, Any], text: str) -> None:
    assert said_briefly(fields) == text
    assert exactly(said_in_full(text)) == exactly(fields)


@pytest.mark.parametrize("fields", STRANGE)
def test_what_letters_cannot_say_stands_as_json(fields: dict[str, Any]) -> None:
    assert json.loads(said_briefly(fields)) == fields
    assert exactly(said_in_full(said_briefly(fields))) == exactly(fields)


@given(fields=SHAPED | st.dictionaries(st.text() | st.sampled_from(FIELDS), JSON, max_size=5))
def test_everything_is_read_back_exactly(fields: dict[str, Any]) -> None:
    assert exactly(said_in_full(said_briefly(fields))) == exactly(fields)


def test_a_sign_that_says_less_than_it_stands_for_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: True and 1 are the same, as they are to Python."""
    honest: Any = compared._as_json
    monkeypatch.setattr(compared, "_as_json", lambda value: honest(value).replace("true", "1"))
    monkeypatch.setattr(compared, "_SIGNS", {(f, honest(said)): s for s, (f, said) in compared._MEANT.items()})
    with pytest.raises(AssertionError):
        test_everything_is_read_back_exactly()


def test_all_that_is_compared_has_a_letter_of_its_own() -> None:
    assert tuple(compared.LETTERS) == FIELDS
    assert set(compared.LEVELS) == set(AreaLevel)
    assert len({letter.lower() for letter in compared.LETTERS.values()}) == len(FIELDS)


@pytest.mark.parametrize("text", ["?", "NB?", "X", "N101", "B5", "a9", "N100 B", "=", "[]", "null"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="notation"):
        said_in_full(text)


def test_what_is_read_may_be_changed() -> None:
    said_in_full("B")["birth_date"]["result"] = "changed"
    assert said_in_full("B") == {"birth_date": AGREES}


def stored() -> dict[Any, str]:
    """{member id: the text of the column}."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_id, fields FROM matching_personverdict")
        return dict(cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.parametrize(("fields", "text"), EXAMPLES)
def test_python_sees_a_dict_however_it_asks(phase: Phase, fields: dict[str, Any], text: str) -> None:
    (member,) = settle(phase, 1, owner=siti())
    heard_of(matching_run(phase, "population"), member, "padan", fields=fields)
    (verdict,) = PersonVerdict.objects.all()
    assert stored() == {member.pk: text}
    assert [verdict.fields] == list(PersonVerdict.objects.values_list("fields", flat=True)) == [fields]
    assert list(PersonVerdict.objects.filter(fields=fields)) == [verdict]
    again: Any = next(iter(serializers.deserialize("json", serializers.serialize("json", [verdict]))))
    assert again.object.fields == fields
    PersonVerdict.objects.update(**EMPTY_VERDICT)
    assert stored() == {member.pk: ""}
    assert list(PersonVerdict.objects.exclude(fields={})) == []
    verdict.save()
    assert PersonVerdict.objects.get().fields == fields


def every_shape() -> list[Entry]:
    """One entry after another: each case, and each pair of fields that agree, differ or are not there."""
    absent = {"no_kk": "", "kode_kelurahan": "", "pekerjaan": "", "tanggal_lahir": ""}
    others = {
        "no_kk": "9777777777777777",
        "kode_kelurahan": "32.71.01.1001",
        "pekerjaan": "PEGAWAI NEGERI SIPIL",
        "tanggal_lahir": "1999-09-09",
        "jenis_kelamin": "L",  # that of every other one
        "nama": "Orang B Cantoh",
    }
    said = [dict(changes) for changes, _value in CASES]
    said += [{"kode_kelurahan": code} for code in ("31.71.01.1002", "31.71.02.1001", "31.74.01.1001")]
    said += [{one: nothing} for one, nothing in absent.items()]
    said += [{one: absent[one], two: others[two]} for one, two in product(absent, others) if one != two]
    said += [{one: others[one], two: others[two]} for one, two in product(others, others)]
    said += [{"nama": "Muhammad Ahmad"}, {"nama": name_of(len(said) + 1).replace("Contoh", "Kontoh")}]
    return [entry(n).but(**changes) for n, changes in enumerate(said)]


def sql_writes_what_python_would_write(phase: Phase, tmp_path: Path) -> set[str]:
    entries = every_shape()
    members = settle(phase, len(entries) + 4, owner=siti(), without_nik=frozenset({len(entries)}))
    Member.objects.update(occupation="buruh_harian")
    Member.objects.filter(pk=members[len(entries) - 2].pk).update(name="Moch. Achmad")
    snapshot_of(entries, tmp_path)
    verdicts, texts = match(phase), stored()
    assert {pk: said_briefly(verdict.fields) for pk, verdict in verdicts.items()} == texts
    assert {pk: said_in_full(text) for pk, text in texts.items()} == {pk: one.fields for pk, one in verdicts.items()}
    return set(texts.values())


@pytest.mark.django_db
def test_sql_writes_what_python_would_write(phase: Phase, tmp_path: Path) -> None:
    texts = sql_writes_what_python_would_write(phase, tmp_path)
    assert {text for text in texts if text.startswith("{")} == {'{"reason": "no_nik"}'}
    assert texts > {"", "N100BSKAJ", "N100=BSKAJ", "N100BSKAj", "N100BSKA", "N100BSAJ", "N100BSkAJ", "N100bSKAJ"}
    assert texts > {"N100BSKJ", "N100SKAJ", "N100BSKa1J", "N100BSKa2J", "N100BSKa3J", "N100BSKa4J", "N100BSka1J"}
    assert {text.replace(scored, "") for text in texts for scored in re.findall(r"\d\d(?=[=!])", text)} > {
        "N!BSKAJ", "n!BSKAJ", "n=BSKAJ", "n!bSKAJ", "n!BSKa1J", "n!SKAJ",
    }  # fmt: skip


@pytest.mark.django_db
def test_letters_of_another_order_are_noticed(phase: Phase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the statement says the same, and the text is another one."""
    monkeypatch.setattr(population, "_COLUMNS", dict(reversed(population._COLUMNS.items())))
    with pytest.raises(AssertionError):
        sql_writes_what_python_would_write(phase, tmp_path)


@pytest.mark.django_db
def test_what_was_found_is_counted_as_json(phase: Phase, tmp_path: Path) -> None:
    people = settle(phase, 3, owner=siti(), without_nik=frozenset({2}))
    cars = [(nik_of(0), "", kind, f"B {n}", "9000000") for n, kind in enumerate(("motor", "tanah_bangunan", "motor"))]
    load_assets("assets", write_assets(tmp_path / "a.csv", cars))
    match_assets(phase)
    said = ['{"motor": 2, "tanah_bangunan": 1}', "", '{"reason": "no_nik"}']
    assert stored() == {person.pk: text for person, text in zip(people, said, strict=True)}


@pytest.mark.django_db
def test_the_migration_keeps_what_rows_say_both_ways() -> None:
    """On a table of this session that stands before the real one: the role of the application may not alter that."""
    known = [fields for fields, _text in EXAMPLES] + STRANGE
    known += [said_in_full(f"n7{folded}{area}") for folded in ("", "=", "!") for area in ("A", "a", "a1", "a3", "a4")]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE matching_personverdict (id int, fields text NOT NULL)")
        for number, fields in enumerate(known):
            cursor.execute("INSERT INTO matching_personverdict VALUES (%s, %s)", [number, said_briefly(fields)])
        cursor.execute(MIGRATION.IN_FULL)
        cursor.execute("SELECT pg_typeof(fields)::text, fields::text FROM matching_personverdict ORDER BY id")
        types, texts = zip(*cursor.fetchall(), strict=True)
        assert set(types) == {"jsonb"}
        assert [exactly(json.loads(text)) for text in texts] == [exactly(fields) for fields in known]
        cursor.execute(MIGRATION.BRIEF)
        cursor.execute("SELECT fields FROM matching_personverdict ORDER BY id")
        assert [exactly(said_in_full(text)) for (text,) in cursor.fetchall()] == [exactly(fields) for fields in known]
        cursor.execute("SELECT count(*) FROM matching_personverdict WHERE fields = ''")
        assert cursor.fetchone() == (1,)
        cursor.execute("DROP TABLE matching_personverdict")
