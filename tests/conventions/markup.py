"""Markup that the Content-Security-Policy would block, so that it breaks here and not on a family's phone."""

import re
from pathlib import Path

from tests.conventions.rooms import template_files

_BLOCKED = (
    ("an inline style", re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE)),
    ("a style element", re.compile(r"<style\b", re.IGNORECASE)),
    ("an inline handler", re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE)),
    ("a script address", re.compile(r"""=\s*["']?\s*javascript:""", re.IGNORECASE)),
    ("an inline script", re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE)),
    (
        "a file from elsewhere",
        re.compile(r"""<(?:script|img|link|iframe|audio|video)\b[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?//""", re.I),
    ),
)


def blocked_markup(root: Path) -> list[str]:
    found = []
    for _room, path in template_files(root):
        if path.suffix == ".html":
            source = path.read_text(encoding="utf-8")
            found += [f"{path.relative_to(root)} has {what}" for what, pattern in _BLOCKED if pattern.search(source)]
    return found
