"""The detached process that starts the servers, watches them, and stops them when nobody uses them any more."""

import argparse
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

from dtks_portal.embedded.errors import Interrupted, ServiceError, explain_oserror
from dtks_portal.embedded.instance import Instance
from dtks_portal.embedded.postgres import PROFILES, Postgres
from dtks_portal.embedded.privileges import choose_way
from dtks_portal.embedded.processes import stop_process
from dtks_portal.embedded.valkey import Valkey

LINGER = 2.0  # seconds without a client before the servers are stopped
LOOK_EVERY = 0.25
RESTARTS, RESTART_WINDOW = 5, 60.0  # a server that dies more often within so many seconds is given up

Server = Postgres | Valkey


class Supervisor:
    def __init__(self, instance: Instance, parts: list[str], profile: str, way: str) -> None:
        self.instance, self.parts, self.profile, self.way = instance, parts, profile, way
        self.running: list[tuple[Server, subprocess.Popen[bytes]]] = []
        self.deaths: deque[float] = deque(maxlen=RESTARTS)
        self.told_to_stop = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, self._remember_signal)
        try:
            self._start_all()
            self._watch()
        except Interrupted:
            pass
        except ServiceError as error:
            return self._give_up(error)
        except OSError as error:
            return self._give_up(explain_oserror(error, self.instance.folder))
        self._stop_all()
        self.instance.state_file.unlink(missing_ok=True)
        return 0

    def _remember_signal(self, number: int, frame: object) -> None:
        self.told_to_stop = True

    def _checkpoint(self) -> None:
        if self.told_to_stop:
            raise Interrupted

    def _give_up(self, error: ServiceError) -> int:
        with contextlib.suppress(OSError):  # on a full disk there is no state; the client then looks itself
            self._stop_all()
            sys.stderr.write(f"{error}\n")
            self.instance.write_state(error=str(error))
        return 1

    def _start_all(self) -> None:
        sockets = self.instance.prepare_sockets()
        servers: list[Server] = []
        if "postgres" in self.parts:
            run_as = choose_way(self.way)
            servers.append(Postgres(self.instance, sockets, run_as, self.profile, self._checkpoint))
        if "valkey" in self.parts:
            servers.append(Valkey(self.instance, sockets, self._checkpoint))
        for server in servers:
            self.instance.write_state(step=f"preparing {server.name}")
            server.prepare()
            self._checkpoint()
            self.instance.write_state(step=f"starting {server.name}")
            self._start(server)
        services = {"redis_url": self.instance.redis_url(sockets)}
        if "postgres" in self.parts:
            services |= {"owner_url": self.instance.owner_url(sockets), "app_url": self.instance.app_url(sockets)}
        self.instance.write_state(services=services, servers={s.name: process.pid for s, process in self.running})

    def _start(self, server: Server) -> None:
        process = server.start()
        self.running.append((server, process))
        server.wait_until_ready(process)

    def _watch(self) -> None:
        """Until told to stop, or nobody has held the clients' lock for a while (then it is held here, for good)."""
        lock = os.open(self.instance.clients_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        alone_since: float | None = None
        while True:
            self._checkpoint()
            if not self.instance.state_file.exists():  # somebody removed the folder
                return
            self._restart_dead()
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                alone_since = None
            else:
                alone_since = alone_since or time.monotonic()
                if time.monotonic() - alone_since >= LINGER:
                    return
                fcntl.flock(lock, fcntl.LOCK_UN)
            time.sleep(LOOK_EVERY)

    def _restart_dead(self) -> None:
        for entry in [entry for entry in self.running if entry[1].poll() is not None]:
            server, process = entry
            self.running.remove(entry)
            sys.stderr.write(f"{server.name} ended with {process.returncode}; starting it again\n")
            now = time.monotonic()
            if len(self.deaths) == RESTARTS and now - self.deaths[0] < RESTART_WINDOW:
                raise ServiceError(f"{server.name} keeps dying: see {server.log}.")
            self.deaths.append(now)
            server.prepare()
            self._start(server)

    def _stop_all(self) -> None:
        """The broker first, then the database. Who comes meanwhile waits for the next supervisor."""
        with contextlib.suppress(OSError):
            self.instance.write_state(step="waiting for the last run to end")
        for server, process in reversed(self.running):
            stop_process(process.pid, server.stop_signals)
        self.running.clear()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m dtks_portal.embedded")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", default="postgres,valkey")
    parser.add_argument("--profile", default="development", choices=sorted(PROFILES))
    parser.add_argument("--way", default="", choices=["", "plain", "namespace", "setpriv"])
    given = parser.parse_args(arguments)
    return Supervisor(Instance(given.folder), given.parts.split(","), given.profile, given.way).run()
