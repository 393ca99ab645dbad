"""Real clients of the embedded services, started and killed by the tests."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dtks_portal.embedded.client import PROJECT
from dtks_portal.embedded.processes import start_time

CLIENT = """
import json, sys
from pathlib import Path
from dtks_portal.embedded import ServiceError, ensure_services
try:
    found = ensure_services(var=Path(sys.argv[1]), database_url="", owner_url="", redis_url="", profile="test",
                            way=sys.argv[2])
except ServiceError as error:
    sys.exit(f"ServiceError: {error}")
print(json.dumps([found.database_url, found.owner_url, found.redis_url]), flush=True)
sys.stdin.read()
"""


class Client:
    """A process that uses the services in `var` until it is closed or killed."""

    def __init__(
        self,
        var: Path,
        *,
        way: str = "",
        prefix: Sequence[str] = (),
        python: str = sys.executable,
        place: Path = PROJECT,
    ) -> None:
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "TMPDIR", "HOME")}
        self.var = var
        self.process = subprocess.Popen(
            [*prefix, python, "-c", CLIENT, str(var), way],
            cwd=place,
            env={**kept, "PYTHONPATH": str(place)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> tuple[str, str, str]:
        """The URLs of the application role, the owner and the broker."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        app, owner, broker = json.loads(line)
        return app, owner, broker

    def complaint(self) -> str:
        return self.process.communicate(timeout=60)[1]

    def close(self) -> None:
        self.process.communicate(timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def state_of(var: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((var / "services-test" / "state.json").read_text())
    return state


def processes_of(var: Path) -> list[int]:
    """The supervisor and its servers."""
    state = state_of(var)
    return [state["pid"], *state["servers"].values()]


def alive(pids: Sequence[int]) -> list[int]:
    return [pid for pid in pids if start_time(pid) is not None]


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return true()


def all_gone(pids: Sequence[int], seconds: float = 15.0) -> bool:
    return within(seconds, lambda: not alive(pids))
