"""PostgreSQL refuses to be root. As root it runs in a user namespace of its own, where root's files belong to "nobody".

Nothing is chmod-ed and no system user is made. Without user namespaces (some containers) it really becomes nobody.
"""

import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dtks_portal.embedded.errors import ServiceError

NOBODY = 65534


@dataclass(frozen=True)
class RunAs:
    """How a PostgreSQL program is started: `way` is plain, namespace or setpriv."""

    way: str

    def command(self, *arguments: str | Path, death: signal.Signals | None = None) -> list[str]:
        prefix: list[str] = []
        if self.way == "namespace":
            prefix = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
        if self.way == "setpriv":  # changing the user clears the death signal, so it is set again here
            last_words = [f"--pdeathsig={death.name}"] if death else []
            prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *last_words]
        return [*prefix, *map(str, arguments)]

    def hand_over(self, folder: Path) -> None:
        """Give a folder to the user that the servers really run as."""
        if self.way == "setpriv":
            for place in (folder, *folder.rglob("*")):
                os.lchown(place, NOBODY, NOBODY)

    def can_reach(self, *places: Path) -> bool:
        return all(_succeeds(self.command("test", "-x", place)) for place in places)


def choose_way(asked: str = "") -> RunAs:
    """The way that works on this machine; `asked` forces one."""
    if asked:
        return RunAs(asked)
    if os.geteuid() != 0:
        return RunAs("plain")
    if shutil.which("unshare") and _succeeds(RunAs("namespace").command("true")):
        return RunAs("namespace")
    try:
        pwd.getpwuid(NOBODY)
    except KeyError:
        pass
    else:
        if shutil.which("setpriv") and _succeeds(RunAs("setpriv").command("true")):
            return RunAs("setpriv")
    raise ServiceError(
        "PostgreSQL cannot run as root here (no user namespaces): run as an ordinary user, or set DATABASE_URL."
    )


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
