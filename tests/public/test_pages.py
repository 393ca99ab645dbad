"""The pages for everybody: honest about the phase, and there even when the database is not."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from public.exclusions import short_exclusions
from public.phases import current_phase, view_of, window_of
from registration.models import Phase
from registration.models.phase import PhaseQuerySet
from registration.stage import Stage
from tests.public.registry import open_phase

PAGES = ["", "cara-mendaftar/", "program/", "pengumuman/", "privasi/", "cek-status/"]
NOW = timezone.now()


def text_of(client: Client, path: str = "/en/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_both_languages_with_one_heading(client: Client, language: str, path: str) -> None:
    for _phases in range(2):
        text = text_of(client, f"/{language}{path}")
        assert len(re.findall(r"<h1[ >]", text)) == 1
        assert f'<html lang="{language.strip("/") or "id"}"' in text
        open_phase()


@pytest.mark.django_db
@pytest.mark.parametrize("path", [page for page in PAGES if page != "cek-status/"])
def test_reading_sets_no_cookie(client: Client, path: str) -> None:
    client.get(f"/{path}")
    assert dict(client.cookies) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_reading_pages_refuse_to_be_posted_to(client: Client, path: str) -> None:
    assert client.post(f"/{path}").status_code == (200 if path == "cek-status/" else 405)


@pytest.mark.django_db
def test_the_landing_page_names_registry_stage_and_the_last_moment(client: Client) -> None:
    midnight = timezone.localtime(NOW + timedelta(days=9)).replace(hour=0, minute=0, second=0, microsecond=0)
    open_phase(registry_name="DTSEN", closes_at=midnight)
    text = text_of(client)
    last = timezone.localtime(midnight - timedelta(minutes=1))
    assert "DTSEN" in text
    assert f"until {last.day} {last:%B %Y}, 23.59 WIB" in text
    assert "Stage 2 of 11" in text
    assert text.count('aria-current="step"') == 1


@pytest.mark.django_db
def test_the_landing_page_costs_one_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    open_phase()
    with django_assert_num_queries(1):
        client.get("/")


def _fail(*_arguments: Any, **_options: Any) -> None:
    raise OperationalError("the database is gone")


def test_information_pages_answer_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-django refuses every query here, and the phase's own fails as a dead server's would."""
    monkeypatch.setattr(PhaseQuerySet, "current", _fail)
    monkeypatch.setattr(PhaseQuerySet, "order_by", _fail)
    for path in ("", "cara-mendaftar/", "program/", "pengumuman/", "privasi/"):
        assert text_of(client, f"/{path}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "window"),
    [
        ({}, "open"),
        ({"suspended": True}, "suspended"),
        ({"stage": Stage.SOSIALISASI}, "soon"),
        ({"opens_at": NOW + timedelta(days=1)}, "soon"),
        ({"opens_at": NOW - timedelta(days=9), "closes_at": NOW - timedelta(seconds=1)}, "closed"),
        ({"stage": Stage.MUSKEL}, "closed"),
    ],
)
def test_the_window_follows_stage_dates_and_suspension(changes: dict[str, Any], window: str) -> None:
    assert window_of(open_phase(**changes), timezone.now()) == window


@pytest.mark.django_db
def test_without_a_phase_nothing_is_announced(client: Client) -> None:
    assert current_phase() is None
    assert "No registration phase can be shown" in text_of(client)
    assert "No phase has been announced yet" in text_of(client, "/en/pengumuman/")


@pytest.mark.django_db
def test_stages_before_the_present_are_done_and_later_ones_ahead() -> None:
    states = [line.state for line in view_of(open_phase(stage=Stage.MUSKEL)).lines]
    assert states == ["done"] * 6 + ["present"] + ["ahead"] * 4


@pytest.mark.django_db
def test_a_closed_phase_has_all_stages_behind_it() -> None:
    phase: Phase = open_phase(stage=Stage.PENETAPAN_DTKS, closed_at=NOW)
    assert {line.state for line in view_of(phase).lines} == {"done"}


@pytest.mark.parametrize(("day", "count"), [(date(2021, 6, 7), 5), (date(2022, 2, 1), 6), (date(2022, 5, 9), 7)])
def test_as_many_exclusions_are_named_as_there_were_rules(day: date, count: int) -> None:
    assert len(short_exclusions(day)) == count


def test_exclusions_carry_the_limits_of_their_day() -> None:
    early, late = short_exclusions(date(2022, 5, 9)), short_exclusions(date(2024, 11, 1))
    assert ("BUMD" in early[2], "BUMD" in late[2]) == (False, True)
    assert "1.000.000.000" in early[4]


def test_no_exclusions_are_invented_for_days_before_the_rules() -> None:
    assert short_exclusions(date(2020, 1, 1)) == []


@pytest.mark.django_db
def test_announcements_publish_no_counts(client: Client) -> None:
    """C13 holds because nothing about families is counted there at all."""
    open_phase()
    numbers = re.findall(r">\s*(\d+)\s*<", client.get("/pengumuman/").content.decode())
    assert numbers == []
