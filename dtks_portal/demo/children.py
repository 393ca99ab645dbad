"""The demo's processes: started in sessions of their own, watched, and stopped in order."""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from dtks_portal.embedded.processes import die_with_parent, stop_process

PROJECT = Path(__file__).resolve().parent.parent.parent
Escalation = tuple[tuple[signal.Signals, float], ...]

# A worker whose broker has frozen ignores TERM and QUIT; only KILL ends it.
WEB_STOP: Escalation = ((signal.SIGTERM, 8.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0))
WORKER_STOP: Escalation = ((signal.SIGTERM, 10.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 2.0))
BEAT_STOP: Escalation = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0))
SIMULATOR_STOP: Escalation = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0))
STEP_STOP: Escalation = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0))
AT_ONCE: Escalation = ((signal.SIGKILL, 2.0),)


@dataclass
class Child:
    """One process and its log. `module` and `arguments` are run by this Python."""

    name: str
    arguments: tuple[str, ...]
    escalation: Escalation
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self, environment: dict[str, str]) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, *self.arguments],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal reaches the demo only, which stops them in order
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    @property
    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    def stop(self, *, at_once: bool = False) -> None:
        """End the process, then whatever it left in its session."""
        if self.process is None:
            return
        stop_process(self.process.pid, AT_ONCE if at_once else self.escalation)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=2)
        self.process = None

    def last_lines(self, count: int = 12) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(f"  {line}" for line in lines[-count:])


def the_children(logs: Path, beat_file: Path) -> list[Child]:
    """Web, worker, scheduler: the order in which they are stopped. The simulator of registers comes after them."""
    celery = ("-m", "celery", "-A", "dtks_portal")
    worker = (*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle")
    beat = (*celery, "beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", str(beat_file))
    web = ("-m", "gunicorn", "--config", "gunicorn.conf.py", "--no-control-socket", "dtks_portal.wsgi:application")
    return [
        Child("web", web, WEB_STOP, logs / "web.log"),
        Child("worker", worker, WORKER_STOP, logs / "worker.log"),
        Child("scheduler", beat, BEAT_STOP, logs / "scheduler.log"),
    ]
