"""The demo's portal asks a simulator on this machine and nobody else; production asks everybody else."""

from pathlib import Path

import pytest

from dtks_portal.demo.port import PortProblem
from dtks_portal.demo.registers import register_settings, simulator_command
from dtks_portal.settings.environment import Environment
from dtks_portal.settings.registers import outside_hosts, registers
from matching.simulator.seal import seal_in
from matching.sources.signing import keys_of, signer_of
from tests.dtks_portal.test_settings import COMPLETE, run

SAID = (
    "SIMULATOR - made-up people\n"
    "http://127.0.0.1:4711/dukcapil/get_json/DEMO/CALL_VERIFY_BY_ELEMEN\n"
    "http://127.0.0.1:4711/registry/sync/search\n"
)


def test_it_takes_any_free_port_and_the_people_that_were_made_up(tmp_path: Path) -> None:
    people = tmp_path / "population.csv"
    keys = ("--keys", str(tmp_path / "keys"))
    assert simulator_command({}, people) == ("manage.py", "simulate_registers", "--port", "0", *keys)
    people.touch()
    assert simulator_command({}, people)[-2:] == ("--file", str(people))


def test_what_goes_wrong_comes_from_the_command_line(tmp_path: Path) -> None:
    told = simulator_command({"SIMULATOR": "--fault error=0.1 --latency 0.2"}, tmp_path / "none")
    assert told[-4:] == ("--fault", "error=0.1", "--latency", "0.2")
    with pytest.raises(PortProblem, match=r"SIMULATOR='--fault error=0\.1'"):
        simulator_command({"SIMULATOR": "--fault '"}, tmp_path / "none")
    with pytest.raises(PortProblem, match="SIMULATOR_PORT must be a number from 1 to 65535, for example 8090"):
        simulator_command({"SIMULATOR_PORT": "x"}, tmp_path / "none")


def test_the_portal_is_told_where_it_is_and_asks_nobody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    people = tmp_path / "population.csv"
    assert register_settings({}, people, "") == register_settings({}, people, SAID.partition("/registry")[0]) == {}
    seal_in(tmp_path / "keys")
    elsewhere = {"DTKS_DUKCAPIL_URL": "https://dukcapil.example/x", "DTKS_REGISTER_HOSTS": "dukcapil.example"}
    told = register_settings({**elsewhere, "DTKS_DUKCAPIL_BUDGET": "7"}, people, SAID)
    assert (told["DTKS_REGISTER_HOSTS"], told["DTKS_REGISTERS_ARE_SIMULATED"]) == ("127.0.0.1", "1")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    found = registers(Environment())
    assert (signer_of(found["dci"]) is not None, len(keys_of(found["dci"]))) == (True, 1)
    assert {kind: (about["url"].partition("/")[2], about["budget"]) for kind, about in found.items()} == {
        "web_service": ("/127.0.0.1:4711/dukcapil/get_json/DEMO/CALL_VERIFY_BY_ELEMEN", 7),
        "dci": ("/127.0.0.1:4711/registry/sync/search", 1000),
    }


@pytest.mark.parametrize("hosts", ["crvs.example, LOCALHOST", "127.1.2.3", "::1"])
def test_this_machine_is_none_of_production_s_registers(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("DTKS_REGISTER_HOSTS", hosts)
    with pytest.raises(SystemExit, match="only the simulator"):
        outside_hosts(Environment())
    monkeypatch.setenv("DTKS_REGISTER_HOSTS", "crvs.example")
    assert outside_hosts(Environment()) == ["crvs.example"]


def test_production_refuses_the_simulator_s_machine() -> None:
    found = run("-c", "import dtks_portal.settings.production", **COMPLETE, DTKS_REGISTER_HOSTS="127.0.0.1")
    assert (found.returncode, "only the simulator" in found.stderr, "Traceback" in found.stderr) == (1, True, False)
