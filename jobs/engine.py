"""The run engine's contract with the rooms below it: a handler per kind of run.

A handler is plain functions. The engine guarantees that `work` lands exactly once per shard whatever dies
(a lease with a fencing token, one commit per shard), and that a row nobody can work on stops only itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.conf import settings
from django.utils.functional import Promise

from jobs import titles
from jobs.models import Run, Shard

Range = tuple[bytes | None, bytes | None]
KEYS = 1 << 128  # there are so many keys of 16 bytes

MAX_ATTEMPTS = 3  # tries of one shard before it is halved or set aside


class UnknownKind(LookupError):
    """No handler is registered for a run's kind: this process runs older code than whoever started the run."""


class NotNow(Exception):
    """A shard cannot be worked on before `until` (None: at once, under a fresh lease); the try does not count.

    `reason` is a translatable sentence without personal data, for the page of the run.
    """

    def __init__(self, reason: str, *, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until = until


def even_ranges(parts: int) -> list[Range]:
    """The whole space of keys in `parts` equal ranges; the ends are open. Random keys make about equal shards."""
    bounds = [None, *((KEYS * number // parts).to_bytes(16, "big") for number in range(1, parts)), None]
    return list(pairwise(bounds))


def nothing_to_finish(run: Run) -> None:
    """A run whose shards are all there is."""


@dataclass(frozen=True)
class Handler:
    """What a kind of run does.

    `plan(run)` gives half-open ranges [lower, upper) of 16-byte keys, None for an open end, that together cover the
    work and never overlap. `work(run, shard)` does the work of one range inside the engine's transaction and returns
    its number of rows; it may run again after a crash and must touch only the database. `finish(run)` runs once all
    shards are done or set aside, in the transaction that closes the run.

    Optional: `count(run)` for the number of rows expected (progress; `plan` finds it in `run.rows_planned`),
    `keys(run, shard)` for the distinct keys of a range (lets the engine halve a failing shard down to the one row to
    blame), `give_up(run, shard, reason)` writes what a set-aside range means once a person has decided so, and returns
    its number of rows. `ask(run, shard)` fetches from outside what `work` needs: before the transaction, in commits of
    its own, and never for longer than a lease. `can_be_dry` says that all it writes bears the run's id and nobody acts
    on it: then a run may be made to look at its result only. `title` is what people call such a run.
    """

    kind: str
    plan: Callable[[Run], list[Range]]
    work: Callable[[Run, Shard], int]
    finish: Callable[[Run], None] = nothing_to_finish
    count: Callable[[Run], int] | None = None
    keys: Callable[[Run, Shard], list[bytes]] | None = None
    give_up: Callable[[Run, Shard, str], int] | None = None
    ask: Callable[[Run, Shard], None] | None = None
    can_be_dry: bool = False
    title: str | Promise = ""


_handlers: dict[str, Handler] = {}


def register(handler: Handler) -> None:
    """Make a kind of run known; called in `AppConfig.ready` of the room that owns it."""
    _handlers[handler.kind] = handler
    titles.call(handler.kind, handler.title)


def handler_for(kind: str) -> Handler:
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def is_known(kind: str) -> bool:
    """Whether this process can work on a kind of run; a worker of another release may not."""
    return kind in _handlers


def default_lease_seconds() -> float:
    """How long a worker may hold a shard before another takes it; a shard should need a tenth of it."""
    return float(getattr(settings, "DTKS_LEASE_SECONDS", 60))


def retry_pause_seconds() -> float:
    """Pause before a failed shard is tried again, times its attempts."""
    return float(getattr(settings, "DTKS_RETRY_PAUSE_SECONDS", 1))
