"""Texts people see: every one of them is in the Indonesian catalogue, translated and complete."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from tests.conventions.rooms import ROOMS, python_files, template_files

_POSITION_OF_MESSAGE = {
    name + lazy: position
    for name, position in {"_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}.items()
    for lazy in ("", "_lazy", "_noop")
}
_TEMPLATE_CALL = re.compile(r"\b(n?p?gettext|_)\(((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|[^()'\"])*)\)")
_TEMPLATE_STRING = re.compile(r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", re.DOTALL)
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def messages_in_use(root: Path) -> dict[str, str]:
    """Every message in Python and templates, with a place where it stands."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in python_files(root, room):
            for line, message in messages_in_python(path.read_text(encoding="utf-8")):
                found.setdefault(message, f"{path.relative_to(root)}:{line}")
    for _room, path in template_files(root):
        for message in messages_in_template(path.read_text(encoding="utf-8")):
            found.setdefault(message, str(path.relative_to(root)))
    return found


def messages_in_python(source: str) -> Iterator[tuple[int, str]]:
    for argument in message_arguments(ast.parse(source)):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.lineno, argument.value


def message_arguments(tree: ast.AST) -> Iterator[ast.expr]:
    """The argument that is the message, of every call that looks one up."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            position = _POSITION_OF_MESSAGE.get(name)
            if position is not None and len(node.args) > position:
                yield node.args[position]


def messages_in_template(source: str) -> Iterator[str]:
    """Messages as Django's own extraction sees them: trimmed, with %(name)s."""
    for call in _TEMPLATE_CALL.finditer(templatize(source)):
        strings = [ast.literal_eval(text) for text in _TEMPLATE_STRING.findall(call[2])]
        position = 1 if "pgettext" in call[1] else 0
        if len(strings) > position:
            yield strings[position]


def untranslated(catalogue: polib.POFile, in_use: dict[str, str]) -> list[str]:
    """Messages in use that the catalogue lacks, and entries of it that are empty or marked as unsure."""
    entries = {entry.msgid: entry for entry in catalogue if not entry.obsolete}
    missing = [
        f"{place}: {message!r} is not in the catalogue" for message, place in in_use.items() if message not in entries
    ]
    empty = [f"{entry.msgid!r} is not translated" for entry in entries.values() if not entry.translated()]
    return sorted(missing) + sorted(empty)


def broken_placeholders(catalogue: polib.POFile) -> list[str]:
    """Translations that name a placeholder the message does not have, or drop one."""
    found = []
    for entry in catalogue:
        if entry.obsolete:
            continue
        allowed = set(_PLACEHOLDER.findall(entry.msgid)) | set(_PLACEHOLDER.findall(entry.msgid_plural))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text and set(_PLACEHOLDER.findall(text)) != allowed:
                found.append(f"{entry.msgid!r} → {text!r}")
    return found


def stale_binary(catalogue: polib.POFile, binary: polib.MOFile) -> list[str]:
    """Entries in which the compiled catalogue differs from the one people edit."""
    compiled = {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in binary}
    return [
        f"{entry.msgid!r} is not compiled"
        for entry in catalogue.translated_entries()
        if compiled.get(entry.msgid) != (entry.msgstr, entry.msgstr_plural)
    ]
