"""Whoever is asked, the verdicts are the same: an extract, Dukcapil's web service, a civil registry by DCI."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jobs.models import Run, RunState
from matching.services import MatchingNotPossible, start_matching
from matching.sources.choice import IMPLEMENTATIONS, implementation_of
from matching.vocabulary import ASKED_KINDS, SourceKind
from registration.models import Phase
from tests.matching.oracle import expected_values
from tests.matching.sources.registers import go_on, simulated, start, verdicts_of
from tests.matching.test_population import match, mixed, snapshot_of
from tests.matching.town import settle
from tests.people import dewi, siti

pytestmark = pytest.mark.django_db
COLUMNS = ("value", "fields", "raw_code", "threshold", "register_area_code", "register_occupation", "register_status")


def test_each_kind_has_an_implementation() -> None:
    assert set(IMPLEMENTATIONS) == set(SourceKind)


def test_a_run_from_before_the_choice_compares_with_an_extract() -> None:
    assert implementation_of(Run(params={"snapshot": 1})) is IMPLEMENTATIONS[SourceKind.SNAPSHOT]


def check_the_same_verdicts(phase: Phase, settings: Any, tmp_path: Path) -> None:
    """The web service compares every field of an extract: the same values, one for each member."""
    members = settle(phase, 68, owner=siti(), without_nik=frozenset({5, 34}))
    entries = mixed(68)
    snapshot_of(entries, tmp_path)
    by_extract = {pk: verdict.value for pk, verdict in match(phase).items()}
    with simulated(settings, tmp_path, entries) as register:
        run = go_on(start(phase))
    found = {pk: verdict.value for pk, verdict in verdicts_of(run).items()}
    assert run.state == RunState.DONE
    assert found == by_extract
    assert {str(pk): value for pk, value in found.items()} == expected_values(members, entries)
    assert len(set(found.values())) == 8
    assert register.calls.total() == 66


def test_a_web_service_says_of_everybody_what_an_extract_says(phase: Phase, settings: Settings, tmp_path: Path) -> None:
    check_the_same_verdicts(phase, settings, tmp_path)


def test_a_rule_that_differs_would_be_noticed(
    phase: Phase, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what the register does not mention counts as agreement."""
    from matching.sources import web_service

    monkeypatch.setattr(web_service, "weigh", lambda **told: "padan" if told["name"] else "tidak_padan")
    with pytest.raises(AssertionError):
        check_the_same_verdicts(phase, settings, tmp_path)


def test_rows_of_all_kinds_look_alike(phase: Phase, settings: Settings, tmp_path: Path) -> None:
    settle(phase, 34, owner=siti())
    entries = mixed(34)
    snapshot_of(entries, tmp_path)
    rows: dict[str, list[tuple[Any, ...]]] = {"snapshot": verdict_columns(match(phase))}
    with simulated(settings, tmp_path, entries):
        for kind in ASKED_KINDS:
            rows[kind] = verdict_columns(verdicts_of(go_on(start(phase, kind))))
    for name, columns in rows.items():
        for _value, fields, code, threshold, area, _occupation, _status in columns:
            assert set(fields) <= {"name", "birth_date", "sex", "kk", "kelurahan", "occupation"}, name
            assert all(about["result"] in ("Sesuai", "Tidak Sesuai") for about in fields.values()), name
            assert (threshold, code in ("", "11", "12", "13", "14")) == (90, True), name
            assert area in ("", "31.71.01.1001", "31.74.01.1001"), name
    values = {name: Counter(columns[0] for columns in of_kind) for name, of_kind in rows.items()}
    assert values["snapshot"] == values["web_service"]
    assert values["dci"]["nik_tidak_ditemukan"] == values["snapshot"]["nik_tidak_ditemukan"]
    assert values["dci"]["meninggal"] == values["snapshot"]["meninggal"]
    assert values["dci"]["ganda"] == values["snapshot"]["ganda"]


def verdict_columns(verdicts: dict[Any, Any]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(verdict, column) for column in COLUMNS) for verdict in verdicts.values()]


def test_a_register_that_is_not_configured_is_not_asked(phase: Phase, settings: Settings, tmp_path: Path) -> None:
    settings.DTKS_REGISTERS = {}
    for kind in ASKED_KINDS:
        with pytest.raises(MatchingNotPossible):
            start(phase, kind)
    snapshot = snapshot_of(mixed(3), tmp_path)
    with simulated(settings, tmp_path, []):
        with pytest.raises(MatchingNotPossible):
            start_matching(phase=phase, source="assets", source_kind="web_service", by=dewi())
        with pytest.raises(MatchingNotPossible):
            start_matching(phase=phase, source="population", source_kind="dci", snapshot=snapshot, by=dewi())
    assert Run.objects.count() == 0
