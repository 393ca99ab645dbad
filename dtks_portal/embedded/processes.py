"""Looking at processes and ending them. A zombie counts as dead: not every PID 1 reaps."""

import contextlib
import ctypes
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
IS_LINUX = platform.system() == "Linux"


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`: the kernel sends `number` to the child when its parent is gone, even after SIGKILL (Linux)."""
    if not IS_LINUX:
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and here
            os._exit(1)

    return arrange


def start_time(pid: int) -> str | None:
    """When the process started, in the system's own unit; None when it is gone or a zombie. Tells reused ids apart."""
    if pid <= 0:
        return None
    if IS_LINUX:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    shown = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603
    return shown.stdout.strip() or None


def command_of(pid: int) -> str:
    """The command line of a living process, or nothing."""
    if start_time(pid) is None:
        return ""
    if IS_LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603
    return shown.stdout.strip()


def stop_process(pid: int, escalation: tuple[tuple[signal.Signals, float], ...]) -> None:
    """Send each signal in turn, waiting its number of seconds for the process to end; also a frozen one."""
    born = start_time(pid)
    for number, patience in escalation:
        if born is None or start_time(pid) != born:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            os.kill(pid, signal.SIGCONT)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            reap(pid)
            if start_time(pid) != born:
                return
            time.sleep(0.02)


def reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
