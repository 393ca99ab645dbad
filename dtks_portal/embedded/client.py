"""What a process does that needs the services: hold the lock, start the supervisor if there is none, wait for it."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dtks_portal.embedded.errors import ServiceError, explain_oserror, full_disk
from dtks_portal.embedded.instance import Instance

PATIENCE = 180.0  # seconds
QUIET = 2.0  # seconds of waiting before anything is said
PROJECT = Path(__file__).resolve().parent.parent.parent
FOLDERS = {"development": "services", "city": "services-city", "test": "services-test"}

_held: dict[Path, int] = {}  # the clients' locks of this process; the kernel lets go of them when it ends


@dataclass(frozen=True)
class Services:
    """Where PostgreSQL (as the application role and as the owner) and the broker are."""

    database_url: str
    owner_url: str
    redis_url: str


def ensure_services(
    *, var: Path, database_url: str, owner_url: str, redis_url: str, profile: str = "development", way: str = ""
) -> Services:
    """Return the given services; those not given run under `var` for as long as this process lives.

    `owner_url` defaults to `database_url`. Raises ServiceError with a sentence for the person at the keyboard.
    """
    if database_url and redis_url:
        return Services(database_url, owner_url or database_url, redis_url)
    parts = "valkey" if database_url else "postgres,valkey"
    folder = var.absolute() / (f"{FOLDERS[profile]}-broker" if database_url else FOLDERS[profile])
    try:
        found = _use(Instance(folder), ["--parts", parts, "--profile", profile, "--way", way])
    except OSError as error:
        raise explain_oserror(error, folder) from error
    return Services(
        database_url or found["app_url"],
        owner_url or database_url or found["owner_url"],
        redis_url or found["redis_url"],
    )


def complaint(var: Path, profile: str = "development") -> str:
    """Why the supervisor of these services has given up, or nothing."""
    said = Instance(var.absolute() / FOLDERS[profile]).read_state().get("error", "")
    return str(said)


def let_go(var: Path, profile: str = "development", *, seconds: float = 30.0) -> None:
    """Use the services no longer; if nobody else does, stop them now and return when they have ended."""
    instance = Instance(var.absolute() / FOLDERS[profile])
    held = _held.pop(instance.folder, None)
    if held is None:
        return
    os.close(held)
    alone = instance.lock(instance.clients_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if alone is None:
        return
    try:
        if supervisor := instance.read_state().get("pid"):
            os.kill(int(supervisor), signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            free = instance.lock(instance.supervisor_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if free is not None:
                os.close(free)
                return
            time.sleep(0.05)
    finally:
        os.close(alone)


def _use(instance: Instance, arguments: list[str]) -> dict[str, str]:
    instance.prepare()
    say = _progress()
    _hold(instance, say)
    launches = 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        state = instance.read_state()
        free = instance.lock(instance.supervisor_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if free is None:  # a supervisor is there
            if "services" in state:
                return dict(state["services"])
            say(state.get("step", "starting"))
            time.sleep(0.05)
            continue
        try:
            if launches and "error" in state:
                raise ServiceError(state["error"])
            if launches >= 2:
                raise _silent_death(instance)
            launches += 1
            _launch(instance, arguments, lock=free)
        finally:
            os.close(free)
    raise ServiceError(f"The services were not ready after {PATIENCE:.0f} seconds: see the logs in {instance.folder}.")


def _silent_death(instance: Instance) -> ServiceError:
    if shutil.disk_usage(instance.folder).free < 10_000_000:
        return full_disk(instance.folder)
    return ServiceError(f"The services do not start: see {instance.folder / 'supervisor.log'}.")


def _hold(instance: Instance, say: Callable[[str], None]) -> None:
    """Take the shared lock; while a supervisor is stopping the servers it is not to be had."""
    while instance.folder not in _held:
        descriptor = instance.lock(instance.clients_lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if descriptor is not None:
            _held[instance.folder] = descriptor
            return
        say("waiting for the last run to end")
        time.sleep(0.05)


def _launch(instance: Instance, arguments: list[str], *, lock: int) -> None:
    """Start the supervisor in a session of its own. It inherits the lock that says there is one."""
    instance.state_file.unlink(missing_ok=True)
    with (instance.folder / "supervisor.log").open("ab") as log:
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "dtks_portal.embedded", str(instance.folder), *arguments],
            cwd=PROJECT,
            env={key: value for key, value in os.environ.items() if not key.startswith("PG")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[lock],
        )


def _progress() -> Callable[[str], None]:
    """Say each new step on stderr once the wait has lasted long enough to be noticed."""
    began = time.monotonic()
    said: set[str] = set()

    def say(step: str) -> None:
        if time.monotonic() - began > QUIET and step not in said:
            said.add(step)
            sys.stderr.write(f"PostgreSQL and Valkey: {step} …\n")

    return say
