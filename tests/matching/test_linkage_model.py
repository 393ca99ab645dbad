"""The linkage model: our scorer weighs as Splink does, and says what it was made of."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from audit.models import Act
from dtks_portal.made_up.linkage import is_slip, levels_between
from dtks_portal.management.commands import train_linkage
from identity.indexes import keyed_index
from matching.linking import training
from matching.linking.levels import LEVELS, level_of_birth_date, level_of_home, level_of_kelurahan, level_of_name
from matching.linking.model import (
    DEFAULT,
    SMALLEST_REGISTER,
    LinkageModel,
    WrongModel,
    default_model,
    probability_of,
    read_model,
)
from matching.linking.neighbours import neighbours
from matching.linking.trained import TrainedModel, current_model, keep_model, model_of
from matching.linking.training import Row
from matching.linking.training_rows import rows_of
from matching.loading import load_extract
from registration.models import Phase
from tests.matching.town import entry, name_of, nik_of, settle, write_population
from tests.people import dewi, siti

PREDICTIONS = Path(__file__).with_name("splink_predictions.json")


def body(**changes: Any) -> dict[str, Any]:
    return {**json.loads(DEFAULT.read_text()), **changes}


def row_of(values: list[Any]) -> Row:
    row = Row(*values)
    return row._replace(birth_date=date.fromisoformat(str(row.birth_date)))


def our_scorer_weighs_as_splink_does() -> None:
    """Predicted by Splink with the model that comes with the portal; `python -m bench.linkage` predicts them anew."""
    predicted = json.loads(PREDICTIONS.read_text())
    levels = [levels_between(row_of(one["ours"]), row_of(one["theirs"])) for one in predicted]
    for one, found in zip(predicted, levels, strict=True):
        weighed = default_model().weigh(found)
        assert weighed.weight == pytest.approx(one["weight"], abs=1e-6)
        assert weighed.probability == pytest.approx(one["probability"], abs=1e-6)
    seen = {(field, level) for found in levels for field, level in found.items()}
    assert len(seen) >= 15  # of 20 levels
    assert {one["probability"] > 0.5 for one in predicted} == {True, False}


def test_our_scorer_weighs_as_splink_does() -> None:
    our_scorer_weighs_as_splink_does()


def test_mutant_a_scorer_without_the_prior_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted flaw: half of all pairs are held for one person."""
    honest = LinkageModel.weigh

    def even(self: LinkageModel, found: Any, **about: Any) -> Any:
        weighed = honest(self, found, **about)
        return type(weighed)(sum(weighed.bits.values()), weighed.bits)

    monkeypatch.setattr(LinkageModel, "weigh", even)
    with pytest.raises(AssertionError):
        our_scorer_weighs_as_splink_does()


def test_what_is_equal_speaks_for_and_what_differs_against() -> None:
    model = default_model()
    for field, levels in model.levels.items():
        assert list(levels) == list(LEVELS[field])
        weights = [model.weigh({field: level}).bits[field] for level in levels]
        assert weights[0] == max(weights), field
        assert weights[-1] < 0 < weights[0], field
    assert model.weigh(dict.fromkeys(LEVELS)).bits == {}


def test_in_a_larger_register_a_namesake_is_likelier_a_stranger_but_the_kk_speaks_as_before() -> None:
    model = default_model()
    city, country = {"register_rows": SMALLEST_REGISTER}, {"register_rows": SMALLEST_REGISTER * 64}
    namesake = {"name": "equal", "birth_date": "equal"}
    assert model.weigh(namesake, **city).weight == pytest.approx(model.weigh(namesake, **country).weight + 6, abs=1e-4)
    on_the_kk = {"home": "kk"}
    assert model.weigh(on_the_kk, **city).weight == pytest.approx(model.weigh(on_the_kk, **country).weight, abs=1e-4)
    assert model.weigh(namesake, register_rows=3) == model.weigh(namesake, **city), "a small extract makes nobody sure"


def test_a_probability_stays_one_however_heavy() -> None:
    assert probability_of(5000.0) == 1.0
    assert probability_of(-5000.0) == pytest.approx(0.0)
    assert probability_of(0.0) == 0.5


@pytest.mark.parametrize(
    ("ours", "theirs", "level"),
    [
        ("Muh. Yusup", "MUHAMMAD YUSUP", "equal"),
        ("Siti Aminah", "Siti Aminnahh", "equal"),
        ("Budi Santoso", "Budi Santosa", "nearly"),
        ("Joko A. S.", "Joko Anwar Santoso", "part"),
        ("Budi", "Budi Santoso", "part"),
        ("Budi Santoso", "Dewi Anggraini", "other"),
        ("", "Dewi", None),
    ],
)
def test_levels_of_names(ours: str, theirs: str, level: str | None) -> None:
    assert level_of_name(ours, theirs) == level
    assert level_of_name(theirs, ours) == level


@pytest.mark.parametrize(
    ("theirs", "level"),
    [
        (date(1960, 3, 5), "equal"),
        (date(1960, 5, 3), "one_part"),
        (date(1961, 3, 5), "one_part"),
        (date(1961, 1, 1), "estimate"),
        (date(1971, 1, 1), "other"),
        (date(1961, 4, 6), "other"),
        (None, None),
    ],
)
def test_levels_of_birth_dates(theirs: date | None, level: str | None) -> None:
    assert level_of_birth_date(date(1960, 3, 5), theirs) == level


def test_levels_of_areas() -> None:
    codes = ("31.71.01.1001", "31.71.01.1002", "31.71.02.1001", "31.72.01.1001", "")
    found = [level_of_kelurahan(codes[0], code) for code in codes]
    assert found == ["equal", "kecamatan", "kota", "other", None]


def test_a_new_kk_speaks_through_the_kelurahan() -> None:
    here, there = "31.71.01.1001", "31.72.01.1001"
    assert level_of_home("1", "1", here, there) == "kk"
    assert level_of_home("1", "2", here, here) == "kelurahan"
    assert level_of_home("1", "2", here, there) == "other"
    assert level_of_home("1", "2", here, None) == "other"
    assert level_of_home("1", None, here, here) == "kelurahan"
    assert level_of_home("1", None, here, None) is None


def test_the_slips_of_made_up_numbers_are_those_that_the_run_looks_up() -> None:
    typed = "9971010101900012"
    near = {one.digits for one in neighbours(typed)} - {typed}
    assert all(is_slip(typed, digits) for digits in near)
    for digits in ("9971010101900121", "9971010101901102", "9917011010900012"):
        assert digits not in near
        assert not is_slip(typed, digits)


@pytest.mark.parametrize(
    "changes",
    [
        {"levels": {}},
        {"share": 1.5},
        {"share": 0},
        {"made_of": {}},
        {"version": "x", "levels": {**body()["levels"], "sex": {"equal": {"m": 0, "u": 1}, "other": {"m": 1, "u": 1}}}},
    ],
)
def test_what_is_no_model_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(WrongModel):
        read_model(body(**changes))


@pytest.mark.django_db
def test_the_newest_trained_model_is_used_and_older_ones_stay_to_explain() -> None:
    assert current_model() == default_model() == model_of(default_model().version) == model_of("")
    for version in ("tahap-1", "tahap-2"):
        keep_model(body(version=version), by=dewi())
    assert current_model().version == "tahap-2"
    assert model_of("tahap-1").version == "tahap-1"
    with pytest.raises(WrongModel):
        model_of("tahap-3")
    act = Act.objects.get(verb="matching.keep_linkage_model", data={"version": "tahap-2"})
    assert act.actor_id == dewi().pk
    with pytest.raises(ProgrammingError), transaction.atomic():
        TrainedModel.objects.update(body={})


@pytest.mark.django_db
def test_training_writes_a_model_that_is_used_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Splink, which few machines have; with it: test_training_with_splink.py, `python -m bench.linkage`."""
    monkeypatch.setattr(train_linkage, "require_splink", lambda: "5.0.0")
    asked: list[int] = []

    def learned(people: list[Row], register: list[Row], **about: Any) -> dict[str, Any]:
        asked.append(len(people))
        return body(version=about["version"])

    monkeypatch.setattr(train_linkage, "train", learned)
    call_command("train_linkage", made_up=30, output=tmp_path / "model.json")
    assert read_model(json.loads((tmp_path / "model.json").read_text())).version.startswith("made-up-")
    assert not TrainedModel.objects.exists()
    call_command("train_linkage", made_up=30)
    assert current_model().version == TrainedModel.objects.get().version
    assert min(asked) >= 30


def test_without_the_extra_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "splink", None)
    with pytest.raises(CommandError, match=r"requirements/linkage.txt"):
        call_command("train_linkage", made_up=30)
    with pytest.raises(training.NotInstalled):
        training.train([], [], is_slip=is_slip, version="x", source="x")


def test_of_what_says_too_little_the_command_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def learns_nothing(*rows: Any, **about: Any) -> Any:
        raise training.NothingLearned("Too few people.")

    monkeypatch.setattr(train_linkage, "require_splink", lambda: "5.0.0")
    monkeypatch.setattr(train_linkage, "train", learns_nothing)
    with pytest.raises(CommandError, match="Too few people"):
        call_command("train_linkage", made_up=30)


def test_a_level_that_was_never_met_is_no_rarer_than_the_pairs_looked_at_say() -> None:
    """Numbers are compared among people of one birth date and sex only: those are the pairs that were looked at."""
    days = [date(1990, 1, 1), date(1990, 1, 2), date(1990, 1, 2)]
    people = [Row(str(n), "Siti", day, "P", None, None) for n, day in enumerate(days)]
    assert training._pairs_within_birth_date(people, people) == 5
    assert training._pairs_within_birth_date(people, []) == 1
    assert training._seen(None, 5) == training._seen(0.01, 5) == 0.1
    assert training._seen(0.3, 5) == 0.3


@pytest.mark.django_db
def test_a_phase_gives_its_people_and_their_entries_to_learn_from(phase: Phase, tmp_path: Path) -> None:
    """Numbers as indexes only; which are one slip apart is known of the people's own numbers."""
    settle(phase, 6, owner=siti())
    mistyped = nik_of(4)[:-1] + "9"
    entries = [*(entry(n) for n in range(4)), entry(4).but(nik=mistyped), entry(30)]
    path = write_population(tmp_path / "p.csv", entries)
    key = phase.index_key_id
    snapshot = load_extract(path=path, source="population", as_of=date(2026, 11, 1), index_key_id=key, by=None)
    people, register, slips = rows_of(phase, snapshot)
    assert {row.name for row in people} == {name_of(n) for n in range(6)}
    assert len(register) == len(entries)
    typed, held = keyed_index("nik", nik_of(4)).hex(), keyed_index("nik", mistyped).hex()
    assert {row.number for row in register} >= {held, keyed_index("nik", nik_of(0)).hex()}
    assert slips(typed, held)
    assert not slips(typed, keyed_index("nik", nik_of(30)).hex())
    assert {row.kk for row in people} <= {row.kk for row in register}
    assert nik_of(0) not in f"{people} {register}"
