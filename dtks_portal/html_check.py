"""The Nu HTML checker over every page that the journeys rendered: `python -m dtks_portal.html_check FOLDER`.

Needs Java and npm (vnu comes as an npm package). Without them, and without pages, it says so; with CI=true that fails.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VNU = PROJECT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
AT_ONCE = 200  # files per run of the checker


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        return fail("Say which folder holds the pages: python -m dtks_portal.html_check var/pages")
    pages = sorted(Path(arguments[0]).rglob("*.html"))
    if not pages:
        return lacking(f"there are no rendered pages in {arguments[0]} (make test writes them)")
    for tool in ("java", "npm"):
        if not shutil.which(tool):
            return lacking(f"{tool} is not installed")
    if not VNU.exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        if subprocess.run(command, cwd=PROJECT, check=False).returncode != 0:  # noqa: S603
            return lacking("npm could not install vnu-jar")
    return check(pages)


def check(pages: list[Path]) -> int:
    """Exit code 1 if any page has an error; warnings and notes are left out."""
    worst = 0
    for first in range(0, len(pages), AT_ONCE):
        some = [str(page) for page in pages[first : first + AT_ONCE]]
        command = ["java", "-Xss1m", "-jar", str(VNU), "--errors-only", "--no-langdetect", *some]
        worst = max(worst, subprocess.run(command, check=False).returncode)  # noqa: S603
    sys.stdout.write(f"HTML: {len(pages)} pages checked, {'errors found' if worst else 'no error'}\n")
    return 1 if worst else 0


def lacking(why: str) -> int:
    """A check that could not run: a remark on a developer's machine, a failure in CI."""
    sys.stderr.write(f"The HTML of the pages was not validated: {why}.\n")
    return 1 if os.environ.get("CI") == "true" else 0


def fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
