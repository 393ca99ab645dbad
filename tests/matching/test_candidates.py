"""What a mistyped NIK may have meant: suggested with reasons, never applied, and never the number itself."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from identity.indexes import current_index_key_id, keyed_index
from jobs.models import Run, RunState
from jobs.services import work_run
from matching.linking import candidates
from matching.linking.candidates import KIND
from matching.linking.model import LinkageModel, default_model
from matching.linking.models import Candidate, Way
from matching.linking.neighbours import neighbours
from matching.linking.scoring import likelihood_of, reasons_of
from matching.linking.trained import model_of
from matching.loading import load_extract
from matching.models import PersonVerdict
from matching.services import start_matching
from registration.models import Household, Member, Phase
from tests.matching.town import Entry, entry, kk_of, nik_of, settle, write_population
from tests.people import dewi, siti

pytestmark = pytest.mark.django_db


def match(phase: Phase, entries: list[Entry], tmp_path: Path) -> Run | None:
    """Match with an extract, then do the run that it has started; None where it started none."""
    path = write_population(tmp_path / "p.csv", entries)
    load_extract(path=path, source="population", as_of=date(2026, 11, 1), index_key_id=current_index_key_id(), by=None)
    matched = start_matching(phase=phase, source="population", by=dewi())
    work_run(matched.pk, worker="test")
    started = Run.objects.filter(kind=KIND, params__matched=str(matched.pk)).first()
    if started is not None:
        work_run(started.pk, worker="test")
        started.refresh_from_db()
        assert started.state == RunState.DONE
    return started


def other_digit(digits: str, position: int) -> str:
    digit = str((int(digits[position - 1]) + 1) % 10)
    return digits[: position - 1] + digit + digits[position:]


def swapped(digits: str, position: int) -> str:
    place = position - 1
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


ELSEWHERE = {"no_kk": "9799999999999999", "kode_kelurahan": "31.74.01.1001"}


def found(member: Member) -> list[tuple[str, int | None, list[str]]]:
    return [(one.way, one.position, one.agrees) for one in Candidate.objects.filter(member=member)]


def test_all_numbers_one_slip_away_are_neighbours() -> None:
    typed = "9901010101900012"
    near = list(neighbours(typed))
    assert len({one.digits for one in near} - {typed}) == len(near)
    swaps = sum(a != b for a, b in pairwise(typed))
    assert Counter(one.way for one in near) == {Way.DIGIT: 16 * 9, Way.SWAP: swaps}
    assert (Way.SWAP, 14, "9901010101900102") in near
    assert (Way.DIGIT, 16, "9901010101900011") in near


@pytest.mark.parametrize("position", [1, 6, 16])
def test_one_other_digit_is_suggested_with_what_agrees(phase: Phase, tmp_path: Path, position: int) -> None:
    members = settle(phase, 2, owner=siti())
    right = other_digit(nik_of(1), position)
    run = match(phase, [entry(1).but(nik=right, **ELSEWHERE)], tmp_path)
    assert run is not None
    assert (run.rows_done, run.rows_total) == (2, 2)
    candidate = Candidate.objects.get(member=members[1])
    assert found(members[1]) == [("angka", position, ["birth_date", "sex"])]
    assert (candidate.name_score, candidate.masked_name) == (100, "O••• B••• C•••")
    assert 70 <= candidate.score < 95  # neither the KK nor the kelurahan speaks for it
    assert candidate.model == default_model().version == run.params["model"]
    assert candidate.register_index == keyed_index("nik", right)
    assert candidate.typed_index == members[1].nik_index


def test_two_swapped_digits_are_suggested(phase: Phase, tmp_path: Path) -> None:
    members = settle(phase, 2, owner=siti())
    match(phase, [entry(1).but(nik=swapped(nik_of(1), 10), **ELSEWHERE)], tmp_path)
    assert found(members[1]) == [("tertukar", 10, ["birth_date", "sex"])]


def test_a_quite_different_number_is_found_by_kk_and_by_what_the_person_is(phase: Phase, tmp_path: Path) -> None:
    members = settle(phase, 6, owner=siti())
    on_the_kk = entry(0).but(nik="9902020202900077", kode_kelurahan="", tanggal_lahir="1901-01-01")
    alike = entry(4).but(nik="9902020202900078", no_kk="", nama="ORANG  E CONTOHH")
    elsewhere = entry(5).but(nik="9902020202900079", **ELSEWHERE)
    match(phase, [on_the_kk, alike, elsewhere], tmp_path)
    assert found(members[0]) == [("kk", None, ["kk", "sex"])]
    assert found(members[4]) == [("data", None, ["birth_date", "kelurahan", "sex"])]
    assert found(members[5]) == []


def whoever_has_the_next_serial_is_not_suggested(phase: Phase, tmp_path: Path) -> None:
    """Born on the same day in the same kecamatan and numbered next: another person, as the name says."""
    members = settle(phase, 1, owner=siti())
    match(phase, [entry(0).but(nik=other_digit(nik_of(0), 16), nama="Joko Widodo", no_kk="")], tmp_path)
    assert found(members[0]) == []


def test_a_neighbour_by_chance_is_not_suggested(phase: Phase, tmp_path: Path) -> None:
    whoever_has_the_next_serial_is_not_suggested(phase, tmp_path)


def test_mutant_numbers_without_names_suggest_strangers(
    phase: Phase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: the name is not asked."""
    monkeypatch.setattr(candidates, "is_worth_a_look", lambda weighed: True)
    with pytest.raises(AssertionError):
        whoever_has_the_next_serial_is_not_suggested(phase, tmp_path)


def test_an_entry_that_another_registered_person_has_is_not_suggested(phase: Phase, tmp_path: Path) -> None:
    """Siblings on one KK: the brother's entry is the brother's."""
    members = settle(phase, 2, owner=siti())
    match(phase, [entry(1).but(nama="ORANG A CONTOH", tanggal_lahir=members[0].birth_date.isoformat())], tmp_path)
    assert Candidate.objects.count() == 0


def test_the_best_three_are_kept(phase: Phase, tmp_path: Path) -> None:
    members = settle(phase, 1, owner=siti())
    near = [entry(0).but(nik=other_digit(nik_of(0), n), **ELSEWHERE) for n in (1, 2, 3)]
    match(phase, [*near, entry(0).but(nik=other_digit(nik_of(0), 4))], tmp_path)
    best, *others = Candidate.objects.filter(member=members[0])
    assert (best.score, len(others)) == (99, 2)
    assert max(one.score for one in others) < 95


def nothing_is_applied(phase: Phase, tmp_path: Path) -> None:
    """However alike: member, verdict and outcome stay as they are, and the number stands nowhere in the clear."""
    settle(phase, 1, owner=siti())
    before = list(Member.objects.values("name", "nik_index", "birth_date", "family__outcome"))
    right = other_digit(nik_of(0), 16)
    match(phase, [entry(0).but(nik=right)], tmp_path)
    assert Candidate.objects.get().score == 99
    assert list(Member.objects.values("name", "nik_index", "birth_date", "family__outcome")) == before
    assert PersonVerdict.objects.get().value == "nik_tidak_ditemukan"
    said = f"{Candidate.objects.values().get()} {Run.objects.values_list('params', flat=True)}"
    for number in (right, nik_of(0), kk_of(0)):
        assert number not in said


def test_suggestions_change_nothing_about_the_family(phase: Phase, tmp_path: Path) -> None:
    nothing_is_applied(phase, tmp_path)


def test_mutant_a_suggestion_that_is_applied_is_noticed(
    phase: Phase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: the best suggestion becomes the member's number."""
    honest = Candidate.objects.bulk_create

    def applies(rows: list[Candidate], **about: Any) -> list[Candidate]:
        for row in rows:
            Member.objects.filter(pk=row.member_id).update(nik_index=row.register_index)
        return honest(rows, **about)

    monkeypatch.setattr(Candidate.objects, "bulk_create", applies)
    with pytest.raises(AssertionError):
        nothing_is_applied(phase, tmp_path)


def test_a_later_run_forgets_the_suggestions_of_the_earlier(phase: Phase, tmp_path: Path) -> None:
    settle(phase, 1, owner=siti())
    assert match(phase, [entry(0).but(nik=other_digit(nik_of(0), 16))], tmp_path) is not None
    assert Candidate.objects.standing().count() == 1
    assert match(phase, [entry(0)], tmp_path) is None
    assert Candidate.objects.count() == 0


def test_a_number_that_was_changed_or_withdrawn_needs_no_suggestion(phase: Phase, tmp_path: Path) -> None:
    (member,) = settle(phase, 1, owner=siti())
    match(phase, [entry(0).but(nik=other_digit(nik_of(0), 16))], tmp_path)
    household = member.household
    Household.objects.filter(pk=household.pk).update(
        withdrawn_at=household.submitted_at, withdrawn_by=siti(), withdrawal_reason="pindah"
    )
    assert Candidate.objects.standing().count() == 0
    Household.objects.filter(pk=household.pk).update(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
    assert Candidate.objects.standing().count() == 1
    member.nik, member.nik_index = nik_of(7), keyed_index("nik", nik_of(7))
    member.save()
    assert Candidate.objects.standing().count() == 0


@pytest.mark.parametrize("language", ["id", "en"])
def test_reasons_are_sentences_without_digits_of_the_number(language: str) -> None:
    with translation.override(language):
        for way, position in ((Way.DIGIT, 12), (Way.SWAP, 12), (Way.FAMILY, None), (Way.DETAILS, None)):
            candidate = Candidate(way=way, position=position, name_score=91, agrees=["birth_date", "kk"])
            first, second, third = reasons_of(candidate)
            assert ("12" in first) == (position is not None)
            assert "91" in second
            assert third


def an_old_suggestion_can_be_explained(phase: Phase, tmp_path: Path) -> None:
    """What each field weighed is kept, with the model that weighed it: together they make the weight and the score."""
    members = settle(phase, 2, owner=siti())
    moved = {"nik": other_digit(nik_of(1), 16), "no_kk": "9799999999999999", "kode_kelurahan": "31.71.01.1002"}
    match(phase, [entry(1).but(**moved)], tmp_path)
    candidate = Candidate.objects.get(member=members[1])
    weighed = model_of(candidate.model).weigh(
        {"name": "equal", "birth_date": "equal", "sex": "equal", "home": "kecamatan", "number": "slip"}, register_rows=1
    )
    assert candidate.weighed["bits"] == pytest.approx(weighed.bits, abs=1e-4)
    assert candidate.weight == pytest.approx(weighed.weight, abs=1e-4)
    assert candidate.score == int(weighed.probability * 100)
    with translation.override("en"):
        assert reasons_of(candidate)[2:] == [
            "The same: date of birth, sex.",
            "Nearly the same: kelurahan of the KTP.",
            "Different: KK number.",
        ]


def test_likelihood_in_words() -> None:
    with translation.override("en"):
        said = [str(likelihood_of(Candidate(score=score))) for score in (99, 95, 94, 70, 69, 20)]
    assert [words.split()[0] for words in said] == ["Very", "Very", "Likely", "Likely", "Possibly", "Possibly"]


def test_an_old_suggestion_can_be_explained(phase: Phase, tmp_path: Path) -> None:
    an_old_suggestion_can_be_explained(phase, tmp_path)


def test_mutant_a_weight_that_does_not_follow_from_its_parts_is_noticed(
    phase: Phase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: the register's size is forgotten where it is weighed."""
    honest = LinkageModel.weigh
    monkeypatch.setattr(candidates.Found, "weigh", _in_a_small_register(candidates.Found.weigh, honest, monkeypatch))
    with pytest.raises(AssertionError):
        an_old_suggestion_can_be_explained(phase, tmp_path)


def _in_a_small_register(weigh: Any, honest: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def forgets(self: Any, *about: Any) -> None:
        monkeypatch.setattr(LinkageModel, "weigh", lambda model, levels, register_rows: honest(model, levels))
        weigh(self, *about)
        monkeypatch.setattr(LinkageModel, "weigh", honest)

    return forgets


def test_a_run_from_before_there_were_models_is_finished_with_the_one_that_comes_along(
    phase: Phase, tmp_path: Path
) -> None:
    settle(phase, 1, owner=siti())
    run = match(phase, [entry(0).but(nik=other_digit(nik_of(0), 16))], tmp_path)
    assert run is not None
    del run.params["model"]
    Candidate.objects.all().delete()
    shard = run.shards.order_by("number")[0]
    candidates.work(run, shard)
    assert Candidate.objects.get().model == default_model().version


def test_a_shard_costs_few_queries(
    phase: Phase, tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settle(phase, 30, owner=siti())
    match(phase, [entry(n).but(nik=other_digit(nik_of(n), 6)) for n in range(0, 30, 3)], tmp_path)
    run = Run.objects.get(kind=KIND)
    Candidate.objects.all().delete()
    shard = run.shards.order_by("number")[0]
    shard.lower = shard.upper = None
    with django_assert_num_queries(7):
        assert candidates.work(run, shard) == 30
    assert Candidate.objects.filter(way="angka").count() == 10


def people_are_found_by_indexes(phase: Phase, tmp_path: Path) -> None:
    """By KK, and by birth date and kelurahan: to read all of a city's register outlasted a shard's lease."""
    settle(phase, 3, owner=siti())
    run = match(phase, [entry(n) for n in range(50, 90)], tmp_path)
    assert run is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")  # forty rows would be read whole
        cursor.execute(
            "EXPLAIN " + candidates.BY_DATA.format(**candidates.PARTS, within=""), candidates._parameters(run)
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    conditions = re.findall(r"Index Cond: \((.*)\)", plan)
    assert "kk_index = person.kk_index" in conditions
    assert any(one.startswith("(birth_date = person_1.birth_date) AND ((kelurahan_code)") for one in conditions)


def test_people_are_found_by_indexes(phase: Phase, tmp_path: Path) -> None:
    people_are_found_by_indexes(phase, tmp_path)


@pytest.mark.parametrize("key", ["kk_index", "birth_date"])
def test_mutant_a_register_read_whole_is_noticed(
    phase: Phase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """The planted flaw: what is asked for is computed from each row of the register."""
    asked = f"{key} = person.{key}"
    assert asked in candidates.BY_DATA
    monkeypatch.setattr(candidates, "BY_DATA", candidates.BY_DATA.replace(asked, f"{key}::text = person.{key}::text"))
    with pytest.raises(AssertionError):
        people_are_found_by_indexes(phase, tmp_path)
