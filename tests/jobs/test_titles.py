"""Runs are called by a title that people understand, and by the phase they are about."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from jobs import engine
from jobs.models import Run
from jobs.titles import names_of, title_of, titles
from tests.matching.town import make_phase
from tests.people import dewi, sign_in

ROOMS = ("matching", "assessment")


def kinds_without_a_title() -> list[str]:
    return [kind for kind in engine._handlers if kind.split(".")[0] in ROOMS and title_of(kind) == kind]


def test_each_kind_of_run_has_a_title(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kinds_without_a_title() == []
    assert {kind.split(".")[0] for kind in engine._handlers} >= set(ROOMS)
    monkeypatch.setitem(engine._handlers, "matching.new", engine._handlers["matching.assets"])
    assert kinds_without_a_title() == ["matching.new"]
    assert ("matching.assets", title_of("matching.assets")) in titles()


def test_a_run_is_called_by_its_title_and_its_beginning() -> None:
    run = Run(kind="matching.population", created_at=datetime(2026, 6, 12, 2, 30, tzinfo=UTC), is_dry=True)
    with translation.override("en"):
        assert str(run) == "Matching with Dukcapil, June 12, 2026, 9:30 a.m. · dry run"
        assert str(Run(kind="of.another.version")) == "of.another.version"


@pytest.mark.django_db
def test_the_list_names_titles_and_phases(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    phase = make_phase()
    for kind in ("matching.population", "matching.assets"):
        Run.objects.create(kind=kind, scope_id=phase.pk)
    sign_in(client, dewi())
    address = reverse("admin:jobs_run_changelist")
    with translation.override("en"):
        page = client.get(address).content.decode()
        assert names_of({phase.pk, 77}) == {phase.pk: phase.name}
    assert (title_of("matching.population") in page, phase.name in page) == (True, True)
    assert "matching.population</" not in page
    with django_assert_num_queries(8):
        only = client.get(address, {"kind": "matching.assets"}).content.decode()
    assert only.count('class="field-what"') == 1
