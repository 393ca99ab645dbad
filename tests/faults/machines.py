"""Machines of a cluster, as far as a worker can tell: network namespaces of their own on one bridge, each with its own
address, host name and home, and nothing in common but what is reached over TCP."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.processes import ROOT

FORBIDDEN = "this user may not make network namespaces"  # see tests/skips.py


@dataclass(frozen=True)
class Machine:
    name: str  # of the namespace, and its host name
    address: str
    line: str  # the end of its cable at the switch
    home: Path

    def cut(self) -> None:
        _ip("link", "set", self.line, "down")

    def mend(self) -> None:
        _ip("link", "set", self.line, "up")

    @contextmanager
    def running(self, *arguments: str, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A Python process on this machine, surely gone afterwards."""
        inside = f'hostname "{self.name}" && exec "$0" "$@"'
        command = ["ip", "netns", "exec", self.name, "unshare", "--uts", "sh", "-c", inside, sys.executable, *arguments]
        kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        ours = {"HOME": str(self.home), "DTKS_VAR": str(self.home), "TMPDIR": str(self.home), "PYTHONPATH": str(ROOT)}
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**kept, **ours, "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.test", **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield child
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@dataclass(frozen=True)
class Network:
    address: str  # of the host of database and broker
    guests: str
    machines: list[Machine]


@contextmanager
def network_of(number: int, folder: Path) -> Iterator[Network]:
    """So many machines on a switch of their own. Skips where this user may not make them."""
    tag, third = secrets.token_hex(2), secrets.randbelow(200) + 20
    with ExitStack() as undo:
        _require_right(undo, switch := f"dtks{tag}")
        _ip("address", "add", f"10.213.{third}.1/24", "dev", switch)
        _ip("link", "set", switch, "up")
        machines = []
        for place in range(1, number + 1):
            name, line = f"dtks-{tag}-{place}", f"dt{tag}{place}"
            _ip("netns", "add", name)
            undo.callback(_ip, "netns", "delete", name)
            _ip("link", "add", line, "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", line, "master", switch, "up")
            _ip("-n", name, "address", "add", f"10.213.{third}.{place + 1}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            (home := folder / name).mkdir(parents=True)
            machines.append(Machine(name, f"10.213.{third}.{place + 1}", line, home))
        yield Network(f"10.213.{third}.1", f"10.213.{third}.0/24", machines)


def _require_right(undo: ExitStack, switch: str) -> None:
    if os.geteuid() != 0:
        pytest.skip(FORBIDDEN)
    if not shutil.which("ip"):
        pytest.skip("ip (package iproute2) is not installed")
    try:
        _ip("link", "add", switch, "type", "bridge")
        undo.callback(_ip, "link", "delete", switch)
        _ip("netns", "add", switch)
        _ip("netns", "delete", switch)
    except subprocess.CalledProcessError as refused:
        if b"not permitted" in refused.stderr:
            pytest.skip(FORBIDDEN)
        raise


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
