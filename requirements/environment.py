"""Build or refresh .venv from a lock file with hashes: `python3 requirements/environment.py demo|develop|bench`.

Runs on nothing but Python and pip. A stamp makes the second run immediate.
"""

import fcntl
import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parent / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
# A lock is satisfied by these.
CONTAINS = {"demo": ("demo", "develop", "bench"), "develop": ("develop", "bench"), "bench": ("bench",)}
OLDEST = (3, 11)
NO_NETWORK = ("name resolution", "Failed to establish a new connection", "Network is unreachable", "ConnectTimeout")


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        return fail(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this one is {sys.version.split()[0]}.")
    if len(arguments) != 1 or arguments[0] not in CONTAINS:
        return fail(f"Say which environment: {' or '.join(CONTAINS)}.")
    wanted = arguments[0]
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once
        known = stamps()
        if any(known.get(name) == digest(name) for name in CONTAINS[wanted]):
            return 0
        return build(wanted, known)


def build(wanted: str, known: dict[str, str]) -> int:
    if not runs(PYTHON):
        say("Making a Python environment in .venv")
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], check=False)  # noqa: S603
        if made.returncode != 0:
            return fail("Python cannot make an environment: install the package python3-venv, then try again.")
        known = {}
    lock = HERE / f"{wanted}.txt"
    packages = sum("==" in line and not line.startswith((" ", "#")) for line in lock.read_text().splitlines())
    say(f"Installing {packages} packages from requirements/{lock.name}")
    command = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", str(lock)]
    if wanted != "demo":  # tests compile what they use; to compile all of it first takes half as long as to install it
        command.append("--no-compile")
    lines, code = follow(command, packages)
    if code != 0:
        return fail(reason(lines))
    STAMP.write_text(json.dumps({**known, wanted: digest(wanted)}))
    return 0


def follow(command: list[str], packages: int) -> tuple[list[str], int]:
    """Run pip, say how far it is every few seconds; return its last lines and its exit code."""
    lines: list[str] = []
    collected, said = 0, time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:  # noqa: S603
        for line in pip.stdout or ():
            lines = [*lines[-30:], line.rstrip()]
            collected += line.startswith(("Collecting ", "Requirement already satisfied"))
            if time.monotonic() - said > 2 or line.startswith("Installing collected"):
                said = time.monotonic()
                now = "unpacking" if line.startswith("Installing collected") else line.split(" (")[0].strip()[:60]
                say(f"  {collected} of {packages}: {now}")
    return lines, pip.returncode


def reason(lines: list[str]) -> str:
    text = "\n".join(lines)
    if "No space left on device" in text:
        return "The disk is full: free at least 1 GB, then try again."
    if "No module named pip" in text:
        return "Python has no pip: install the package python3-pip, then try again."
    if any(sign in text for sign in NO_NETWORK):
        return "There is no way to the package index: look at the network or PIP_INDEX_URL, then try again."
    return f"pip could not install the packages:\n{text}"


def runs(python: Path) -> bool:
    """Whether there is an environment and its Python is the one that runs this."""
    try:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        test = f"import sys; sys.exit(f'{{sys.version_info.major}}.{{sys.version_info.minor}}' != '{version}')"
        return subprocess.run([str(python), "-c", test], check=False, capture_output=True).returncode == 0  # noqa: S603
    except OSError:
        return False


def stamps() -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return known if runs(PYTHON) else {}


def digest(name: str) -> str:
    return hashlib.sha256((HERE / f"{name}.txt").read_bytes()).hexdigest()


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def fail(text: str) -> int:
    say(text)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
