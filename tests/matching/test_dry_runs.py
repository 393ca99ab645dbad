"""Dry runs are looked at and never relied on; what two runs say differently stands on a page."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessment.assessing import assess
from assessment.models import Finding
from assessment.services import start_assessment
from audit.models import Act
from identity.indexes import current_index_key_id
from jobs.models import Run, RunQuerySet, Shard
from jobs.services import RunNotAllowed, sign_off_run, start_run, work_run
from matching import difference
from matching.evidence import evidence_for, run_to_rely_on
from matching.loading import load_extract
from matching.models import PersonVerdict, Snapshot
from matching.services import sign_off, standing_of, start_matching
from matching.snapshots.retiring import who_needs
from registration.models import Member, Phase
from registration.stage import Stage
from stages.guards import population_matched
from tests.matching.town import entry, nik_of, settle, write_population
from tests.people import agus, dewi, sign_in, siti

pytestmark = pytest.mark.django_db


@pytest.fixture
def members(phase: Phase, tmp_path: Path) -> list[Member]:
    """Nine people; the register of October knows them all."""
    found = settle(phase, 9, owner=siti())
    load(tmp_path, range(9), "2026-10-01")
    return found


def load(tmp_path: Path, known: range, as_of: str) -> None:
    path = write_population(tmp_path / "p.csv", map(entry, known))
    day = date.fromisoformat(as_of)
    load_extract(path=path, source="population", as_of=day, index_key_id=current_index_key_id(), by=None)


def match(phase: Phase, *, is_dry: bool = False) -> Run:
    run = start_matching(phase=phase, source="population", by=dewi(), is_dry=is_dry)
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    assert run.is_done
    return run


def a_dry_run_changes_nothing(phase: Phase, members: list[Member], tmp_path: Path) -> None:
    """After a real run that found everybody, a dry one over an extract that knows nobody."""
    real = match(phase)
    sign_off(run=real, by=agus())
    load(tmp_path, range(20, 21), "2026-11-01")
    dry = match(phase, is_dry=True)
    values = dict(PersonVerdict.objects.filter(run=dry).values_list("member_id", "value"))
    assert set(values.values()) == {"nik_tidak_ditemukan"}
    assert run_to_rely_on(phase.pk, "population") == real
    assert (standing_of(phase, "population").run, standing_of(phase, "population").is_signed_off) == (real, True)
    assert population_matched(phase) == ()
    home = members[0].household_id
    heard = evidence_for([home])[home].people[members[0].pk]
    assert heard.population_value == "padan"
    assessment = start_assessment(phase=phase, by=dewi())
    assess(assessment, Shard(run=assessment))
    assert not Finding.objects.current().filter(detail__problem="nik_tidak_ditemukan").exists()


def test_a_dry_run_changes_nothing(phase: Phase, members: list[Member], tmp_path: Path) -> None:
    a_dry_run_changes_nothing(phase, members, tmp_path)


def test_a_dry_run_that_counts_is_noticed(
    phase: Phase, members: list[Member], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def every(self: RunQuerySet, kind: str, scope_id: int) -> RunQuerySet:
        return self.filter(kind=kind, scope_id=scope_id)

    monkeypatch.setattr(RunQuerySet, "for_scope", every)
    with pytest.raises(AssertionError):
        a_dry_run_changes_nothing(phase, members, tmp_path)


def test_before_any_real_run_a_dry_one_is_no_evidence(phase: Phase, members: list[Member]) -> None:
    dry = match(phase, is_dry=True)
    assert (run_to_rely_on(phase.pk, "population"), standing_of(phase, "population").run) == (None, None)
    assert [reason.code for reason in population_matched(phase)] == ["matching_not_started"]
    with pytest.raises(RunNotAllowed):
        sign_off_run(run=dry, by=agus())
    assert who_needs(Snapshot.objects.get(pk=dry.params["snapshot"])) == ""


def test_a_dry_run_goes_beside_a_real_one(phase: Phase, members: list[Member]) -> None:
    real = start_matching(phase=phase, source="population", by=dewi())
    dry = start_matching(phase=phase, source="population", by=dewi(), is_dry=True)
    assert real.config_hash == dry.config_hash
    with pytest.raises(RunNotAllowed):
        start_matching(phase=phase, source="population", by=dewi(), is_dry=True)


def test_a_run_with_effects_cannot_be_dry(phase: Phase) -> None:
    with pytest.raises(RunNotAllowed):
        start_run(kind="assessment.assessment", scope_id=phase.pk, params={}, by=None, is_dry=True)


def test_the_control_room_starts_a_dry_run(client: Client, phase: Phase, members: list[Member]) -> None:
    sign_in(client, dewi())
    room = reverse("admin:stages_control", args=[phase.pk])
    task = reverse("admin:stages_task", args=[phase.pk, "try-population"])
    assert task in client.get(room).content.decode()
    client.post(task)
    dry = Run.objects.get()
    assert (dry.is_dry, dry.started_by_id) == (True, dewi().pk)
    watch = reverse("admin:jobs_run_change", args=[dry.pk])
    assert watch in client.get(room).content.decode()
    assert reverse("admin:jobs_run_order", args=[dry.pk, "sign_off"]) not in client.get(watch).content.decode()
    Phase.objects.filter(pk=phase.pk).update(stage=Stage.PENGOLAHAN_2)
    assert task not in client.get(room).content.decode()


# The difference
@pytest.fixture
def two(phase: Phase, members: list[Member], tmp_path: Path) -> tuple[Run, Run]:
    """In November the register has lost the last three people."""
    first = match(phase)
    load(tmp_path, range(6), "2026-11-01")
    return first, match(phase, is_dry=True)


def test_people_are_counted_by_their_verdict_before_and_now(two: tuple[Run, Run], members: list[Member]) -> None:
    first, second = two
    PersonVerdict.objects.filter(run=first, member=members[0]).delete()
    pairs = {pair.keys: pair.count for pair in difference.counts(second, first)}
    assert pairs == {("padan", "padan"): 5, ("padan", "nik_tidak_ditemukan"): 3, ("-", "padan"): 1}
    people, following = difference.changed(second, first)
    assert {one.member_id for one in people} == {members[0].pk, *(member.pk for member in members[6:])}
    assert following is None
    (new,), _rest = difference.changed(second, first, before="-")
    assert (new.member_id, new.before) == (members[0].pk, difference.words_of(None))


def test_changed_people_come_in_pages(two: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two
    monkeypatch.setattr(difference, "PER_PAGE", 2)
    page, following = difference.changed(second, first, before="padan", now="nik_tidak_ditemukan")
    rest, end = difference.changed(second, first, before="padan", now="nik_tidak_ditemukan", after=following)
    assert (len(page), len(rest), end) == (2, 1, None)
    assert len({one.member_id for one in (*page, *rest)}) == 3


def test_the_page_names_households_and_no_numbers_in_few_queries(
    client: Client, two: tuple[Run, Run], members: list[Member], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = two
    sign_in(client, dewi())
    url = reverse("admin:matching_personverdict_difference", args=[second.pk])
    watch = client.get(reverse("admin:jobs_run_change", args=[second.pk])).content.decode()
    assert url in watch
    client.get(url)
    with django_assert_num_queries(15):
        text = client.get(url).content.decode()
    lost = Member.objects.select_related("household").get(pk=members[8].pk)
    known = Member.objects.select_related("household").get(pk=members[0].pk)
    assert (lost.household.reference in text, known.household.reference in text) == (True, False)
    assert not any(nik_of(n) in text for n in range(9))
    assert "Contoh" not in text
    act = Act.objects.filter(verb="matching.difference_seen").latest("id")
    assert act.data["seen"] == [str(lost.household_id)]
    assert client.get(url, {"earlier": str(first.pk), "now": "padan"}).status_code == 200


def test_odd_addresses_of_the_page(client: Client, two: tuple[Run, Run]) -> None:
    first, second = two
    sign_in(client, dewi())
    url = reverse("admin:matching_personverdict_difference", args=[second.pk])
    assert client.get(url, {"earlier": str(second.pk)}).status_code == 404
    assert client.get(url, {"earlier": str(uuid4())}).status_code == 404
    for odd in ({"earlier": "x"}, {"before": "x"}, {"after": "9" * 5000}, {"now": "\x00"}):
        assert client.get(url, odd).status_code == 400
    alone = client.get(reverse("admin:matching_personverdict_difference", args=[first.pk]))
    assert alone.status_code == 200
    Run.objects.filter(pk=second.pk).update(state="running")
    assert client.get(url).status_code == 404
