from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from identity.indexes import current_index_key_id
from jobs.models import RunState
from jobs.services import work_run
from matching.evidence import AssetItem, evidence_for
from matching.loading import load_extract
from matching.models import AssetEvidence, PersonVerdict
from matching.services import sign_off, start_matching
from registration.models import Phase
from tests.matching.town import entry, kk_of, nik_of, settle, write_assets, write_population
from tests.people import agus, dewi, siti

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 11, 1)


def load(source: str, path: Path) -> None:
    load_extract(path=path, source=source, as_of=AS_OF, index_key_id=current_index_key_id(), by=None)


def match(phase: Phase, source: str = "assets") -> None:
    run = start_matching(phase=phase, source=source, by=dewi())
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    assert run.state == RunState.DONE


ROWS: list[tuple[object, ...]] = [
    (nik_of(0), kk_of(0), "mobil", "B 1", 100),
    (nik_of(0), kk_of(0), "motor", "B 2", 20),
    (nik_of(0), kk_of(0), "motor", "B 3", 10),
    ("9999999999999999", kk_of(0), "tanah_bangunan", "31.1", 900),
    ("", kk_of(3), "tanah_bangunan", "31.2", ""),
    (nik_of(4), kk_of(0), "mobil", "B 4", 1),
    ("", "9899999999999999", "mobil", "B 5", 1),
]


def test_items_are_found_by_nik_and_else_by_kk_and_each_once(phase: Phase, tmp_path: Path) -> None:
    people = settle(phase, 30, owner=siti(), without_nik=frozenset({2}))
    load("assets", write_assets(tmp_path / "a.csv", ROWS))
    match(phase)
    found = {
        (item.family_id, item.member_id, item.basis, item.kind, item.number, item.value)
        for item in AssetEvidence.objects.all()
    }
    first, second = people[0].family_id, people[3].family_id
    assert found == {
        (first, people[0].pk, "nik", "mobil", "B 1", 100),
        (first, people[0].pk, "nik", "motor", "B 2", 20),
        (first, people[0].pk, "nik", "motor", "B 3", 10),
        (first, None, "kk", "tanah_bangunan", "31.1", 900),
        (second, None, "kk", "tanah_bangunan", "31.2", None),
        (second, people[4].pk, "nik", "mobil", "B 4", 1),
    }
    assert AssetEvidence.objects.count() == 6
    verdicts = {verdict.member_id: verdict for verdict in PersonVerdict.objects.all()}
    assert len(verdicts) == PersonVerdict.objects.count() == 30
    assert verdicts[people[0].pk].fields == {"mobil": 1, "motor": 2}
    values = {pk: verdict.value for pk, verdict in verdicts.items()}
    assert values[people[0].pk] == values[people[4].pk] == "ada_catatan"
    assert values[people[2].pk] == "belum_dicek"
    assert list(values.values()).count("tidak_ada_catatan") == 27


def test_evidence_of_households_comes_from_the_finished_runs(
    phase: Phase, tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = settle(phase, 30, owner=siti())
    ids = {person.household_id for person in people}
    with django_assert_num_queries(5):
        nothing = evidence_for(ids)
    assert set(nothing) == ids
    assert all(one.population_run_id is None and not one.people for one in nothing.values())

    load("population", write_population(tmp_path / "p.csv", [entry(n).but(pekerjaan="PNS") for n in range(29)]))
    load("assets", write_assets(tmp_path / "a.csv", ROWS))
    match(phase, "population")
    match(phase, "assets")
    with django_assert_num_queries(8):
        evidence = evidence_for(ids)
    first = evidence[people[0].household_id]
    assert set(first.people) == {person.pk for person in people[:3]}
    person = first.people[people[0].pk]
    assert (person.population_value, person.population_as_of, person.occupation) == ("padan", AS_OF, "PNS")
    assert (person.area_code, person.assets_value, person.assets_as_of) == ("31.71.01.1001", "ada_catatan", AS_OF)
    assert AssetItem(people[0].family_id, None, "tanah_bangunan", "31.1", 900, AS_OF) in first.assets
    assert len(first.assets) == 4
    assert evidence[people[29].household_id].people[people[29].pk].population_value == "nik_tidak_ditemukan"


def test_a_signed_run_is_relied_on_until_another_is_signed(phase: Phase, tmp_path: Path) -> None:
    people = settle(phase, 3, owner=siti())
    ids = [people[0].household_id]
    load("population", write_population(tmp_path / "p.csv", [entry(0)]))
    match(phase, "population")
    signed = evidence_for(ids)[ids[0]].population_run_id
    sign_off(run=PersonVerdict.objects.filter(member=people[0]).get().run, by=agus())
    match(phase, "population")
    assert evidence_for(ids)[ids[0]].population_run_id == signed
