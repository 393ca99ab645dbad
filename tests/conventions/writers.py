"""Who writes a column that only one module may write: assignments, setattr and keyword arguments of update()."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conventions.rooms import ROOMS


def writers_of(root: Path, column: str, *, allowed: frozenset[str]) -> list[str]:
    """ "room/module.py:line" of every place in the rooms that writes `.column`, but for the allowed modules."""
    found = []
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if "/migrations/" not in name and name not in allowed:
                found += [f"{name}:{line}" for line in lines_writing(path.read_text(), column)]
    return found


def lines_writing(source: str, column: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
                if any(isinstance(part, ast.Attribute) and part.attr == column for part in parts):
                    yield node.lineno
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("update", "update_or_create") and any(word.arg == column for word in node.keywords):
                yield node.lineno
            if called == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", None) == column:
                yield node.lineno
