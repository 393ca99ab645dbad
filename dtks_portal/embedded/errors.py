"""Why the services cannot start, each in one sentence that says what to do."""

import errno
import pwd
from pathlib import Path


class ServiceError(Exception):
    """The services are not there; the message is for the person at the keyboard."""


class Interrupted(Exception):
    """The supervisor was told to stop while it was starting."""


def explain_failure(what: str, output: str, place: Path) -> ServiceError:
    """Turn what a server printed into one sentence; `place` is where its files are."""
    lowered = output.lower()
    if "no space left on device" in lowered or "disk quota exceeded" in lowered:
        return full_disk(place)
    if "cannot be run as root" in lowered or "permitted as root" in lowered:
        return ServiceError(f"{what} refuses to run as root here: run as an ordinary user, or set DATABASE_URL.")
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "it said nothing")
    return ServiceError(f"{what} did not start: {last} (log and data: {place}).")


def explain_oserror(error: OSError, place: Path) -> ServiceError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full_disk(place)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ServiceError(f"{place} cannot be written: make it yours, or set DTKS_VAR to a folder that is.")
    return ServiceError(f"The services cannot start: {error}.")


def full_disk(place: Path) -> ServiceError:
    return ServiceError(f"The disk that holds {place} is full: free at least 300 MB, then start again.")


def foreign_owner(place: Path, uid: int) -> ServiceError:
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"user {uid}"
    return ServiceError(f"{place} belongs to {name}: run as {name}, remove it, or set DTKS_VAR to another folder.")
