"""The demo says what is wrong before it starts, and leaves nothing behind however it ends."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dtks_portal.demo.children import PROJECT, Child
from dtks_portal.demo.logins import login_table, read_logins, write_demo_file
from dtks_portal.demo.port import PortProblem, answers, choose_port
from dtks_portal.embedded.processes import start_time
from tests.dtks_portal.embedded_probe import alive, all_gone, within


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TestPort:
    def test_a_free_one_is_taken(self) -> None:
        port = free_port()
        assert choose_port({"PORT": str(port)}) == port

    @pytest.mark.parametrize("given", ["web", "0", "65536", "-1", "80 80", "８０８０", "9" * 5000])
    def test_a_wrong_one_is_named(self, given: str) -> None:
        with pytest.raises(PortProblem, match="PORT must be a number from 1 to 65535, for example 8000"):
            choose_port({"PORT": given})

    def test_an_occupied_one_is_named_with_a_way_out(self) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            expected = f"Port {port} is in use by another program: .* make demo PORT={port + 1}"
            with pytest.raises(PortProblem, match=expected):
                choose_port({"PORT": str(port)})

    def test_nobody_answers_on_a_free_port(self) -> None:
        assert answers(free_port()) is False


class TestDemoFile:
    LOGINS: list[dict[str, Any]] = [{"role": "admin", "identifier": "dewi", "password": "x", "totp_secret": "ABC"}]

    def test_it_is_private_and_whole(self, tmp_path: Path) -> None:
        place = tmp_path / "demo.json"
        write_demo_file(place, url="http://127.0.0.1:8000/", logins=self.LOGINS)
        assert json.loads(place.read_text()) == {"url": "http://127.0.0.1:8000/", "logins": self.LOGINS}
        assert place.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.iterdir()) == [place]
        assert read_logins(place) == self.LOGINS

    @pytest.mark.parametrize("content", [None, "", "{", '{"url": "x"}'])
    def test_a_broken_one_has_no_logins(self, tmp_path: Path, content: str | None) -> None:
        if content is not None:
            (tmp_path / "demo.json").write_text(content)
        assert read_logins(tmp_path / "demo.json") == []

    def test_the_table_has_a_line_for_each(self) -> None:
        lines = login_table([*self.LOGINS, {"role": "warga", "identifier": "3171…", "password": "y"}])
        assert lines[0].split()[:2] == ["role", "sign"]
        assert lines[2].split() == ["warga", "3171…", "y", "-"]


def end(pids: list[int]) -> None:
    for pid in alive(pids):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.fault
class TestChild:
    def child(self, tmp_path: Path, code: str) -> Child:
        steps = ((signal.SIGTERM, 0.5), (signal.SIGKILL, 2.0))
        child = Child("stubborn", ("-c", code), steps, tmp_path / "log")
        child.start(dict(os.environ))
        return child

    def stubborn_one_goes_with_all_it_started(self, tmp_path: Path) -> None:
        code = (
            "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print(p.pid, flush=True);"
            "time.sleep(60)"
        )
        child = self.child(tmp_path, code)
        assert within(10, lambda: child.log.read_text().endswith("\n"))
        grandchild = int(child.log.read_text())
        assert child.process is not None
        pid = child.process.pid
        child.stop()
        try:
            assert all_gone([pid, grandchild], 2)
        finally:
            end([pid, grandchild])

    def test_one_that_ignores_term_is_killed_with_all_it_started(self, tmp_path: Path) -> None:
        self.stubborn_one_goes_with_all_it_started(tmp_path)

    def test_one_whose_session_is_left_alone_is_noticed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dtks_portal.demo.children.os.killpg", lambda pid, number: None)
        with pytest.raises(AssertionError):
            self.stubborn_one_goes_with_all_it_started(tmp_path)

    def goes_with_a_killed_demo(self, tmp_path: Path, flaw: str = "") -> None:
        """Nobody is left to stop it: the kernel does."""
        code = (
            "import os, pathlib, time; from dtks_portal.demo import children;" + flaw + "log = pathlib.Path("
            f"{str(tmp_path / 'log')!r});"
            "child = children.Child('x', ('-c', 'import time; time.sleep(60)'), children.STEP_STOP, log);"
            "child.start(dict(os.environ)); print(child.process.pid, flush=True); time.sleep(60)"
        )
        demo = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert demo.stdout is not None
        with demo.stdout:
            orphan = int(demo.stdout.readline())
        demo.kill()
        demo.wait()
        try:
            assert all_gone([orphan], 2)
        finally:
            end([orphan])

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's death signal is Linux's")
    def test_it_goes_with_a_killed_demo(self, tmp_path: Path) -> None:
        self.goes_with_a_killed_demo(tmp_path)

    def test_one_that_outlives_a_killed_demo_is_noticed(self, tmp_path: Path) -> None:
        with pytest.raises(AssertionError):
            self.goes_with_a_killed_demo(tmp_path, flaw="children.die_with_parent = lambda number: None;")

    def test_its_last_words_are_kept(self, tmp_path: Path) -> None:
        child = self.child(tmp_path, "print('one'); print('two'); raise SystemExit(3)")
        assert within(10, lambda: child.exit_code == 3)
        assert child.last_lines() == "  one\n  two"
        child.stop()


class Running:
    """A demo in a terminal and a session of its own, with its own var and port."""

    def __init__(self, var: Path, port: int, **more: str) -> None:
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "HOME", "TMPDIR")}
        self.var, self.url = var, f"http://127.0.0.1:{port}/"
        self.shown = b""
        self.screen, terminal = os.openpty()
        os.set_blocking(self.screen, False)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dtks_portal.demo"],
            cwd=PROJECT,
            env={**kept, "DTKS_VAR": str(var), "PORT": str(port), **more},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(terminal)

    def wait(self, until: str = "Ctrl-C stops everything") -> None:
        ready = within(240, lambda: until in self.said() or self.process.poll() is not None)
        assert ready, self.said()
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        """What stands on the screen; after the terminal was closed, what stood there when last looked at."""
        with contextlib.suppress(OSError):  # nothing new, or nobody writes any more
            while piece := os.read(self.screen, 4096):
                self.shown += piece
        return self.shown.decode().replace("\r\n", "\n")

    def press_ctrl_c(self) -> None:
        """The terminal sends SIGINT to the whole process group."""
        os.write(self.screen, b"\x03")

    def close_terminal(self) -> None:
        """The kernel sends SIGHUP, and every further word fails."""
        os.close(self.screen)
        self.screen = -1

    def family(self) -> list[int]:
        """All processes that belong to this demo, found by the folder in their environment."""
        mark = f"DTKS_VAR={self.var}".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (place / "environ").read_bytes().split(b"\0"):
                    found.append(int(place.name))
            except OSError:
                continue
        return [pid for pid in found if start_time(pid) is not None]


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dtks-demo-"))
    yield folder
    shutil.rmtree(folder)


def linux(test: Callable[..., None]) -> Callable[..., None]:
    """A fault test of whole demos, which are looked at in /proc."""
    return pytest.mark.fault(pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")(test))


@linux
def test_an_orphan_of_a_demo_would_be_found(tmp_path: Path) -> None:
    """What `family` does not see, none of the tests below would miss."""
    running = Running.__new__(Running)
    running.var = tmp_path
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, env={**os.environ, "DTKS_VAR": str(tmp_path)}, start_new_session=True) as orphan:
        assert within(5, lambda: running.family() == [orphan.pid])
        orphan.kill()
    assert running.family() == []


@linux
@pytest.mark.parametrize("how", ["closed terminal", "SIGTERM"])
def test_a_start_that_is_interrupted(var: Path, how: str) -> None:
    """While the database is being prepared; the next start goes on from there."""
    starting = Running(var, free_port())
    starting.wait("Preparing the database")
    assert len(starting.family()) > 2
    if how == "SIGTERM":
        starting.process.terminate()
    else:
        starting.close_terminal()
    assert starting.process.wait(40) == 0
    assert starting.family() == []


@pytest.mark.long
@linux
def test_a_start_that_fails(var: Path, tmp_path: Path) -> None:
    """The services run and the database is prepared, but there will be no families."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif 'seed_demo' in sys.orig_argv:\n    raise SystemExit('The families have run away.')\n"
    )
    failing = Running(var, free_port(), PYTHONPATH=str(tmp_path))
    failing.wait("Making up families")
    assert failing.process.wait(40) == 1
    assert "Making up families and registers failed (manage.py seed_demo" in failing.said()
    assert "The families have run away." in failing.said()
    assert failing.family() == []
    assert not (var / "demo.json").exists()


def assert_nothing_was_done_again(var: Path, made: int) -> None:
    """A second start finds the database cluster, the tables and the families, and leaves them as they are."""
    assert (var / "services" / "postgres" / "PG_VERSION").stat().st_mtime_ns == made
    migrated, seeded = (var / "log" / f"{name}.log" for name in ("migrate", "seed_demo"))
    assert "No migrations to apply." in migrated.read_text()
    assert "Applying" not in migrated.read_text()
    assert seeded.read_text() == "The demo's families are here already.\n"


def test_a_start_from_nothing_is_not_taken_for_a_second_one(tmp_path: Path) -> None:
    logs = {"migrate": "No migrations to apply.", "seed_demo": "The demo's families are here already."}
    cluster = tmp_path / "services" / "postgres" / "PG_VERSION"
    for place, text in ((cluster, "18"), *((tmp_path / "log" / f"{name}.log", said) for name, said in logs.items())):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{text}\n")
    made = cluster.stat().st_mtime_ns
    assert_nothing_was_done_again(tmp_path, made)
    with pytest.raises(AssertionError):
        assert_nothing_was_done_again(tmp_path, made - 1)
    for name, text in logs.items():
        (tmp_path / "log" / f"{name}.log").write_text("Household 1 of 36\n")
        with pytest.raises(AssertionError):
            assert_nothing_was_done_again(tmp_path, made)
        (tmp_path / "log" / f"{name}.log").write_text(f"{text}\n")


@pytest.mark.long
@linux
def test_start_signal_crash_and_kill(var: Path) -> None:
    """One database through three lives: Ctrl-C, a second start that keeps the data, a dead worker, SIGKILL."""
    port = free_port()
    first = Running(var, port)
    first.wait()
    told = json.loads((var / "demo.json").read_text())
    assert told["url"] == first.url
    assert "Household 36 of 36\n" in (var / "log" / "seed_demo.log").read_text(), "the seeding says how far it is"
    assert {"role", "identifier", "password", "totp_secret"} <= set(told["logins"][0])
    assert (var / "demo.json").stat().st_mode & 0o777 == 0o600
    assert all(login["identifier"] in first.said() for login in told["logins"])
    assert answers(port)
    assert answers(port, "/")
    assert f"SIMULATOR - made-up people: Dukcapil's web service and a civil registry (DCI) at {told['simulator']}" in (
        first.said()
    )
    assert answers(int(told["simulator"].rsplit(":")[-1].strip("/")), "/")
    family = first.family()
    assert len(family) > 6
    beside = Running(var, port)
    assert beside.process.wait(20) == 2
    assert f"Port {port} is in use by another program" in beside.said()
    first.press_ctrl_c()
    assert first.process.wait(40) == 0
    assert "Stopping …" in first.said()
    assert alive(family) == first.family() == [], "all of it had ended when the demo ended"

    made = (var / "services" / "postgres" / "PG_VERSION").stat().st_mtime_ns
    second = Running(var, port)
    second.wait()
    assert read_logins(var / "demo.json") == told["logins"]
    assert_nothing_was_done_again(var, made)
    workers = [pid for pid in second.family() if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    os.kill(min(workers), signal.SIGKILL)
    assert second.process.wait(40) == 1
    assert "The worker process ended (exit code -9). Its last words:" in second.said()
    assert all_gone(second.family())

    third = Running(var, port)
    third.wait()
    family = third.family()
    third.process.kill()
    third.process.wait()
    assert all_gone(family, 40)
