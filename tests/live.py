"""A live gunicorn on the test database, and a client that is signed in, for races that a test client cannot have.

    with live_server() as server:
        answer = server.post("/usulan/…/", session=session_of(siti()))

Tests that use it need `django_db(transaction=True)`: the server sees only what is committed.
"""

from __future__ import annotations

import http.client
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.faults.processes import NOWHERE, ROOT, environment
from tests.people import sign_in

if TYPE_CHECKING:
    from accounts.models import User

CSRF = secrets.token_hex(16)
PATIENCE = 30.0  # seconds for a start, and for one answer on a busy machine


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    content: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True)
class Live:
    port: int

    def post(self, path: str, data: Mapping[str, str] | None = None, *, session: str) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": CSRF, **(data or {})})
        return self._send("POST", path, body, session)

    def send_file(self, path: str, name: str, content: bytes, *, session: str) -> Answer:
        """A form with one file, as a browser sends it."""
        body = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": CSRF, name: ContentFile(content, "foto.jpg")})
        return self._send("POST", path, body, session, content_type=MULTIPART_CONTENT)

    def get(self, path: str, *, session: str = "") -> Answer:
        return self._send("GET", path, None, session)

    def _send(
        self,
        method: str,
        path: str,
        body: str | bytes | None,
        session: str,
        content_type: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"}
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return Answer(answer.status, answer.getheader("Location", ""), answer.read(), dict(answer.getheaders()))
        finally:
            line.close()


def session_of(user: User) -> str:
    """The session cookie of somebody who has signed in."""
    return str(sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value)


@contextmanager
def live_server(
    *, workers: int = 2, threads: int = 16, mutants: tuple[str, ...] = (), redis_url: str = NOWHERE
) -> Iterator[Live]:
    """Gunicorn on a port of its own, surely gone afterwards. `mutants` are modules of tests/mutants."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(1024)
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "tests.live_wsgi:application", "--no-control-socket"),
                *("--bind", f"fd://{door.fileno()}", "--worker-class", "gthread", "--log-level", "error"),
                *("--workers", str(workers), "--threads", str(threads), "--timeout", "120", "--preload"),
            ],
            cwd=ROOT,
            env=environment(redis_url=redis_url, DTKS_TEST_MUTANTS=" ".join(mutants)),
            pass_fds=[door.fileno()],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        live = Live(door.getsockname()[1])
        try:
            _wait_for(live, server)
            yield live
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(live: Live, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise AssertionError(f"gunicorn ended with {server.returncode}")
        try:
            if live.get("/livez").status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise AssertionError("gunicorn did not answer in time")
