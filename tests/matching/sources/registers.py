"""Registers for the tests: the simulator on a free port, settings that point there, and runs against it."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from jobs.models import Run
from jobs.services import work_run
from matching.models import PersonVerdict
from matching.services import start_matching
from matching.simulator.app import Simulator
from matching.simulator.book import FileBook
from matching.simulator.faults import Faults
from matching.simulator.serving import serving
from matching.sources.protocol import Person
from registration.models import Phase
from tests.matching.town import Entry, born, kk_of, name_of, nik_of, write_population
from tests.people import dewi

USER, PASSWORD, TOKEN = "dinsos-uji", "rahasia-sekali-web", "rahasia-sekali-crvs"
PATHS = {"web_service": "/dukcapil/get_json/UJI/CALL_VERIFY_BY_ELEMEN", "dci": "/registry/sync/search"}


def point_at(settings: Any, port: int, *, budget: int = 10_000, scheme: str = "http") -> None:
    settings.DEBUG = scheme == "http"
    base = f"{scheme}://127.0.0.1:{port}"
    settings.DTKS_REGISTER_HOSTS = ["127.0.0.1"]
    settings.DTKS_REGISTERS = {
        "web_service": {
            "url": base + PATHS["web_service"],
            "user": USER,
            "password": PASSWORD,
            "ip": "10.0.0.9",
            "budget": budget,
        },
        "dci": {"url": base + PATHS["dci"], "token": TOKEN, "sender": "dtks-uji", "budget": budget},
    }


@contextmanager
def simulated(
    settings: Any, tmp_path: Path, entries: Iterable[Entry], faults: Faults | None = None
) -> Iterator[Faults]:
    """A register that knows `entries`; yields its faults, which may be changed and which count its calls."""
    book = FileBook(write_population(tmp_path / "register.csv", entries))
    simulator = Simulator(book)
    with serving(simulator) as port:
        point_at(settings, port)
        yield simulator.faults


def at_once(callers: int, call: Callable[[], Any]) -> list[Any]:
    """What so many callers get who come at the same moment, each on a connection of its own."""
    ready = threading.Barrier(callers)

    def come() -> Any:
        ready.wait(30)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as pool:
        return [one.result(60) for one in [pool.submit(come) for _ in range(callers)]]


def start(phase: Phase, kind: str = "web_service") -> Run:
    return start_matching(phase=phase, source="population", source_kind=kind, by=dewi())


def go_on(run: Run) -> Run:
    """Work on a run until it is done or has to wait for another hour or day."""
    work_run(run.pk, worker="test", patience=0)
    run.refresh_from_db()
    return run


def verdicts_of(run: Run) -> dict[UUID, PersonVerdict]:
    found = {verdict.member_id: verdict for verdict in PersonVerdict.objects.filter(run=run)}
    assert len(found) == PersonVerdict.objects.filter(run=run).count()
    return found


def person(n: int = 1, **changes: Any) -> Person:
    """Person n of the town, as a register is asked about them."""
    about: dict[str, Any] = {
        "member_id": UUID(int=n),
        "key": UUID(int=n).bytes,
        "nik": nik_of(n),
        "kk": kk_of(n),
        "name": name_of(n),
        "birth_date": born(n),
        "sex": "LP"[n % 2],
        "area_code": "31.71.01.1001",
        "occupation": "buruh_harian",
    }
    return Person(**{**about, **changes})
