"""Start everything in order, wait until it answers, watch it, and stop it in order, whatever ends the demo."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

from dtks_portal.demo.children import PROJECT, SIMULATOR_STOP, STEP_STOP, Child, the_children
from dtks_portal.demo.logins import login_table, read_logins, write_demo_file
from dtks_portal.demo.port import HOST, PortProblem, answers, choose_port
from dtks_portal.demo.registers import register_settings, simulator_command
from dtks_portal.embedded import ServiceError, ensure_services
from dtks_portal.embedded.client import complaint, let_go
from dtks_portal.embedded.processes import PR_SET_PDEATHSIG

STARTING_PATIENCE = 120.0  # seconds until web and worker must be ready


class Stopped(Exception):
    """A signal asked the demo to end."""


class Crashed(Exception):
    """Something the demo needs has ended; the message names it and shows its last lines."""


class Demo:
    def __init__(self, environment: dict[str, str]) -> None:
        self.var = Path(environment.get("DTKS_VAR") or PROJECT / "var").absolute()
        self.port = choose_port(environment)
        self.environment = {
            **environment,
            "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.local",
            "DEBUG": "0",
            "DTKS_DEMO": "1",
            "DTKS_VAR": str(self.var),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        self.environment.pop("BIND", None)  # the demo's passwords are public: it listens on this machine only
        self.logs = self.var / "log"
        self.children = the_children(self.logs, self.var / "celerybeat-schedule")
        self.simulator = Child("simulator", (), SIMULATOR_STOP, self.logs / "simulator.log")
        simulator_command(environment, self.people)  # what is wrong with it is said before anything is started
        self.runs_services = not environment.get("DATABASE_URL")
        self.signals = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @property
    def people(self) -> Path:
        """The population extract that the demo has made up, which its simulated registers know too."""
        return self.var / "registers" / "population.csv"

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._count_signal)
        try:
            self._prepare()
            self._start_simulator()
            for child in self.children:
                child.start(self.environment)
            self._wait_until_ready()
            self._tell()
            self._watch()
        except Stopped:
            say("\nStopping …")
        except (Crashed, ServiceError) as error:
            say(str(error))
            return 1
        finally:
            self._stop()
        return 0

    def _count_signal(self, number: int, frame: object) -> None:
        self.signals += 1

    def _check(self) -> None:
        if self.signals:
            raise Stopped

    def _prepare(self) -> None:
        demo_file = self.var / "demo.json"
        given = {name: self.environment.get(name.upper(), "") for name in ("database_url", "redis_url")}
        ensure_services(var=self.var, owner_url=self.environment.get("DATABASE_OWNER_URL", ""), **given)
        if demo_file.exists():
            write_demo_file(demo_file, url=None, logins=read_logins(demo_file))
        self._step("Preparing the database", "manage.py", "migrate", "--no-input")
        self._step("Making up families and registers", "manage.py", "seed_demo", "--var", str(self.var))

    def _step(self, title: str, *arguments: str) -> None:
        """Run a command to its end, with a sign of life every few seconds."""
        say(f"{title} …")
        step = Child(title, arguments, STEP_STOP, self.logs / f"{arguments[1]}.log")
        began = said = time.monotonic()
        step.start(self.environment)
        try:
            while step.exit_code is None:
                self._check()
                time.sleep(0.05)
                if time.monotonic() - said > 4:
                    said = time.monotonic()
                    say(f"  {said - began:.0f} s  {step.last_lines(1).strip()[:90]}".rstrip())
            if step.exit_code:
                raise Crashed(
                    f"{title} failed ({' '.join(arguments)}, exit code {step.exit_code}):\n{step.last_lines()}"
                )
        finally:
            step.stop()

    def _start_simulator(self) -> None:
        """First of all, since the others have to know where it is."""
        self.simulator.arguments = simulator_command(self.environment, self.people)
        self.simulator.start(self.environment)
        began = time.monotonic()
        log = self.simulator.log
        while not (found := register_settings(self.environment, self.people, log.read_text(errors="replace"))):
            self._check_child(self.simulator)
            if time.monotonic() - began > STARTING_PATIENCE:
                raise Crashed(f"The simulator of registers does not start:\n{self.simulator.last_lines()}")
            time.sleep(0.05)
        self.environment |= found

    def _wait_until_ready(self) -> None:
        say("Starting web, worker and scheduler …")
        began = said = time.monotonic()
        while not (answers(self.port) and " ready." in self.children[1].log.read_text(errors="replace")):
            self._check_children()
            if time.monotonic() - began > STARTING_PATIENCE:
                raise Crashed(f"The portal does not answer on {self.url}readyz:\n{self.children[0].last_lines()}")
            if time.monotonic() - said > 4:
                said = time.monotonic()
                say(f"  {said - began:.0f} s")
            time.sleep(0.1)

    def _check_children(self) -> None:
        for child in (*self.children, self.simulator):
            self._check_child(child)
        if self.runs_services and (broken := complaint(self.var)):
            raise Crashed(broken)

    def _check_child(self, child: Child) -> None:
        self._check()
        if child.exit_code is not None:
            lines = child.last_lines()
            raise Crashed(f"The {child.name} process ended (exit code {child.exit_code}). Its last words:\n{lines}")

    def _tell(self) -> None:
        logins = read_logins(self.var / "demo.json")
        registers = self.environment["DTKS_DUKCAPIL_URL"].partition("/dukcapil/")[0] + "/"
        write_demo_file(self.var / "demo.json", url=self.url, logins=logins, simulator=registers)
        say(f"\nThe portal is at {self.url}\n")
        for line in login_table(logins):
            say(f"  {line}")
        say(f"\nSIMULATOR - made-up people: Dukcapil's web service and a civil registry (DCI) at {registers}")
        say(f"\nThe same is in {self.var / 'demo.json'}; logs are in {self.logs}. Ctrl-C stops everything.")

    def _watch(self) -> None:
        """Until a signal (Stopped) or an accident (Crashed)."""
        while True:
            self._check_children()
            time.sleep(0.3)

    def _stop(self) -> None:
        """Web, worker, scheduler, simulator, and the services unless somebody else uses them. A second Ctrl-C kills."""
        already = self.signals
        for child in (*self.children, self.simulator):
            child.stop(at_once=self.signals > already)
        let_go(self.var)


def main() -> int:
    if "MAKELEVEL" in os.environ and sys.platform.startswith("linux"):  # a killed make must not leave the demo behind
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    try:
        demo = Demo(dict(os.environ))
    except PortProblem as error:
        say(str(error))
        return 2
    return demo.run()


def say(text: str) -> None:
    """To stderr, and never fail for want of a terminal: it may be the closed terminal that ends the demo."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
