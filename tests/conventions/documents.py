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


PROOF = re.compile(r"`((?:[a-z_]+/)+test_[a-z_]+)\.py`|`(mutants/[a-z_]+)`")


def missing_proofs(text: str, tests: Path) -> list[str]:
    """Tests and mutants that a document names (`room/test_x.py`, `mutants/x`, below `tests`) and that are not there."""
    named = [test or mutant for test, mutant in PROOF.findall(text)]
    return [name for name in named if not (tests / f"{name}.py").is_file()]
