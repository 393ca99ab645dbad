"""Planted flaws: what the walk through all pages has to notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.access.walking import pages


@contextmanager
def decorators_let_everybody_through() -> Iterator[None]:
    """Every decorator of `accounts.access` asks for a signed-in person and for nothing else."""
    cells = [cell for page in pages() for cell in _questions(page.pattern.callback)]
    before = [cell.cell_contents for cell in cells]
    try:
        for cell in cells:
            cell.cell_contents = lambda user: True
        yield
    finally:
        for cell, question in zip(cells, before, strict=True):
            cell.cell_contents = question


def _questions(view: Callable[..., Any] | None) -> Iterator[Any]:
    """The cells that hold the question which an access decorator asks about the user."""
    seen: set[int] = set()
    while view is not None and id(view) not in seen:
        seen.add(id(view))
        if getattr(view, "__qualname__", "") and hasattr(view, "__code__"):
            names = view.__code__.co_freevars
            if view.__code__.co_name == "guarded" and "allowed" in names:
                yield view.__closure__[names.index("allowed")]  # type: ignore[index]
        view = getattr(view, "__wrapped__", None)
