"""What happens beside an open transaction, on a line of its own; and a guard of the database's with a planted flaw."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from dtks_portal.owner_line import owner_line


def in_a_thread(act: Callable[[], str]) -> str:
    """What became of an act beside an open transaction: what it returns, or the kind of error it met."""
    outcome: list[str] = []

    def soon() -> None:
        try:
            outcome.append(act())
        except OperationalError as error:
            outcome.append(type(error.__cause__).__name__)
        finally:
            connection.close()

    other = threading.Thread(target=soon)
    other.start()
    other.join()
    return outcome[0]


@contextmanager
def as_owner(statement: str, *, then: str) -> Iterator[None]:
    """The database as a statement of its owner's makes it; the other statement mends it."""
    with owner_line() as line, line.cursor() as cursor:
        cursor.execute(statement)
        line.commit()
        try:
            yield
        finally:
            cursor.execute(then)
            line.commit()
