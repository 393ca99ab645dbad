from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.journeys.visitor import Portal
from tests.journeys.workers import celery_worker


@pytest.fixture
def portal(live_server: LiveServer, browser: Browser) -> Iterator[Portal]:
    """The portal on an address of its own. Nothing that the browser complains of is let pass."""
    opened = Portal(live_server.url, browser)
    yield opened
    for context in browser.contexts:
        context.close()
    assert opened.complaints == []


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    with celery_worker():
        yield
