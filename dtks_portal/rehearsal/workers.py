"""Real Celery workers and a scheduler for the rehearsal, one of which can be killed in the middle of a run."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from dtks_portal.rehearsal.world import World

CELERY = (sys.executable, "-m", "celery", "-A", "dtks_portal")
PATIENCE = 20  # seconds to stop before SIGKILL


@dataclass
class Workers:
    world: World
    logs: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    killed: int = 0

    def start_worker(self) -> None:
        number = len(self.processes)
        self._start("worker", "--pool", "solo", "--loglevel", "warning", "--hostname", f"{number}@rehearsal")

    def start_scheduler(self) -> None:
        self._start("beat", "--loglevel", "warning", "--schedule", str(self.logs / "schedule"))

    def kill(self, pid: int) -> None:
        """SIGKILL the worker with this process id and start another in its place."""
        victim = next(process for process in self.processes if process.pid == pid)
        self.processes.remove(victim)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        self.killed += 1
        self.start_worker()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, *arguments: str) -> None:
        with (self.logs / f"{arguments[0]}-{len(self.processes)}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(  # noqa: S603
                    [*CELERY, *arguments],
                    cwd=settings.BASE_DIR,
                    env=self.world.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )


@contextmanager
def running_workers(world: World, logs: Path, *, count: int = 2) -> Iterator[Workers]:
    workers = Workers(world, logs)
    try:
        for _number in range(count):
            workers.start_worker()
        workers.start_scheduler()
        yield workers
    finally:
        workers.stop()
