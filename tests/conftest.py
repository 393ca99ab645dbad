"""The database of the suite: created by the owner, used as the application role, as in production."""

from collections.abc import Iterator

import environ
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from dtks_portal.owner_line import owner_line
from tests.browser import browser, page
from tests.emptying import empty_tables
from tests.guard import pytest_configure
from tests.order import pytest_collection_modifyitems
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.template import migrated_database
from tests.thrift import (
    LITTLE_MEMORY,
    hash_with,
    let_browsers_keep_static_files,
    list_static_files_once,
    pytest_collection_finish,
)

__all__ = [
    "browser",
    "page",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
]

hash_with(LITTLE_MEMORY)
list_static_files_once()
let_browsers_keep_static_files()


def _become(url: str) -> None:
    parsed = environ.Env.db_url_config(url)
    connection.close()
    connection.settings_dict["USER"] = parsed.get("USER", "")
    connection.settings_dict["PASSWORD"] = parsed.get("PASSWORD", "")


def _flush_as_owner(operations: DatabaseOperations, sql_list: list[str]) -> None:
    """What `manage.py flush` does, for the tests that call it."""
    with owner_line() as owner, owner, owner.cursor() as cursor:
        for statement in sql_list:
            cursor.execute(statement)


def _empty_after_test(case: TransactionTestCase) -> None:
    empty_tables()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each test begins in Indonesian, whatever language the last one's requests left behind."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", _flush_as_owner)
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_after_test)
        _become(settings.DATABASE_APP_URL)
        yield
        _become(settings.SERVICES.owner_url)
