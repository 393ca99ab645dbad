"""SIMULATOR – made-up people: it says what it is, answers over real HTTP, fails when told to, beside a demo only."""

import http.client
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from identity.indexes import current_index_key_id
from matching.loading import load_extract
from matching.management.commands.simulate_registers import change, fault
from matching.simulator import BANNER
from matching.simulator.app import Simulator
from matching.simulator.book import ExtractBook, FileBook
from matching.simulator.faults import FAULTS, Faults
from matching.simulator.serving import serving
from tests.faults.processes import ROOT
from tests.matching.sources.registers import PATHS, person
from tests.matching.town import entry, kk_of, nik_of, write_population

QUESTION = {"NIK": nik_of(1), "NAMA_LGKP": "Orang B Contoh", "TGL_LHR": "02-01-1960", "JENIS_KLMIN": "Perempuan"}


@pytest.fixture
def simulator(tmp_path: Path) -> Simulator:
    return Simulator(FileBook(write_population(tmp_path / "register.csv", [entry(n) for n in range(3)])))


def post(port: int, path: str, question: Any, *, method: str = "POST") -> tuple[int, http.client.HTTPMessage, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request(method, path, json.dumps(question) if not isinstance(question, bytes) else question)
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        line.close()


def test_it_says_what_it_is_with_every_answer(simulator: Simulator) -> None:
    with serving(simulator) as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        line.request("GET", "/")
        assert line.getresponse().read().decode() == f"{BANNER}\nnothing goes wrong\n"
        assert BANNER == "SIMULATOR - made-up people"
        line.close()
        for path in PATHS.values():
            _status, headers, _body = post(port, path, QUESTION)
            assert headers["X-Simulator"] == BANNER


def test_it_compares_elements(simulator: Simulator) -> None:
    with serving(simulator) as port:
        told = json.loads(post(port, PATHS["web_service"], {**QUESTION, "NO_KK": kk_of(9), "TRESHOLD": "90"})[2])
        assert told["content"] == [
            {
                "NIK": "Sesuai",
                "NAMA_LGKP": "Sesuai (100)",
                "TGL_LHR": "Sesuai",
                "JENIS_KLMIN": "Sesuai",
                "NO_KK": "Tidak Sesuai",
            }
        ]
        for nik, code in ((nik_of(9), "13"), ("123", "15"), ("x" * 16, "15")):
            told = json.loads(post(port, PATHS["web_service"], {**QUESTION, "NIK": nik})[2])
            assert told["content"][0]["RESPONSE_CODE"] == code


def test_a_question_it_cannot_read_is_refused(simulator: Simulator) -> None:
    with serving(simulator) as port:
        assert [post(port, PATHS["web_service"], raw)[0] for raw in (b"\xff", b"[]", b"1")] == [400] * 3
        assert json.loads(post(port, PATHS["dci"], {"message": 1})[2])["header"]["status"] == "rjct"


def test_faults_come_in_order_by_share_and_by_quota() -> None:
    faults = Faults(plan=["error", ""], quota=4, always={"x": "cut"})
    assert [faults.next(nik) for nik in ("a", "b", "x", "a", "a")] == ["error", "", "cut", "", "quota"]
    assert faults.calls == {"a": 3, "b": 1, "x": 1}
    assert Faults(shares={"hang": 1.0}).next("a") == "hang"
    assert Faults(shares={"hang": 0.0}).next("a") == ""


@pytest.mark.django_db
def test_the_people_of_a_loaded_extract_are_known_by_their_index(tmp_path: Path) -> None:
    book = ExtractBook()
    assert (book.find(nik_of(1)), book.namesakes("Orang b Contoh", "1960-01-02")) == (None, [])
    load_extract(
        path=write_population(tmp_path / "p.csv", [entry(n) for n in range(3)]),
        source="population",
        as_of=date(2026, 11, 1),
        index_key_id=current_index_key_id(),
        by=None,
    )
    one = book.find(nik_of(1))
    assert one is not None
    assert (one.name, one.born, one.has_kk(kk_of(1)), one.has_kk(kk_of(9))) == (
        "ORANG B CONTOH", "1960-01-02", True, False
    )  # fmt: skip
    assert book.find(nik_of(5)) is None
    assert [found.name for found in book.namesakes("orang b contoh", "1960-01-02")] == ["ORANG B CONTOH"]
    assert nik_of(1) not in repr(one)


def check_what_goes_wrong_is_changed(simulator: Simulator) -> None:
    simulator.faults.shares = {"hang": 1.0}
    with serving(simulator) as port:
        said = change(f"http://127.0.0.1:{port}/", Faults(shares={"error": 1.0}, quota=9))
        assert said.splitlines() == [BANNER, "error 100%, quota 9"]
        assert post(port, PATHS["web_service"], QUESTION)[0] == 500
        assert change(f"http://127.0.0.1:{port}/", Faults()).splitlines() == [BANNER, "nothing goes wrong"]
        assert post(port, PATHS["web_service"], QUESTION)[0] == 200
        for wrong in ({"shares": {"no such": 1}}, {"shares": {"error": 2}}, {"quota": "x"}, {"latency": None}):
            assert post(port, "/", wrong, method="PUT")[0] == 400
        assert simulator.faults.shares == {}


def test_what_goes_wrong_is_changed_while_it_runs(simulator: Simulator) -> None:
    check_what_goes_wrong_is_changed(simulator)


def test_a_simulator_that_does_not_listen_is_noticed(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Faults, "change", lambda self, told: None)
    simulator.faults.latency = 0.0
    with pytest.raises(AssertionError):
        check_what_goes_wrong_is_changed(simulator)


@pytest.mark.parametrize("address", ["http://dukcapil.example/", "127.0.0.1", "http://127.0.0.1:9/"])
def test_only_a_simulator_of_this_machine_is_changed(address: str) -> None:
    with pytest.raises(CommandError):
        change(address, Faults())


def test_the_command_names_its_faults() -> None:
    assert fault("error=0.25") == ("error", 0.25)
    for wrong in ("error", "error=2", "unknown=0.1", "error=x"):
        with pytest.raises(Exception, match=f"{FAULTS[0]}, "):
            fault(wrong)


def test_the_command_says_what_it_is_and_where(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DTKS_DEMO = True
    served: list[Any] = []

    def stop_at_once(server: Any) -> None:
        served.append(server.get_app())
        raise KeyboardInterrupt

    monkeypatch.setattr("matching.simulator.serving.ThreadingServer.serve_forever", stop_at_once)
    said = StringIO()
    call_command(
        "simulate_registers",
        f"--file={write_population(tmp_path / 'p.csv', [entry(1)])}",
        "--port=0",
        "--quota=5",
        "--fault=error=0.5",
        stdout=said,
    )
    first, *addresses = said.getvalue().splitlines()
    assert first == BANNER
    assert [address.startswith("http://127.0.0.1:") for address in addresses] == [True, True]
    assert (served[0].faults.shares, served[0].faults.quota) == ({"error": 0.5}, 5)


def test_it_never_runs_beside_real_people(settings: Settings) -> None:
    settings.DTKS_DEMO = False
    with pytest.raises(CommandError, match="demo"):
        call_command("simulate_registers", stdout=StringIO())


def test_no_other_module_knows_it() -> None:
    """The portal asks registers; that one of them is simulated, only the command and the tests know."""
    knows = [
        path.relative_to(ROOT).as_posix()
        for room in ("matching", "stages", "dtks_portal", "jobs")
        for path in (ROOT / room).rglob("*.py")
        if "matching.simulator" in path.read_text(encoding="utf-8") and "simulator" not in path.parts
    ]
    assert knows == ["matching/management/commands/simulate_registers.py"]
    assert person(1).nik not in repr(person(1))
