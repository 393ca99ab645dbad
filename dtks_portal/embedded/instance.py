"""One set of services: its folder, its files and what its supervisor says about it."""

import fcntl
import hashlib
import json
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dtks_portal.embedded.errors import ServiceError, foreign_owner
from dtks_portal.embedded.processes import start_time

LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes on Linux, 103 on macOS
POSTGRES_SOCKET = ".s.PGSQL.5432"
DATABASE, OWNER_ROLE, APP_ROLE, SUPERUSER = "dtks", "dtks_owner", "dtks_app", "postgres"


@dataclass(frozen=True)
class Instance:
    folder: Path

    @property
    def clients_lock(self) -> Path:
        """Shared: held by every process that uses the services. Exclusive: the supervisor, while it stops them."""
        return self.folder / "clients.lock"

    @property
    def supervisor_lock(self) -> Path:
        return self.folder / "supervisor.lock"

    @property
    def state_file(self) -> Path:
        return self.folder / "state.json"

    @property
    def postgres_data(self) -> Path:
        return self.folder / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.folder / "valkey"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix sockets: in the instance, or short and in the temp folder where that is too long."""
        place = self.folder / "run"
        if len(os.fsencode(place / f"{POSTGRES_SOCKET}.lock")) <= LONGEST_SOCKET_PATH:
            return place
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"dtks-{os.geteuid()}-{digest}"

    def prepare(self) -> None:
        """Make the folder, readable by its owner only; refuse somebody else's."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = self.folder.stat().st_uid
        if owner != os.geteuid():
            raise foreign_owner(self.folder, owner)

    def prepare_sockets(self) -> Path:
        """Make the private socket folder (mode 700: nobody else on the machine may connect)."""
        place = self.sockets
        place.mkdir(mode=0o700, exist_ok=True)
        found = place.lstat()
        if not stat.S_ISDIR(found.st_mode) or stat.S_IMODE(found.st_mode) & 0o077:
            raise ServiceError(f"{place} is not a private folder: remove it, then start again.")
        return place

    def owner_url(self, sockets: Path) -> str:
        return f"postgres://{OWNER_ROLE}@/{DATABASE}?host={quote(str(sockets), safe='')}"

    def app_url(self, sockets: Path) -> str:
        return f"postgres://{APP_ROLE}@/{DATABASE}?host={quote(str(sockets), safe='')}"

    def redis_url(self, sockets: Path) -> str:
        return f"redis+socket://{quote(str(sockets / 'valkey.sock'))}"

    def lock(self, place: Path, how: int) -> int | None:
        """Take a `flock`; a descriptor, or None when another process holds it (only with LOCK_NB)."""
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def write_state(self, **said: Any) -> None:
        """Atomically say how far the supervisor is: step, or services (two URLs and one), or error."""
        draft = self.folder / "state.new"
        me = os.getpid()
        draft.write_text(json.dumps({"pid": me, "started": start_time(me), **said}))
        draft.replace(self.state_file)

    def read_state(self) -> dict[str, Any]:
        """What a living supervisor said; an error also after its end; else nothing."""
        try:
            state: dict[str, Any] = json.loads(self.state_file.read_text())
        except (OSError, ValueError):
            return {}
        alive = start_time(int(state.get("pid", 0))) == state.get("started") is not None
        return state if alive or "error" in state else {}
