"""Every text has an Indonesian translation; what has none is named."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

PROJECT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/id/LC_MESSAGES/django.po")
LEFT_OUT = (".git", ".venv", "var", "node_modules", "staticroot", "tests", "__pycache__", ".*_cache")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def problems_of(place: Path) -> list[str]:
    """What is wrong in a catalogue by itself: untranslated, unsure, placeholders lost, not compiled."""
    catalogue = polib.pofile(str(place))
    found = [f"not translated: {entry.msgid}" for entry in catalogue.untranslated_entries()]
    found += [f"marked fuzzy: {entry.msgid}" for entry in catalogue.fuzzy_entries()]
    for entry in catalogue.translated_entries():
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        for text in texts:
            if not set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural)):
                found.append(f"unknown placeholder: {entry.msgid} → {text}")
            if not entry.msgid_plural and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid)):
                found.append(f"placeholder lost: {entry.msgid} → {text}")
    compiled = place.with_suffix(".mo")
    if not compiled.exists() or texts_of(polib.mofile(str(compiled))) != texts_of(without_obsolete(catalogue)):
        found.append(f"{compiled.name} is not what {place.name} compiles to: make messages")
    return found


def without_obsolete(catalogue: polib.POFile) -> polib.POFile:
    kept = polib.POFile()
    kept.extend(catalogue.translated_entries())
    return kept


def texts_of(catalogue: polib.POFile | polib.MOFile) -> dict[tuple[str, str], str]:
    texts = {(entry.msgctxt or "", entry.msgid): str(entry.msgstr_plural or entry.msgstr) for entry in catalogue}
    return {key: text for key, text in texts.items() if key[1]}


def texts_not_in(place: Path) -> list[str]:
    """Texts of the code and the templates that the catalogue does not know (collected in a copy of the project)."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        subprocess.run(
            [sys.executable, "manage.py", "makemessages", "-l", "id", "--no-location"],
            cwd=copy,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "dtks_portal.settings.check"},
            check=True,
            capture_output=True,
        )
        collected = polib.pofile(str(copy / CATALOGUE))
    known = {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(place)) if not entry.obsolete}
    return [
        entry.msgid for entry in collected if not entry.obsolete and (entry.msgctxt or "", entry.msgid) not in known
    ]


def main() -> int:
    place = PROJECT / CATALOGUE
    if not place.exists():
        return report([f"{CATALOGUE} is missing"])
    found = problems_of(place)
    if shutil.which("xgettext"):
        found += [f"not in the catalogue: {text}" for text in texts_not_in(place)]
    elif os.environ.get("CI") == "true":
        found.append("gettext is not installed, so new texts cannot be collected")
    else:
        sys.stderr.write("New texts were not looked for: install gettext (xgettext) for that.\n")
    return report(found)


def report(found: list[str]) -> int:
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(f"Messages: {len(found)} problems\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
