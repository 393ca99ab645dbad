"""What axe-core reads of a document beside its words: elements, their attributes, and which of them say anything.

Two pages with the same skeleton have the same findings, but for those about colours and sizes.
"""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from typing import Final

# Their values are words, or addresses in the page's language; whether there are any is part of the skeleton.
SAID: Final = frozenset(
    {
        *("action", "alt", "aria-label", "content", "data-label", "href", "label", "lang", "placeholder", "src"),
        *("title", "value"),
    }
)


@cache
def skeleton(document: str) -> list[object]:
    reader = _Reader()
    reader.feed(document)
    return reader.parts


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[object] = []
        self._in_other_language = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and any(name == "hreflang" for name, _value in attrs):
            # A link to the other language stands where that language's page has its name.
            tag, attrs, self._in_other_language = "strong", [], True
        self.parts.append((tag, sorted((name, bool(value) if name in SAID else value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._in_other_language:
            tag, self._in_other_language = "strong", False
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip() and self.parts[-1:] != ["words"]:
            self.parts.append("words")
