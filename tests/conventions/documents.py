"""Links of the documents, relative to the file they stand in."""

import re
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def dead_links(root: Path) -> list[str]:
    """ "file: target" of every link in README, CHANGELOG and docs that leads to no file of the repository."""
    found = []
    for path in [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]:
        for target in LINK.findall(path.read_text()):
            place = target.partition("#")[0]
            if place and "://" not in place and not (path.parent / place).exists():
                found.append(f"{path.relative_to(root).as_posix()}: {target}")
    return found
