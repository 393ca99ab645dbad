import re
from collections import Counter
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from identity.indexes import current_index_key_id, keyed_index
from identity.names import fold_name
from jobs.models import Run, RunState
from jobs.services import resolve_poison, work_run
from matching import members as members_of_a_phase
from matching import population
from matching.evidence import evidence_for
from matching.loading import load_extract
from matching.models import PersonVerdict, PopulationRecord, Snapshot
from matching.occupations import AGREEING, VAGUE
from matching.services import (
    MatchingNotPossible,
    retire_snapshot,
    sign_off,
    standing_of,
    start_matching,
)
from registration.codes import Occupation
from registration.models import Household, Member, Phase
from tests.matching.oracle import expected_values
from tests.matching.town import Entry, entry, name_of, settle, write_population
from tests.people import agus, dewi, siti

pytestmark = pytest.mark.django_db


def snapshot_of(entries: list[Entry], tmp_path: Path, as_of: str = "2026-11-01", key: str | None = None) -> Snapshot:
    path = write_population(tmp_path / "p.csv", entries)
    return load_extract(
        path=path,
        source="population",
        as_of=date.fromisoformat(as_of),
        index_key_id=key or current_index_key_id(),
        by=None,
    )


def match(phase: Phase) -> dict[UUID, PersonVerdict]:
    """Run the matching to its end; {member id: verdict}."""
    run = start_matching(phase=phase, source="population", by=dewi())
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    assert run.state == RunState.DONE
    verdicts = {verdict.member_id: verdict for verdict in PersonVerdict.objects.filter(run=run)}
    assert len(verdicts) == PersonVerdict.objects.filter(run=run).count()
    assert run.rows_done == run.rows_total == len(verdicts)
    return verdicts


CASES: list[tuple[dict[str, str], str]] = [
    ({}, "padan"),
    ({"nama": "orang  B. CONTOH"}, "padan"),
    ({"nama": "Orang B Cantoh"}, "padan"),
    ({"nama": "Joko Widodo"}, "padan_sebagian"),
    ({"nama": "Joko", "tanggal_lahir": "1999-09-09"}, "tidak_padan"),
    ({"nama": "Joko", "tanggal_lahir": ""}, "tidak_padan"),
    ({"tanggal_lahir": "1999-09-09"}, "padan_sebagian"),
    ({"tanggal_lahir": ""}, "padan_sebagian"),
    ({"jenis_kelamin": "L"}, "padan_sebagian"),
    ({"no_kk": "9777777777777777"}, "padan_sebagian"),
    ({"no_kk": ""}, "padan"),
    ({"kode_kelurahan": "31.74.01.1001"}, "padan_sebagian"),
    ({"kode_kelurahan": ""}, "padan"),
    ({"status": "pindah"}, "padan"),
    ({"status": "meninggal"}, "meninggal"),
    ({"status": "ganda"}, "ganda"),
    ({"status": "nonaktif", "nama": "Joko"}, "nonaktif"),
]


@pytest.mark.parametrize(("changes", "value"), CASES)
def test_what_the_register_says_becomes_one_verdict(
    phase: Phase, tmp_path: Path, changes: dict[str, str], value: str
) -> None:
    members = settle(phase, 3, owner=siti())
    snapshot_of([entry(1).but(**changes)], tmp_path)
    verdicts = match(phase)
    assert verdicts[members[1].pk].value == value
    assert verdicts[members[0].pk].value == "nik_tidak_ditemukan"


def test_fields_codes_and_what_the_register_holds_are_kept(phase: Phase, tmp_path: Path) -> None:
    members = settle(phase, 3, owner=siti(), without_nik=frozenset({2}))
    moved = entry(0).but(kode_kelurahan="31.74.01.1001", status="pindah", nama="Orang A Kontoh", pekerjaan="PNS")
    snapshot = snapshot_of([moved, entry(1).but(status="meninggal")], tmp_path)
    verdicts = match(phase)
    first, second, third = (verdicts[member.pk] for member in members)
    assert first.fields == {
        "name": {"result": "Sesuai", "score": 92, "folded_equal": False},
        "birth_date": {"result": "Sesuai"},
        "sex": {"result": "Sesuai"},
        "kk": {"result": "Sesuai"},
        "kelurahan": {"result": "Tidak Sesuai", "level": "kota"},
        "occupation": {"result": "Tidak Sesuai"},
    }
    assert (first.register_area_code, first.register_occupation) == ("31.74.01.1001", "PNS")
    assert (first.register_status, first.threshold, first.snapshot_id) == ("pindah", 90, snapshot.pk)
    assert (second.raw_code, second.fields) == ("11", {})
    assert (third.value, third.fields) == ("belum_dicek", {"reason": "no_nik"})


@pytest.mark.parametrize(
    ("area", "level"),
    [
        ("31.71.01.1001", None),
        ("31.71.01.1002", "kelurahan"),
        ("31.71.02.1001", "kecamatan"),
        ("31.74.01.1001", "kota"),
        ("32.71.01.1001", "provinsi"),
    ],
)
def test_another_province_is_told_from_another_kelurahan(
    phase: Phase, tmp_path: Path, area: str, level: str | None
) -> None:
    members = settle(phase, 1, owner=siti())
    snapshot_of([entry(0).but(kode_kelurahan=area)], tmp_path)
    verdict = match(phase)[members[0].pk]
    assert verdict.fields["kelurahan"].get("level") == level
    assert verdict.value == ("padan_sebagian" if level else "padan")
    (household,) = evidence_for([members[0].household_id]).values()
    assert household.people[members[0].pk].area_level == level


@pytest.mark.parametrize(
    ("answer", "on_the_kk", "result"),
    [
        ("pns", "PEGAWAI NEGERI SIPIL (PNS)", "Sesuai"),
        ("pns", "Pegawai Negeri Sipil  PNS", "Sesuai"),
        ("pedagang", "WIRASWASTA", "Sesuai"),
        ("buruh_harian", "PEGAWAI NEGERI SIPIL", "Tidak Sesuai"),
        ("lainnya", "PEGAWAI NEGERI SIPIL", None),
        ("buruh_harian", "TUKANG CUKUR", None),
        ("buruh_harian", "", None),
    ],
)
def test_an_occupation_is_compared_and_never_changes_the_verdict(
    phase: Phase, tmp_path: Path, answer: str, on_the_kk: str, result: str | None
) -> None:
    members = settle(phase, 1, owner=siti())
    Member.objects.update(occupation=answer)
    snapshot_of([entry(0).but(pekerjaan=on_the_kk)], tmp_path)
    verdict = match(phase)[members[0].pk]
    assert verdict.fields.get("occupation", {}).get("result") == result
    assert verdict.value == "padan"


def test_every_occupation_of_the_form_but_the_vague_one_can_agree() -> None:
    assert {code for codes in AGREEING.values() for code in codes} == set(Occupation) - {VAGUE}


def type_nik(member: Member, digits: str) -> None:
    member.nik, member.nik_index = digits, keyed_index("nik", digits)
    member.save()


def test_a_number_that_cannot_be_a_nik_is_in_a_wrong_form(phase: Phase, tmp_path: Path) -> None:
    """No 35th day, no serial 0000; a possible number that nobody has stays "not found"."""
    members = settle(phase, 3, owner=siti())
    type_nik(members[0], "9901013501900001")
    type_nik(members[1], "9901010101900000")
    snapshot_of([entry(9)], tmp_path)
    verdicts = match(phase)
    said = [(verdicts[member.pk].value, verdicts[member.pk].raw_code) for member in members]
    assert said == [("format_salah", "15"), ("format_salah", "15"), ("nik_tidak_ditemukan", "13")]
    assert [verdicts[member.pk].threshold for member in members] == [90, 90, 90]


def test_a_row_that_occurs_twice_is_one_verdict(phase: Phase, tmp_path: Path) -> None:
    members = settle(phase, 1, owner=siti())
    twice = entry(0).but(status="ganda")
    snapshot_of([twice, twice.but(nama="Orang Lain")], tmp_path)
    verdict = match(phase)[members[0].pk]
    assert (verdict.value, verdict.raw_code, verdict.fields) == ("ganda", "12", {})


def test_folding_suggests_and_never_declares_a_match(phase: Phase, tmp_path: Path) -> None:
    members = settle(phase, 1, owner=siti())
    Member.objects.filter(pk=members[0].pk).update(name="Moch. Achmad")
    snapshot_of([entry(0).but(nama="Muhammad Ahmad")], tmp_path)
    verdict = match(phase)[members[0].pk]
    assert verdict.value == "padan_sebagian"
    assert verdict.fields["name"]["folded_equal"] is True
    assert verdict.fields["name"]["result"] == "Tidak Sesuai"


def test_mutant_folding_that_declares_a_match_is_noticed(
    phase: Phase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted flaw: names that fold together count as equal."""

    monkeypatch.setattr(population, "plain_name", fold_name)
    with pytest.raises(AssertionError, match="padan"):
        test_folding_suggests_and_never_declares_a_match(phase, tmp_path)


def mixed(count: int) -> list[Entry]:
    """Entries that bring every verdict, one after another; names are equal but for case and signs, or hopeless."""
    entries = []
    for n in range(count):
        changes = dict(CASES[n % len(CASES)][0])
        if changes.get("nama", "").lower().startswith("orang"):
            changes["nama"] = name_of(n).lower().replace(" ", "-")
        if n % 11:
            entries.append(entry(n).but(**changes))
    return entries


def test_every_member_has_the_verdict_of_an_independent_oracle(phase: Phase, tmp_path: Path) -> None:
    without = frozenset(range(5, 300, 29))
    members = settle(phase, 300, owner=siti(), without_nik=without)
    entries = mixed(300)
    snapshot_of(entries, tmp_path)
    found = {str(pk): verdict.value for pk, verdict in match(phase).items()}
    expected = expected_values(members, entries)
    assert Counter(found.values()) == Counter(expected.values())
    assert found == expected
    assert len(set(found.values())) == 8


def test_shards_of_any_size_say_the_same(phase: Phase, tmp_path: Path, settings: Settings) -> None:
    settle(phase, 60, owner=siti(), without_nik=frozenset({3, 17}))
    snapshot_of(mixed(60), tmp_path)
    small = {pk: verdict.value for pk, verdict in match(phase).items()}
    settings.DTKS_SHARD_ROWS = 1_000
    assert {pk: verdict.value for pk, verdict in match(phase).items()} == small


def test_withdrawn_households_are_not_looked_up(phase: Phase, tmp_path: Path) -> None:
    members = settle(phase, 6, owner=siti())
    household = Household.objects.get(pk=members[0].household_id)
    Household.objects.filter(pk=household.pk).update(
        withdrawn_at=household.submitted_at, withdrawn_by=siti(), withdrawal_reason="pindah"
    )
    snapshot_of([entry(n) for n in range(6)], tmp_path)
    assert set(match(phase)) == {member.pk for member in members[3:]}


def test_the_newest_fitting_extract_is_taken_and_others_are_refused(phase: Phase, tmp_path: Path) -> None:
    with pytest.raises(MatchingNotPossible):
        start_matching(phase=phase, source="population", by=dewi())
    newer = snapshot_of([entry(0)], tmp_path, as_of="2026-11-02")
    older = snapshot_of([entry(0)], tmp_path, as_of="2026-11-01")
    run = start_matching(phase=phase, source="population", by=dewi())
    assert run.params["snapshot"] == newer.pk
    with pytest.raises(MatchingNotPossible):
        start_matching(phase=phase, source="assets", snapshot=older, by=dewi())
    with pytest.raises(MatchingNotPossible):
        retire_snapshot(snapshot=newer, by=dewi())
    retire_snapshot(snapshot=older, by=dewi())
    assert PopulationRecord.objects.filter(snapshot=older).count() == 0
    with pytest.raises(MatchingNotPossible):
        start_matching(phase=phase, source="population", snapshot=older, by=dewi())
    Phase.objects.filter(pk=phase.pk).update(index_key_id="t0")
    phase.refresh_from_db()
    with pytest.raises(MatchingNotPossible):
        start_matching(phase=phase, source="population", snapshot=newer, by=dewi())


def test_standing_follows_the_newest_run(phase: Phase, tmp_path: Path) -> None:
    settle(phase, 3, owner=siti())
    snapshot_of([entry(0)], tmp_path)
    assert standing_of(phase, "population").run is None
    match(phase)
    standing = standing_of(phase, "population")
    assert standing.run is not None
    assert (standing.is_done, standing.is_signed_off, standing.open_poison) == (True, False, 0)
    sign_off(run=standing.run, by=agus())
    assert standing_of(phase, "population").is_signed_off is True
    start_matching(phase=phase, source="population", by=dewi())
    assert standing_of(phase, "population").is_done is False


def test_a_row_nobody_can_work_on_stops_only_itself(
    phase: Phase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = settle(phase, 30, owner=siti())
    snapshot_of([entry(n).but(nama=f"Lain {n}") for n in range(30)], tmp_path)

    honest = population.score_names

    def trips(pairs: list[tuple[object, str, str]]) -> dict[str, list[object]]:
        if any(theirs == "Lain 13" for _id, _ours, theirs in pairs):
            raise RuntimeError
        return honest(pairs)

    monkeypatch.setattr(population, "score_names", trips)
    run = start_matching(phase=phase, source="population", by=dewi())
    work_run(run.pk, worker="test")
    assert standing_of(phase, "population").open_poison == 1
    assert set(PersonVerdict.objects.values_list("member_id", flat=True)) == {
        member.pk for n, member in enumerate(members) if n != 13
    }
    resolve_poison(shard=run.shards.open_poison().get(), reason="Nama rusak di register", by=dewi())
    assert PersonVerdict.objects.get(member=members[13]).fields == {"reason": "set_aside"}
    assert standing_of(phase, "population").open_poison == 0


@pytest.mark.parametrize("dense", [0, 1_000_000])
def test_reading_a_range_and_probing_the_index_say_the_same(
    phase: Phase, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, dense: int
) -> None:
    monkeypatch.setattr(population, "DENSE", dense)
    settings.DTKS_SHARD_ROWS = 25
    members = settle(phase, 60, owner=siti(), without_nik=frozenset({7, 31}))
    entries = mixed(60)
    snapshot_of(entries, tmp_path)
    assert {str(pk): verdict.value for pk, verdict in match(phase).items()} == expected_values(members, entries)


def test_a_big_phase_is_cut_by_the_space_of_keys(
    phase: Phase, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DTKS_SHARD_ROWS = 1_000
    monkeypatch.setattr(members_of_a_phase, "FEW_PEOPLE", 10)
    people, entries = settle(phase, 60, owner=siti(), without_nik=frozenset({7, 31})), mixed(60)
    snapshot_of(entries, tmp_path)
    assert {str(pk): verdict.value for pk, verdict in match(phase).items()} == expected_values(people, entries)
    assert PersonVerdict.objects.earliest("id").run.shards.count() == members_of_a_phase.SHARDS


def test_a_shard_costs_few_statements(
    phase: Phase, tmp_path: Path, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from jobs.leases import take_lease, work_shard

    settings.DTKS_SHARD_ROWS = 1_000
    settle(phase, 60, owner=siti())
    snapshot_of(mixed(60), tmp_path)
    run = start_matching(phase=phase, source="population", by=dewi())
    work_run(run.pk, worker="w", should_stop=lambda: Run.objects.get(pk=run.pk).state == RunState.RUNNING)
    run.refresh_from_db()
    shard = take_lease(run, worker="test")
    assert shard is not None
    with django_assert_num_queries(14) as asked:
        work_shard(run, shard)
    said = [query["sql"] for query in asked.captured_queries]
    held = next(number for number, sql in enumerate(said) if "matching_hold_people" in sql)
    assert held < min(number for number, sql in enumerate(said) if "registration_member" in sql)


def beside_the_index(compared: str) -> set[str]:
    """Columns of people that a statement asks for and their index by number does not hold: it must not look elsewhere,
    since rows lie in no order."""
    asked = set(re.findall(r"\bmember\.(\w+)", compared + members_of_a_phase.WITH_NIK))
    index = next(index for index in Member._meta.indexes if index.name == "member_of_nik")
    return asked - {"phase_id", *index.fields, *index.include}


def test_of_the_people_an_index_alone_is_read() -> None:
    assert beside_the_index(population.COMPARED) == set()
    assert beside_the_index(population.COMPARED.replace("member.name", "member.birth_place")) == {"birth_place"}
