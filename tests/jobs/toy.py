"""A kind of run whose work is a row in the audit per number: nothing but the engine keeps it from landing twice."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from audit.models import Act
from jobs.engine import Handler, Range
from jobs.models import Run, Shard

KIND = "toy"


@dataclass
class Person:
    """Somebody signed in, as far as runs need to know."""

    role_name: str = "admin"
    pk: object = field(default_factory=uuid4)


@dataclass
class Toy:
    """`rows` numbers in shards of `size`; those in `bad` raise. `before(run, shard)` comes before a shard's work."""

    rows: int = 40
    size: int = 10
    bad: set[int] = field(default_factory=set)
    before: Callable[[Run, Shard], None] = lambda run, shard: None
    finished: int = 0

    def handler(self) -> Handler:
        return Handler(
            kind=KIND,
            plan=self.plan,
            work=self.work,
            finish=self.finish,
            count=lambda run: self.rows,
            keys=self.keys,
            give_up=self.give_up,
        )

    def plan(self, run: Run) -> list[Range]:
        edges: list[bytes | None] = [key(n) for n in range(0, self.rows, self.size)]
        edges[0] = None
        return list(zip(edges, [*edges[1:], None], strict=True))

    def numbers(self, shard: Shard) -> list[int]:
        lower, upper = shard.bounds
        return [n for n in range(self.rows) if (lower is None or key(n) >= lower) and (upper is None or key(n) < upper)]

    def keys(self, run: Run, shard: Shard) -> list[bytes]:
        return [key(n) for n in self.numbers(shard)]

    def work(self, run: Run, shard: Shard) -> int:
        self.before(run, shard)
        numbers = self.numbers(shard)
        Act.objects.bulk_create([Act(verb="toy.row", data={"n": n}) for n in numbers])
        if self.bad & set(numbers):
            raise ValueError("this text could quote somebody's NIK 9900000000000001")
        return len(numbers)

    def give_up(self, run: Run, shard: Shard, reason: str) -> int:
        numbers = self.numbers(shard)
        Act.objects.bulk_create([Act(verb="toy.given_up", data={"n": n}) for n in numbers])
        return len(numbers)

    def finish(self, run: Run) -> None:
        self.finished += 1


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def landed() -> Counter[int]:
    """How often each number landed."""
    return Counter(act.data["n"] for act in Act.objects.filter(verb="toy.row"))


def once_each(rows: int, *, without: set[int] | None = None) -> Counter[int]:
    return Counter({n: 1 for n in range(rows) if n not in (without or set())})
