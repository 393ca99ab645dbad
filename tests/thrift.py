"""What the suite does cheaply, since it does it thousands of times: hashing passwords, and serving static files.

Passwords are hashed as in production but with little memory; live servers of the tests do the same (live_wsgi.py).
WhiteNoise lists all static files whenever a test client is made; here once in a process. A browser may keep the files
of a journey's server, as those of production; Django's own server has it ask for each again while they are new.
What has been loaded when the first test begins stays to the end: nobody need look through it for garbage.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts import proofs
from accounts.hashers import PortalArgon2Hasher

AGREED_MEMORY: Final = proofs.MEMORY_COST  # KiB, as the product has it
LITTLE_MEMORY: Final = 64  # KiB


def hash_with(memory: int) -> None:
    """New hashes of this process take so many KiB."""
    proofs.MEMORY_COST = memory
    PortalArgon2Hasher.memory_cost = memory


@contextmanager
def hashing_as_agreed() -> Iterator[None]:
    hash_with(AGREED_MEMORY)
    try:
        yield
    finally:
        hash_with(LITTLE_MEMORY)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def list_static_files_once() -> None:
    find, found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = once


def let_browsers_keep_static_files() -> None:
    serve = StaticFilesHandlerMixin.serve

    def kept(self: StaticFilesHandlerMixin, request: HttpRequest) -> HttpResponseBase:
        response = serve(self, request)
        response["Cache-Control"] = "max-age=3600"
        return response

    StaticFilesHandlerMixin.serve = kept  # type: ignore[assignment, method-assign]
