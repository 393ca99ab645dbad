"""What later rooms know about a run and its page should say, such as the extract it reads. They register a teller."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jobs.models import Run


@dataclass(frozen=True)
class Fact:
    """One line of a run's page; `address` makes the value a link."""

    label: str
    value: str
    address: str = ""


Teller = Callable[[Run], Iterable[Fact]]
_tellers: list[Teller] = []


def tell_with(teller: Teller) -> None:
    """Register what a room knows about runs; called in `AppConfig.ready`."""
    if teller not in _tellers:
        _tellers.append(teller)


def facts_about(run: Run) -> list[Fact]:
    return [fact for teller in _tellers for fact in teller(run)]
