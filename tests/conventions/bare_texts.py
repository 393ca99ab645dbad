"""Words in templates that no translation reaches, and messages put together before they are looked up."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

from tests.conventions.messages import message_arguments
from tests.conventions.rooms import ROOMS, python_files, template_files

_SKIPPED_BLOCKS = {"blocktranslate": "endblocktranslate", "blocktrans": "endblocktrans", "comment": "endcomment"}
_READ_ALOUD = frozenset({"alt", "aria-label", "aria-description", "placeholder", "title"})
_WORD = re.compile(r"[^\W\d_]{2,}")
# Names and official terms that are the same in every language.
SAME_EVERYWHERE = frozenset(
    {"DTKS", "DTSEN", "NIK", "KK", "KTP", "RT", "RW", "RT/RW", "Jakarta", "Indonesia", "English", "DKI", "JKT", "XXXX"}
    | {
        "PKH",
        "BPNT",
        "PBI",
        "JK",
        "NJOP",
        "SIKS",
        "NG",
        "DST",
        "Dukcapil",
        "Bapenda",
        "muskel",
        "kelurahan",
        "kecamatan",
    }
    | {"Bahasa", "WIB", "Portal", "SPTJM", "Kelurahan", "Kecamatan", "SHA"}
)


def bare_texts(root: Path) -> list[str]:
    """Text and read-aloud attributes of HTML templates that stand outside a translation."""
    found = []
    for _room, path in template_files(root):
        if path.suffix == ".html":
            for line, text in bare_texts_in_template(path.read_text(encoding="utf-8")):
                found.append(f"{path.relative_to(root)}:{line}: {text!r}")
    return found


def bare_texts_in_template(source: str) -> Iterator[tuple[int, str]]:
    parser = _TextFinder()
    parser.feed(_only_literal_text(source))
    parser.close()
    for line, text in parser.found:
        words = set(_WORD.findall(text)) - SAME_EVERYWHERE
        if words:
            yield line, " ".join(text.split())


def computed_messages(root: Path) -> list[str]:
    """Messages that are an f-string, a sum or a formatted text when they are looked up: no catalogue can hold them."""
    found = []
    for room in ROOMS:
        for path in python_files(root, room):
            for line in computed_messages_in_python(path.read_text(encoding="utf-8")):
                found.append(f"{path.relative_to(root)}:{line}")
    return found


def computed_messages_in_python(source: str) -> Iterator[int]:
    for argument in message_arguments(ast.parse(source)):
        formatted = isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") == "format"
        if isinstance(argument, ast.JoinedStr | ast.BinOp) or formatted:
            yield argument.lineno


def _only_literal_text(source: str) -> str:
    """The template with tags, variables and translated blocks blanked out, lines kept."""
    kept = []
    until = ""
    for token in Lexer(source).tokenize():
        name = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if until:
            until = "" if name == until else until
        elif name in _SKIPPED_BLOCKS:
            until = _SKIPPED_BLOCKS[name]
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
            continue
        kept.append("\n" * token.contents.count("\n"))
    return "".join(kept)


class _TextFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "code", "kbd"}:
            self.silent.append(tag)
        self.found += [(self.getpos()[0], value) for name, value in attrs if name in _READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.found.append((self.getpos()[0], data))
