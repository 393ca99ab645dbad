"""Every page × every role: a stranger signs in first, a foreign object does not exist, the wrong role is refused.

Each check also runs under a planted flaw, which it has to notice.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import URLPattern, path
from pytest_django.plugin import DjangoDbBlocker

from dtks_portal import health
from home import views as home_views
from registration.models import Household
from tests.access import flaws
from tests.access.malformed import IDS, WORST, surprises
from tests.access.seen import ERRORS, NEVER, Album, missing, name_of
from tests.access.table import PORTAL, ROLES, TABLE, Row, admin_rows
from tests.access.walking import Page, disagreements, pages
from tests.access.world import ANONYMOUS, BUDI, DEWI, JOKO, NO_APP, NO_CODE, RINA, SITI, World, build

pytestmark = pytest.mark.django_db
ADMIN = [row for row in TABLE if row not in PORTAL]
OF_SOMEBODY = [row for row in PORTAL if row.takes]
OF_NOBODY = [row for row in PORTAL if not row.takes]
EVERYBODY = (*ROLES, NO_CODE)
THE_OTHERS = (BUDI, JOKO)  # what is nobody's is theirs as it is Siti's and Rina's
ONE_OF_EACH = (ANONYMOUS, RINA, DEWI)  # the admin knows no families nor places, and refuses at one door
EVERYBODYS_HOUSEHOLDS = "registration.models.household.HouseholdQuerySet.visible_to"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once; every test and every request leaves it as it was."""
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    with django_db_blocker.unblock(), transaction.atomic():
        logging.disable(logging.CRITICAL)  # thousands of refusals, each with its traceback
        yield build()
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


def assert_named(found: list[Page]) -> None:
    """Every page stands in the table, and the table names no page that is gone."""
    named, there = {row.name for row in TABLE}, {page.key for page in found}
    assert (there - named, named - there) == (set(), set())


def test_the_table_names_every_page_and_nothing_else() -> None:
    assert_named(list(pages()))


def test_a_page_that_is_missing_in_the_table_is_noticed() -> None:
    planted: URLPattern = path("baru-sekali/", health.live, name="planted")
    with pytest.raises(AssertionError, match="planted"):
        assert_named([*pages(), Page("planted", "baru-sekali/", planted)])


def test_a_row_whose_page_is_gone_is_noticed() -> None:
    with pytest.raises(AssertionError, match="receipt_show"):
        assert_named([page for page in pages() if page.key != "registration:receipt_show"])


@pytest.mark.parametrize(
    ("rows", "roles"),
    [
        (OF_SOMEBODY, EVERYBODY),
        (OF_NOBODY, [role for role in EVERYBODY if role not in THE_OTHERS]),
        (ADMIN, ONE_OF_EACH),
    ],
    ids=["of somebody", "of nobody", "admin"],
)
def test_every_page_answers_every_role_as_the_table_says(world: World, rows: list[Row], roles: list[str]) -> None:
    album = Album()
    found = disagreements(world, rows, roles=roles, album=album)
    assert found == [], "\n".join(found)
    assert album.unseen(rows) == set(), "say in tests/access/seen.py why nobody renders it"


@pytest.mark.long
@pytest.mark.parametrize(
    ("rows", "roles"),
    [(OF_SOMEBODY, [NO_APP]), (OF_NOBODY, [NO_APP, *THE_OTHERS]), (ADMIN, [SITI, NO_APP, NO_CODE])],
    ids=["of somebody", "of nobody", "admin"],
)
def test_those_whom_the_same_door_refuses(world: World, rows: list[Row], roles: list[str]) -> None:
    found = disagreements(world, rows, roles=roles)
    assert found == [], "\n".join(found)


def test_a_page_that_was_never_rendered_is_noticed(tmp_path: Path) -> None:
    for name in ERRORS:
        (tmp_path / "errors").mkdir(exist_ok=True)
        (tmp_path / "errors" / f"{name}.html").touch()
    (tmp_path / "walk").mkdir()
    for row in TABLE:
        (tmp_path / "walk" / f"{name_of(row.name)}--x--get-siti.html").touch()
        (tmp_path / f"{name_of(row.name)}-id.html").touch()
    assert missing(tmp_path) == []
    (tmp_path / "walk" / "registration-receipt_show--x--get-siti.html").unlink()
    (tmp_path / "accounts-second_factor_enrol-id.html").unlink()
    (tmp_path / "errors" / "503-en.html").unlink()
    assert missing(tmp_path) == ["accounts:second_factor_enrol", "registration:receipt_show", "503-en"]


def test_every_exception_names_a_page() -> None:
    assert set(NEVER) <= {row.name for row in TABLE}


def test_a_query_that_forgets_who_asks_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EVERYBODYS_HOUSEHOLDS, lambda self, user: self.all())
    names = ("registration:receipt_show", "grievances:objection_show", "grievances:picture_download")
    rows = [row for row in PORTAL if row.name in names]
    found = "\n".join(disagreements(world, rows, roles=(BUDI, JOKO)))
    for name in ("receipt_show [household] get as budi", "objection_show [objection] get as joko", "picture_download"):
        assert name in found


def test_a_list_that_shows_too_much_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = Household.objects.select_related("phase", "kelurahan").prefetch_related("families__members")
    monkeypatch.setattr(home_views, "_own", lambda user: everything)
    rows = [row for row in PORTAL if row.name == "home:household_list"]
    (found,) = disagreements(world, rows, roles=(BUDI,))
    assert "shows" in found


def test_a_decorator_that_lets_everybody_through_is_noticed(world: World) -> None:
    rows = [row for row in PORTAL if row.name.startswith(("desk:", "notices:paper", "muskel:"))]
    with flaws.decorators_let_everybody_through():
        found = disagreements(world, rows, roles=(SITI,))
    assert {line.split(" ")[0] for line in found} >= {"desk:home_show", "desk:fix_list", "muskel:meeting_list"}
    assert disagreements(world, rows, roles=(SITI,)) == []


def test_a_second_factor_that_is_not_asked_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.second_factor.is_complete", lambda request: True)
    rows = [row for row in TABLE if row.name in ("admin:index", "grievances:objection_list")]
    assert len(disagreements(world, rows, roles=(NO_APP, NO_CODE))) >= 4


@pytest.mark.parametrize("worst", [True, pytest.param(False, marks=pytest.mark.long)], ids=["worst", "others"])
def test_an_id_that_is_no_id_is_not_found(world: World, worst: bool) -> None:
    tables = ("areas_area", "audit_act", "accounts_user", "registration_phase", "jobs_run")
    some = [row for row in admin_rows() if row.takes in tables]
    rows = [row for row in TABLE if row.takes and row not in [*admin_rows()]] + some
    found = surprises(world, rows, {name: typed for name, typed in IDS.items() if (name in WORST) is worst})
    assert found == [], "\n".join(found)


def test_a_page_that_breaks_on_such_an_id_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: object) -> None:
        raise ValueError("This is no id.")

    monkeypatch.setattr("registration.views.receipts.visible_household", breaks)
    monkeypatch.setattr("registration.converters.ReferenceConverter.to_python", lambda self, value: value)
    rows = [row for row in PORTAL if row.name == "registration:receipt_show"]
    assert len(surprises(world, rows, {"another code": "JKT-2222-3333"})) == len(rows)
