"""Which room mentions which, also where no import shows it: strings, addresses, templates, foreign keys."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import models

from tests.conventions.rooms import RANK, ROOMS, SHELL, may_know, python_files, template_files

_ROOM = "|".join(ROOMS)
# What a string may name: a model, an address, a template, or a dotted path with at least two dots.
_IN_STRINGS = (
    ("the model", re.compile(rf"\A({_ROOM})\.[A-Z]\w*\Z")),
    ("the address", re.compile(rf"\A({_ROOM}):[a-z]\w*\Z")),
    ("the template", re.compile(rf"\A({_ROOM})/[\w/.-]+\.(?:html|txt|xml|svg)\Z")),
    ("the object", re.compile(rf"\A({_ROOM})\.\w+\.[\w.]+\Z")),
)
_IN_TEMPLATES = (
    ("the address", re.compile(rf"""{{%\s*url\s+["']({_ROOM}):""")),
    ("the template", re.compile(rf"""{{%\s*(?:include|extends)\s+["']({_ROOM})/""")),
)
_LOAD = re.compile(r"{%\s*load\s+([^%]+?)\s*%}")


def breaches_in_python(root: Path) -> list[str]:
    """Imports, wherever they stand, and strings that name something in a room the file's room may not know."""
    found = []
    for room in ROOMS:
        for path in python_files(root, room):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for line, what, known in _mentions(tree):
                if not may_know(room, known):
                    found.append(f"{path.relative_to(root)}:{line} ({room}) knows {what} in {known}")
    return found


def breaches_in_templates(root: Path) -> list[str]:
    """Addresses, included and extended templates and tag libraries of rooms the template's room may not know."""
    libraries = {path.stem: room for room in ROOMS for path in (root / room / "templatetags").glob("[a-z]*.py")}
    found = []
    for room, path in template_files(root):
        if room == SHELL:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for what, known in _mentions_in_line(line, libraries):
                if not may_know(room, known):
                    found.append(f"{path.relative_to(root)}:{number} ({room}) knows {what} in {known}")
    return found


def breaches_in_relations(tables: Iterable[type[models.Model]]) -> list[str]:
    """Foreign keys, however they were written, that point into a room their own may not know."""
    found = []
    for table in tables:
        for field in table._meta.get_fields():
            known = (
                getattr(field.related_model, "_meta", None) if field.is_relation and not field.auto_created else None
            )
            pair = (table._meta.app_label, known.app_label) if known else ("", "")
            if set(pair) <= RANK.keys() and not may_know(*pair):
                found.append(f"{table._meta.label}.{field.name} points into {pair[1]}")
    return found


def _mentions(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """(line, what, room) of everything in a module that names a room."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _imported(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from _imported(node.lineno, node.module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for what, pattern in _IN_STRINGS:
                match = pattern.match(node.value)
                if match:
                    yield node.lineno, f"{what} {node.value!r}", match[1]


def _imported(line: int, module: str) -> Iterator[tuple[int, str, str]]:
    room = module.partition(".")[0]
    if room in RANK:
        yield line, f"the module {module}", room


def _mentions_in_line(line: str, libraries: dict[str, str]) -> Iterator[tuple[str, str]]:
    for what, pattern in _IN_TEMPLATES:
        for match in pattern.finditer(line):
            yield f"{what} {match[0]!r}", match[1]
    for match in _LOAD.finditer(line):
        for library in match[1].split():
            if library in libraries:
                yield f"the tags {library!r}", libraries[library]
