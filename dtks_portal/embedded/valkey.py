"""Valkey under `var/`, Celery's broker: on a Unix socket, keeping its queue on disk, never dropping a message."""

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dtks_portal.embedded.binaries import find_valkey
from dtks_portal.embedded.errors import explain_failure
from dtks_portal.embedded.instance import Instance
from dtks_portal.embedded.postgres import open_log, tail
from dtks_portal.embedded.processes import command_of, die_with_parent, stop_process

STOP = ((signal.SIGTERM, 8.0), (signal.SIGKILL, 5.0))


@dataclass
class Valkey:
    instance: Instance
    sockets: Path
    checkpoint: Callable[[], None]
    name: str = "Valkey"
    stop_signals = STOP

    @property
    def log(self) -> Path:
        return self.instance.folder / "valkey.log"

    @property
    def pid_file(self) -> Path:
        return self.instance.folder / "valkey.pid"

    def prepare(self) -> None:
        self.program = find_valkey()
        self.instance.valkey_data.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError, ValueError):
            pid = int(self.pid_file.read_text())
            if "valkey-server" in command_of(pid):
                stop_process(pid, STOP)
            self.pid_file.unlink(missing_ok=True)
        (self.sockets / "valkey.sock").unlink(missing_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        options = {
            "port": "0",
            "unixsocket": str(self.sockets / "valkey.sock"),
            "unixsocketperm": "700",
            "dir": str(self.instance.valkey_data),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "pidfile": str(self.pid_file),
            "daemonize": "no",
        }
        arguments = [part for key, value in options.items() for part in (f"--{key}", value)]
        with open_log(self.log) as log:
            return subprocess.Popen(  # noqa: S603
                [self.program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.instance.folder,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def wait_until_ready(self, server: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not self._answers():
            self.checkpoint()
            if server.poll() is not None or time.monotonic() > deadline:
                raise explain_failure("Valkey", tail(self.log), self.instance.folder)
            time.sleep(0.05)

    def _answers(self) -> bool:
        """Whether it says PONG; while loading its file it answers with an error instead."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(str(self.sockets / "valkey.sock"))
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith(b"+PONG")
        return False
