"""The table of classes: its times, the manual, and that no table about a household is forgotten."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from audit.looking import is_looking
from audit.retention import configured_days, retention_table, tables_reached_from

PROJECT = Path(__file__).resolve().parents[2]


def test_the_times_are_those_of_the_table_unless_an_installation_says_otherwise(settings: Any) -> None:
    days = {one.key: one.days for one in retention_table()}
    assert (days["drafts"], days["ended_households"], days["register_answers"]) == (90, 730, 365)
    assert (days["access_log"], days["sent_households"]) == (730, None)
    settings.DTKS_RETENTION_DAYS = "drafts=120, access_log=365"
    days = {one.key: one.days for one in retention_table()}
    assert (days["drafts"], days["access_log"]) == (120, 365)


@pytest.mark.parametrize("text", ["drafts", "drafts=", "drafts=0", "drafts=29", "drafts=９０", "drafts=-90"])
def test_a_setting_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="drafts=90"):
        configured_days(text)


@pytest.mark.parametrize("text", ["semua=90", "sent_households=3650"])
def test_a_class_that_cannot_be_set_is_refused(settings: Any, text: str) -> None:
    settings.DTKS_RETENTION_DAYS = text
    with pytest.raises(ImproperlyConfigured, match=text.split("=")[0]):
        retention_table()


def test_the_manual_shows_the_table() -> None:
    manual = (PROJECT / "docs" / "operations.md").read_text()
    for one in retention_table():
        assert re.search(
            rf"\| `{one.key}` \|[^|]+\|[^|]+\| {'archive schedule' if one.days is None else one.days} \|", manual
        ), one.key


def test_every_table_about_a_household_goes_with_it() -> None:
    """Whoever adds a table that points at a household, family, member, draft or finding finds it in here by itself."""
    reached = tables_reached_from("registration.Household")
    targets = {"Household", "Family", "Member", "Finding", "Submission"}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model.__name__ in targets:
                forgets = field.remote_field.on_delete is models.SET_NULL
                assert model._meta.label in reached or forgets, f"{model._meta.label}.{field.name}"
    assert "grievances.Attachment" in reached  # owned by an objection


@pytest.mark.parametrize(
    ("verb", "looks"),
    [
        ("desk.view_household", True),
        ("admin.list", True),
        ("desk.search", True),
        ("accounts.look_for_account", True),
        ("stages.issue_prelists", False),
        ("registration.open_edit", False),
        ("registration.review", False),
        ("stages.listed", False),
    ],
)
def test_an_act_of_looking_is_told_by_its_verb(verb: str, looks: bool) -> None:
    assert is_looking(verb) is looks
