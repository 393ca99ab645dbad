"""NIK, KK, phone numbers and addresses go through everything the portal does, and are found nowhere in the clear.

Each check also runs under a planted flaw, which it has to notice.
"""

import base64
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from celery import current_app
from django.conf import settings as configured
from django.contrib.sessions.backends.db import SessionStore as UnsealedSessions
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from dtks_portal.owner_line import owner_line
from dtks_portal.rehearsal import stations
from jobs import wakeups
from tests.broker import broker_client
from tests.leaks import later, places, story
from tests.leaks.canaries import Canaries
from tests.leaks.places import LogTap

pytestmark = pytest.mark.django_db
NIK, PLANTED_NIK = story.STRANGER_NIK, "9907130101807001"


class Told:
    """The story once it has been told, with what the loggers heard and where the broker's messages are."""

    def __init__(self, folder: Path) -> None:
        self.story, self.logs, self.queue = story.begin(folder), LogTap(), f"cerita-{secrets.token_hex(4)}"

    def tell(self) -> None:
        one = self.story
        with self.logs.on(), mock.patch.multiple(stations, wait_for=later.done, wait_until_told=later.told):
            citizen = story.signs_up(one)
            story.recovers_the_password(one, citizen)
            household = story.registers(one, citizen)
            story.walks_in(one)
            story.is_looked_up_by_an_admin(one)
            story.imports_the_registers(one)
            later.closes(one)
            later.cleans(one)
            later.matches(one)
            later.assesses(one, household)
            later.meets(one)
            later.determines(one, later.hands_over(one))
            story.asks_for_the_status(one)
            story.everybody_signs_in(one)
        wakeups._sender.drain(10)

    def found_in(self, contents: dict[str, Any]) -> dict[str, list[str]]:
        found = {name: self.story.canaries.found_in(content) for name, content in contents.items()}
        return {name: names for name, names in found.items() if names}


@pytest.fixture(scope="module")
def told(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """Told once, with real commits; afterwards the database is emptied."""
    app: Any = current_app
    queue = app.conf.task_default_queue
    with django_db_blocker.unblock(), override_settings(DTKS_WAKE_UPS=True, DTKS_RETRY_PAUSE_SECONDS=0.01):
        assert str(connection.settings_dict["NAME"]).startswith("test_")
        try:
            one = Told(tmp_path_factory.mktemp("cerita"))
            app.conf.task_default_queue = one.queue
            one.tell()
            yield one
        finally:
            app.conf.task_default_queue = queue
            _empty_the_queue(one.queue)
            call_command("flush", verbosity=0, interactive=False, allow_cascade=False, inhibit_post_migrate=False)


def _empty_the_queue(queue: str) -> None:
    with broker_client(configured.CELERY_BROKER_URL) as line:
        line.delete(queue, f"_kombu.binding.{queue}")


def assert_no_table_holds_a_number(told: Told) -> None:
    assert told.found_in(places.tables()) == {}


def test_no_table_holds_a_number(told: Told) -> None:
    filled = {name for name, content in places.tables().items() if content}
    for name in (
        "django_admin_log",
        "registration_householdevent",
        "audit_act",
        "jobs_outboxmessage",
        "django_session",
    ):
        assert f"public.{name}" in filled, "the story did not come by here"
    assert_no_table_holds_a_number(told)


def assert_no_dump_holds_a_number(told: Told) -> None:
    content = places.dump()
    if content is None:
        pytest.skip("there is no pg_dump on this machine")
    assert b"COPY public.accounts_user " in content
    assert told.story.canaries.found_in(content) == []


def test_no_dump_holds_a_number(told: Told) -> None:
    assert_no_dump_holds_a_number(told)


def test_a_number_in_a_dump_is_noticed(told: Told) -> None:
    with phone_not_sealed(NIK.encode()), pytest.raises(AssertionError, match="number"):
        assert_no_dump_holds_a_number(told)


@contextmanager
def phone_not_sealed(as_bytes: bytes) -> Iterator[None]:
    """Somebody's phone column holds these bytes as they are."""
    with owner_line() as line, line.cursor() as cursor:
        cursor.execute("SELECT id, phone FROM accounts_user WHERE phone IS NOT NULL LIMIT 1")
        ((key, before),) = cursor.fetchall()
        cursor.execute("UPDATE accounts_user SET phone = %s WHERE id = %s", [as_bytes, key])
        line.commit()
        try:
            yield
        finally:
            cursor.execute("UPDATE accounts_user SET phone = %s WHERE id = %s", [before, key])
            line.commit()


@pytest.mark.parametrize("as_bytes", [NIK.encode(), base64.b64encode(NIK.encode()), int(NIK).to_bytes(8, "big")])
def test_a_column_that_is_not_sealed_is_noticed(told: Told, as_bytes: bytes) -> None:
    with phone_not_sealed(as_bytes), pytest.raises(AssertionError, match="accounts_user"):
        assert_no_table_holds_a_number(told)


def assert_no_log_holds_a_number(told: Told, tap: LogTap) -> None:
    assert [told.story.canaries.found_in(line) for line in tap.raw if told.story.canaries.found_in(line)] == []


def test_no_log_record_holds_a_number(told: Told) -> None:
    """Not even before the formatter blacks out long numbers."""
    assert len(told.logs.raw) > 100
    found = told.found_in(dict(enumerate(told.logs.raw)))  # type: ignore[arg-type]
    assert {told.logs.raw[int(number)]: names for number, names in found.items()} == {}
    assert told.found_in({"what commands print": "\n".join(told.story.printed)}) == {}


def test_a_log_line_with_a_number_is_noticed(told: Told) -> None:
    tap = LogTap()
    with tap.on():
        logging.getLogger("registration.submitting").debug("The NIK is %s", story.spaced(NIK))
    with pytest.raises(AssertionError):
        assert_no_log_holds_a_number(told, tap)


def assert_no_session_holds_a_number(told: Told) -> None:
    assert told.found_in(places.sessions()) == {}


def test_no_session_holds_a_number(told: Told) -> None:
    assert len(places.sessions()) > 5
    assert_no_session_holds_a_number(told)


@pytest.mark.parametrize("padding", ["", "x" * 2000], ids=["as it is", "compressed"])
def test_a_session_that_is_not_sealed_is_noticed(told: Told, padding: str) -> None:
    session = UnsealedSessions()
    session["typed"] = {"nik": NIK, "padding": padding}
    session.save()
    with pytest.raises(AssertionError):
        assert_no_session_holds_a_number(told)
    session.delete()


def found_in_the_broker(canaries: Canaries) -> dict[str, list[str]]:
    found = {name: canaries.found_in(held) for name, held in places.broker(configured.CELERY_BROKER_URL).items()}
    return {name: names for name, names in found.items() if names}


def test_no_message_of_the_broker_holds_a_number(told: Told) -> None:
    messages = places.broker(configured.CELERY_BROKER_URL)
    assert b"jobs.work_on_run" in messages[f"broker {told.queue.encode()!r}"]
    assert found_in_the_broker(told.story.canaries) == {}


def test_a_message_with_a_number_is_noticed(told: Told) -> None:
    """A number that no other process looks for, since the broker is everybody's."""
    assert wakeups.send_now("jobs.work_on_run", (PLANTED_NIK,))
    found = found_in_the_broker(Canaries(numbers=[PLANTED_NIK]))
    _empty_the_queue(told.queue)
    assert list(found) == [f"broker {told.queue.encode()!r}"]


def test_no_address_and_no_header_holds_a_number(told: Told) -> None:
    assert len(told.story.trail.places) > 1000
    found = told.found_in({place: place for place in dict.fromkeys(told.story.trail.places)})
    assert found == {}


@pytest.mark.parametrize("query", [NIK, "+".join(story.spaced(NIK).split()), "%20".join(story.spaced(NIK).split())])
def test_an_address_with_a_number_is_noticed(told: Told, query: str) -> None:
    trail = places.Trail()
    places.TracedClient(trail).get(f"/cek-status/?nik={query}")
    assert told.found_in(dict.fromkeys(trail.places, "") | {place: place for place in trail.places}) != {}


def test_nobody_met_an_error_on_the_way(told: Told) -> None:
    assert {path: status for path, status in told.story.trail.statuses.items() if status >= 500} == {}


def test_no_cache_and_no_file_name_holds_a_number(told: Told) -> None:
    names = places.file_names(configured.VAR, Path(configured.BASE_DIR) / "staticroot")
    assert told.found_in(places.cached() | {"file names": names.encode()}) == {}


def test_a_cache_or_a_file_name_with_a_number_is_noticed(told: Told, tmp_path: Path) -> None:
    caches["default"].set("typed", {"nik": NIK})
    (tmp_path / f"KTP-{NIK}.jpg").touch()
    try:
        found = told.found_in(places.cached() | {"file names": places.file_names(tmp_path).encode()})
    finally:
        caches["default"].delete("typed")
    assert len(found) == 2


def error_pages(client: Client) -> dict[str, bytes]:
    """The pages of 400, 403, 404, 405 and 500 after a number was posted, by their status."""
    strict = Client(enforce_csrf_checks=True)
    typed = {"nik": NIK, "login": story.spaced(NIK)}
    answers = [
        client.post(f"/tidak-ada/{NIK}/", typed),
        client.post("/masuk/", {**typed, "name": "\0"}),
        client.post("/program/", typed),
        strict.post("/masuk/", typed),
        client.post("/gagal/", typed),
    ]
    return {str(answer.status_code): answer.content for answer in answers}


def no_error_page_shows_a_number(client: Client) -> LogTap:
    """Also nothing of it is written to the log, though the failure itself speaks of it."""
    tap, canaries = LogTap(), Canaries(numbers=[NIK])
    with tap.on():
        pages = error_pages(client)
    assert set(pages) == {"404", "400", "405", "403", "500"}
    assert {status: canaries.found_in(content) for status, content in pages.items()} == {status: [] for status in pages}
    assert [line for line in tap.written if canaries.found_in(line)] == []
    return tap


@pytest.fixture
def failing(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "tests.leaks.failing_urls"
    return Client(raise_request_exception=False)


def test_no_error_page_shows_a_number(failing: Client) -> None:
    tap = no_error_page_shows_a_number(failing)
    assert any("Traceback" in line and "ValueError" in line for line in tap.written)


def test_an_error_page_that_repeats_what_failed_is_noticed(failing: Client, settings: Settings) -> None:
    settings.DEBUG = True
    with pytest.raises(AssertionError):
        no_error_page_shows_a_number(failing)


def test_a_log_that_is_not_blacked_out_is_noticed(failing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtks_portal.logs.redact", lambda text: text)
    with pytest.raises(AssertionError):
        no_error_page_shows_a_number(failing)
