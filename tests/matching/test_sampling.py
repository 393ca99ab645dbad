"""A random sample of a run's verdicts: the same for everybody who draws it, and judged by people."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.models import Act
from identity.indexes import current_index_key_id
from jobs.models import Run
from jobs.services import sign_off_run, withdraw_sign_off, work_run
from matching import sampling
from matching.loading import load_extract
from matching.models import PersonVerdict, SampledVerdict
from matching.sampling import SampleNotPossible, draw_sample, mark, sample_result, wilson
from matching.services import start_matching
from registration.models import Member, Phase
from tests.matching.town import entry, name_of, nik_of, settle, write_assets, write_population
from tests.people import agus, dewi, rina, sign_in, siti

pytestmark = pytest.mark.django_db
WITHOUT_NIK = 5


@pytest.fixture
def members(phase: Phase) -> list[Member]:
    return settle(phase, 12, owner=siti(), without_nik=frozenset({WITHOUT_NIK}))


@pytest.fixture
def run(phase: Phase, members: list[Member], tmp_path: Path) -> Run:
    path = write_population(tmp_path / "p.csv", [entry(n).but(tanggal_lahir="1950-01-01") for n in range(8)])
    return matched(phase, path, "population")


def matched(phase: Phase, path: Path, source: str) -> Run:
    day = date(2026, 11, 1)
    load_extract(path=path, source=source, as_of=day, index_key_id=current_index_key_id(), by=None)
    run = start_matching(phase=phase, source=source, by=dewi())
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    return run


def drawn(run: Run, number: int = 1) -> list[object]:
    return list(run.sample.filter(draw=number).order_by("place").values_list("verdict__member_id", flat=True))


def anybody_can_draw_it_again(run: Run, members: list[Member]) -> None:
    """The first draw, told beforehand from the run and the people alone."""
    assert draw_sample(run=run, size=4, by=agus()) == 4
    asked = [member.pk for n, member in enumerate(members) if n != WITHOUT_NIK]
    by_hash = sorted(asked, key=lambda pk: hashlib.md5(f"{run.pk}:1:{pk}".encode()).hexdigest())  # noqa: S324
    assert drawn(run) == by_hash[:4]


def test_anybody_can_draw_the_same_sample(run: Run, members: list[Member]) -> None:
    anybody_can_draw_it_again(run, members)


def test_a_sample_that_depends_on_chance_is_noticed(
    run: Run, members: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "DRAW", sampling.DRAW.replace("%(seed)s ||", "%(seed)s || random()::text ||"))
    with pytest.raises(AssertionError):
        anybody_can_draw_it_again(run, members)


def test_nobody_draws_until_the_result_pleases(run: Run) -> None:
    draw_sample(run=run, size=3, by=agus())
    with pytest.raises(SampleNotPossible):
        draw_sample(run=run, size=3, by=agus())
    for one in run.sample.all():
        mark(sampled=one, is_right=False, note="Tanggal lahir keluarga benar", by=agus())
    assert draw_sample(run=run, size=50, by=agus()) == 8, "those that are left; nobody without a NIK"
    result = sample_result(run)
    assert (result.drawn, result.checked, result.right) == (11, 3, 0)
    for one in run.sample.unchecked():
        mark(sampled=one, is_right=True, note="", by=agus())
    with pytest.raises(SampleNotPossible):
        draw_sample(run=run, size=1, by=agus())
    assert "8 " in sample_result(run).words


def test_a_signed_run_keeps_its_check(run: Run) -> None:
    draw_sample(run=run, size=2, by=agus())
    one = run.sample.first()
    assert one is not None
    sign_off_run(run=run, by=agus())
    for refused in (
        lambda: mark(sampled=one, is_right=True, note="", by=agus()),
        lambda: draw_sample(run=run, by=agus()),
    ):
        with pytest.raises(SampleNotPossible):
            refused()
    withdraw_sign_off(run=run, reason="Belum diperiksa", by=agus())
    with pytest.raises(SampleNotPossible):
        mark(sampled=one, is_right=False, note=" ", by=agus())
    assert mark(sampled=one, is_right=True, note="", by=agus()).is_checked
    act = Act.objects.about(one).get()
    assert (act.verb, act.data["right"], act.actor_id) == ("matching.verdict_checked", True, agus().pk)


def test_the_database_wants_a_person_behind_an_answer(run: Run) -> None:
    draw_sample(run=run, size=1, by=agus())
    for wrong in ({"is_right": True}, {"is_right": False, "checked_by": agus(), "checked_at": "2026-11-02T00:00Z"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SampledVerdict.objects.update(**wrong)


@pytest.mark.parametrize(
    ("right", "checked", "low", "high"),
    [(0, 0, 0.0, 1.0), (50, 50, 0.9286, 1.0), (0, 50, 0.0, 0.0714), (45, 50, 0.7864, 0.9565), (1, 2, 0.0945, 0.9055)],
)
def test_the_interval_is_wilson_s(right: int, checked: int, low: float, high: float) -> None:
    assert [round(bound, 4) for bound in wilson(right, checked)] == [low, high]


def test_a_person_goes_from_verdict_to_verdict(client: Client, run: Run) -> None:
    sign_in(client, agus())
    sample = reverse("admin:matching_sampledverdict_sample", args=[run.pk])
    watch = reverse("admin:jobs_run_change", args=[run.pk])
    assert sample in client.get(watch).content.decode()
    assert client.post(sample, {"size": "0"}).status_code == 400
    assert client.post(sample, {"size": "2"}).status_code == 302
    first, second = run.sample.order_by("place")
    checks = [reverse("admin:matching_sampledverdict_check", args=[one.pk]) for one in (first, second)]
    page = client.get(checks[0]).content.decode()
    assert (name_of_member(first) in page, first.verdict.member.household.reference in page) == (True, True)
    assert not any(nik_of(n) in page for n in range(12))
    assert client.post(checks[0], {"answer": "wrong", "note": ""}).status_code == 400
    assert client.post(checks[0], {"answer": "wrong", "note": "NIK 9901015708850001"}).status_code == 400
    assert client.post(checks[0], {"answer": "wrong", "note": "Salah ketik"}).headers["Location"] == checks[1]
    assert client.post(checks[1], {"answer": "right"}).headers["Location"] == sample
    for text in (client.get(sample).content.decode(), client.get(watch).content.decode()):
        assert sample_result(run).words in text
    sign = client.get(reverse("admin:jobs_run_order", args=[run.pk, "sign_off"])).content.decode()
    assert sample_result(run).words in sign


def name_of_member(sampled: SampledVerdict) -> str:
    return sampled.verdict.member.name


def test_both_sides_stand_beside_each_other(client: Client, run: Run, members: list[Member]) -> None:
    sign_in(client, agus())
    found = SampledVerdict.objects.create(
        run=run, verdict=PersonVerdict.objects.get(run=run, member=members[3]), draw=1, place=1
    )
    text = client.get(reverse("admin:matching_sampledverdict_check", args=[found.pk])).content.decode()
    assert (name_of(3) in text, name_of(3).upper() in text, "1950" in text) == (True, True, True)
    act = Act.objects.get(verb="matching.sample_seen")
    assert act.subject_id == str(members[3].household_id)


def test_vehicles_and_land_of_a_person_are_shown(
    client: Client, phase: Phase, members: list[Member], tmp_path: Path
) -> None:
    row = {"nik": nik_of(0), "no_kk": "", "jenis": "mobil", "nomor": "B 1234 XX", "nilai": "150000000"}
    path = write_assets(tmp_path / "a.csv", [asset_row(row)])
    run = matched(phase, path, "assets")
    found = SampledVerdict.objects.create(
        run=run, verdict=PersonVerdict.objects.get(run=run, member=members[0]), draw=1, place=1
    )
    sign_in(client, agus())
    text = client.get(reverse("admin:matching_sampledverdict_check", args=[found.pk])).content.decode()
    assert ("Rp150,000,000" in text, "B 1234 XX" in text) == (True, False)


def asset_row(row: dict[str, str]) -> list[str]:
    from matching.snapshots.columns import ASSET_COLUMNS

    assert set(row) == set(ASSET_COLUMNS)
    return [row[column] for column in ASSET_COLUMNS]


def test_only_admins_check_in_few_queries(
    client: Client, run: Run, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draw_sample(run=run, size=8, by=agus())
    sample = reverse("admin:matching_sampledverdict_sample", args=[run.pk])
    check = reverse("admin:matching_sampledverdict_check", args=[run.sample.first().pk])  # type: ignore[union-attr]
    for url in (sample, check):
        assert sign_in(Client(), rina()).get(url).status_code in (302, 403)
    sign_in(client, agus())
    client.get(sample)
    with django_assert_num_queries(7):
        assert client.get(sample).status_code == 200
    with django_assert_num_queries(6):
        assert client.get(check).status_code == 200
    assert client.get(reverse("admin:matching_sampledverdict_changelist")).status_code == 200
