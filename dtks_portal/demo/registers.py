"""The demo's registers: a SIMULATOR with made-up people, which is all that the demo's portal may ask."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from dtks_portal.demo.port import HOST, PortProblem, check_port

# What the web service's and the civil registry's addresses end with, as the simulator prints them.
ADDRESSES = re.compile(rf"^(http://{re.escape(HOST)}:\d+)(/\S+VERIFY_BY_ELEMEN)\n\1(/\S+/search)$", re.MULTILINE)
HITS_A_DAY = "1000"


def simulator_command(environment: Mapping[str, str], people: Path) -> tuple[str, ...]:
    """How the simulator is started: SIMULATOR_PORT (any free one), SIMULATOR ("--fault error=0.1"). Raises PortProblem.

    `people` is the register extract that the demo has made up; the keys of its signatures lie beside it."""
    given = environment.get("SIMULATOR_PORT", "")
    port = check_port(given, name="SIMULATOR_PORT", example=8090) if given else 0
    file = ("--file", str(people)) if people.is_file() else ()
    try:
        faults = shlex.split(environment.get("SIMULATOR", ""))
    except ValueError as error:
        raise PortProblem(f"SIMULATOR cannot be read ({error}): write SIMULATOR='--fault error=0.1'.") from None
    keys = ("--keys", str(people.parent / "keys"))
    return ("manage.py", "simulate_registers", "--port", str(port), *keys, *file, *faults)


def register_settings(environment: Mapping[str, str], people: Path, said: str) -> dict[str, str]:
    """The settings of a portal that asks the simulator and nobody else; empty until it has said where it is."""
    found = ADDRESSES.search(said)
    if found is None:
        return {}
    base, web_service, crvs = found.groups()
    return {
        "DTKS_REGISTER_HOSTS": HOST,
        "DTKS_REGISTERS_ARE_SIMULATED": "1",
        "DTKS_DUKCAPIL_URL": base + web_service,
        "DTKS_DUKCAPIL_USER": "demo",
        "DTKS_DUKCAPIL_PASSWORD": "demo",
        "DTKS_DUKCAPIL_IP": HOST,
        "DTKS_DUKCAPIL_BUDGET": environment.get("DTKS_DUKCAPIL_BUDGET") or HITS_A_DAY,
        "DTKS_CRVS_URL": base + crvs,
        "DTKS_CRVS_TOKEN": "demo",
        "DTKS_CRVS_SENDER": "dtks-demo",
        "DTKS_CRVS_BUDGET": environment.get("DTKS_CRVS_BUDGET") or HITS_A_DAY,
        "DTKS_CRVS_SIGNING_KEY": "",
        "DTKS_CRVS_SIGNING_KEY_FILE": str(people.parent / "keys" / "portal.pem"),
        "DTKS_CRVS_PUBLIC_KEY": "",
        "DTKS_CRVS_PUBLIC_KEY_FILE": str(people.parent / "keys" / "registry.pub.pem"),
    }
