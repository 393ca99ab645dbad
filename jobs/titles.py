"""What a run is called: the title of its kind, from its handler, and the name of what it is about."""

from collections.abc import Callable, Collection, Mapping

from django.utils.functional import Promise

ScopeNames = Callable[[Collection[int]], Mapping[int, str]]
_titles: dict[str, str | Promise] = {}
_namers: list[ScopeNames] = []


def call(kind: str, title: str | Promise) -> None:
    """Give a kind of run its title; `jobs.engine.register` does it."""
    _titles[kind] = title


def title_of(kind: str) -> str:
    """The title of a kind of run; the kind itself where nobody has registered it here."""
    return str(_titles.get(kind) or kind)


def titles() -> list[tuple[str, str]]:
    """(kind, title) of all that are known, by title."""
    return sorted(((kind, title_of(kind)) for kind in _titles), key=lambda pair: pair[1])


def name_scopes_with(namer: ScopeNames) -> None:
    """Register who knows the names of scopes (phases), all in one query; called in `AppConfig.ready`."""
    if namer not in _namers:
        _namers.append(namer)


def names_of(scopes: Collection[int]) -> dict[int, str]:
    """{scope: name} as far as they are known."""
    return {scope: name for namer in _namers for scope, name in namer(scopes).items()}
