"""SIMULATOR – made-up people: a WSGI application that speaks the shapes of both registers, and fails when told to."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from matching.simulator import BANNER, crvs, dukcapil
from matching.simulator.book import Book
from matching.simulator.faults import Faults
from matching.simulator.seal import Seal

Environment = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]
HANG_SECONDS = 120.0
HUGE_BYTES = 2_000_000
LONGEST_QUESTION = 64 * 1024
GARBAGE = b'{"content": [{"NIK": "Sesuai", "NAMA_LGKP": "Sesuai (100)"'
MALFORMED = {"content": [{"NIK": "Sesuai", "NAMA_LGKP": "Sesuai (100)", "TGL_LHR": "Cocok", "JENIS_KLMIN": "Sesuai"}]}


@dataclass
class Simulator:
    """`over` ends whatever hangs. With a `seal` the civil registry signs, and hears nobody who does not.
    `refuses(question, headers)` may be set to look at credentials, as a test does."""

    book: Book
    faults: Faults = field(default_factory=Faults)
    over: Event = field(default_factory=Event)
    seal: Seal | None = None
    refuses: Callable[[dict[str, Any], Environment], bool] = lambda question, environment: False

    def __call__(self, environment: Environment, start: Start) -> Iterable[bytes]:
        if environment["REQUEST_METHOD"] not in ("POST", "PUT"):
            return self._say(start)
        length = int(environment.get("CONTENT_LENGTH") or 0)
        try:
            question = json.loads(environment["wsgi.input"].read(min(length, LONGEST_QUESTION)))
        except ValueError:
            question = None
        if not isinstance(question, dict):
            return _reply(start, "400 Bad Request", b"{}")
        if environment["REQUEST_METHOD"] == "PUT":
            return self._change(start, question)
        if environment["PATH_INFO"].endswith("/sync/search"):
            return self._answer(environment, start, question, crvs.subject_of(question), is_crvs=True)
        return self._answer(environment, start, question, str(question.get("NIK", "")), is_crvs=False)

    def _say(self, start: Start) -> Iterable[bytes]:
        told = f"{BANNER}\n{self.faults.words()}\n"
        return _reply(start, "200 OK", told.encode(), kind="text/plain; charset=utf-8")

    def _change(self, start: Start, wanted: dict[str, Any]) -> Iterable[bytes]:
        try:
            self.faults.change(wanted)
        except ValueError:
            return _reply(start, "400 Bad Request", b"{}")
        return self._say(start)

    def _answer(
        self, environment: Environment, start: Start, question: dict[str, Any], nik: str, *, is_crvs: bool
    ) -> Iterable[bytes]:
        fault = self.faults.next(nik)
        if self.faults.latency:
            self.over.wait(self.faults.latency)
        if self.refuses(question, environment):
            fault = "refused"
        if fault in _FAILURES:
            return _FAILURES[fault](self, start)
        if is_crvs and self.seal and not self.seal.accepts(question):
            return _reply(start, "401 Unauthorized", b'{"errors": [{"code": "err.signature.invalid"}]}')
        told = crvs.answer(question, self.book) if is_crvs else dukcapil.answer(question, self.book)
        if is_crvs and self.seal:
            told = self.seal.sign(told, fault)
        body = json.dumps(told).encode()
        if fault == "cut":
            return _reply(start, "200 OK", body[: len(body) // 2], announced=len(body))
        return _reply(start, "200 OK", body)

    def _hang(self, start: Start) -> Iterable[bytes]:
        self.over.wait(HANG_SECONDS)
        return _reply(start, "200 OK", b"{}")

    def _redirect(self, start: Start) -> Iterable[bytes]:
        return _reply(start, "307 Temporary Redirect", b"{}", more=[("Location", "/elsewhere/CALL_VERIFY_BY_ELEMEN")])

    def _entry(self, start: Start, entry: dict[str, Any]) -> Iterable[bytes]:
        return _reply(start, "200 OK", json.dumps(dukcapil.envelope(entry)).encode())


_FAILURES: dict[str, Callable[[Simulator, Start], Iterable[bytes]]] = {
    "error": lambda simulator, start: _reply(start, "500 Internal Server Error", b"<html>error</html>"),
    "hang": Simulator._hang,
    "garbage": lambda simulator, start: _reply(start, "200 OK", GARBAGE),
    "malformed": lambda simulator, start: _reply(start, "200 OK", json.dumps(MALFORMED).encode()),
    "redirect": Simulator._redirect,
    "huge": lambda simulator, start: _reply(start, "200 OK", b'{"content": [' + b" " * HUGE_BYTES + b"]}"),
    "quota": lambda simulator, start: simulator._entry(start, dukcapil.QUOTA),
    "refused": lambda simulator, start: simulator._entry(start, dukcapil.REFUSED),
}


def _reply(
    start: Start,
    status: str,
    body: bytes,
    *,
    kind: str = "application/json",
    announced: int | None = None,
    more: Iterable[tuple[str, str]] = (),
) -> list[bytes]:
    length = len(body) if announced is None else announced
    start(status, [("Content-Type", kind), ("Content-Length", str(length)), ("X-Simulator", BANNER), *more])
    return [body]
