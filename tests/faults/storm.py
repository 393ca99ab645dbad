"""Bad weather for a run: real Celery workers that are killed and frozen, a broker that forgets, a database that falls.

Nothing here waits for a time: each disaster comes when so much of the run is committed, to a worker that is at work.
"""

import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from django.db import connection

from jobs import tasks
from jobs.models import Run, ShardState
from jobs.progress import progress_of
from tests.broker import broker_client
from tests.faults.processes import process, wait_until

CELERY = ("-A", "dtks_portal", "worker", "-c", "1", "-l", "ERROR", "--without-mingle", "--without-gossip")
PATIENCE = 300.0  # seconds, on a machine that has other things to do
# In one statement, so of one moment: what shards say and what is there.
HONEST = """
SELECT (SELECT coalesce(sum(rows), 0) FROM jobs_shard WHERE run_id = %(run)s AND state = 'done'),
       (SELECT count(*) FROM matching_personverdict WHERE run_id = %(run)s)
"""


@dataclass
class Storm:
    """`flaw` names a module of tests/mutants that the workers load. A disaster is the name of a method here."""

    run: Run
    broker: str
    crash: Callable[[], None] = lambda: None
    flaw: str = ""
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    crew: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    frozen: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    farthest: float = 0.0
    hit: int = 0

    @contextmanager
    def workers(self, number: int) -> Iterator[None]:
        with ExitStack() as self._ships:
            for _worker in range(number):
                self.hire()
            yield

    def hire(self) -> None:
        program = ("-m", "tests.faults.flawed_celery", self.flaw) if self.flaw else ("-m", "celery")
        self.crew.append(
            self._ships.enter_context(process(*program, *CELERY, redis_url=self.broker, DTKS_POLL_SECONDS="0.5"))
        )

    def rage(self, disasters: list[str]) -> None:
        """Each disaster in its turn, evenly over the run; then the run must end by itself, and the workers go home."""
        wait_until(self.is_planned, seconds=PATIENCE)
        shards = self.run.shards.count()
        for number, disaster in enumerate(disasters):
            part = shards * number // (len(disasters) + 1)
            wait_until(lambda part=part: self._is_done(part), seconds=PATIENCE)  # type: ignore[misc]
            getattr(self, disaster)()
        wait_until(lambda: self.look() < 0, seconds=PATIENCE)
        self.dismiss()

    def _is_done(self, part: int) -> bool:
        done = self.look()
        assert done >= 0, "the run was over before the storm"
        return done >= part

    def dismiss(self) -> None:
        """Told to stop, a worker ends what it has in hand: what is late lands now, if anything lets it."""
        for one in self.crew:
            os.killpg(one.pid, signal.SIGCONT)
            one.terminate()
        for one in self.crew:
            one.wait(PATIENCE)

    def is_planned(self) -> bool:
        self.look()
        return self.run.shards.exists()

    def look(self) -> int:
        """The scheduler's wake-ups, doubled; how many shards are done, or -1 when the run is over. Progress is true."""
        tasks.tend()
        tasks.tend()
        seen = progress_of(self.run)
        assert seen.fraction >= self.farthest, "progress fell"
        assert seen.open_poison == 0, "a row was set aside, and nothing is wrong with it"
        self.farthest = seen.fraction
        with connection.cursor() as cursor:
            cursor.execute(HONEST, {"run": self.run.pk})
            said, there = cursor.fetchone()
        assert said == there, "what is counted is not what is there"
        return seen.done if Run.objects.live().filter(pk=self.run.pk).exists() else -1

    def kill(self) -> None:
        victim = self._at_work()
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        self.crew.remove(victim)
        self.hire()

    def freeze(self) -> None:
        """For the rest of the run: others do what it holds once its lease is over."""
        victim = self._at_work()
        os.killpg(victim.pid, signal.SIGSTOP)
        self.frozen.append(victim)

    def flush(self) -> None:
        broker_client(self.broker).flushall()

    def restart(self) -> None:
        self.crash()

    def _at_work(self) -> "subprocess.Popen[bytes]":
        """Somebody of the crew who holds a shard now."""
        found: list[subprocess.Popen[bytes]] = []

        def look() -> bool:
            self._is_done(0)
            found[:] = [one for one in self.crew if one not in self.frozen and self._is_working(one)]
            return bool(found)

        wait_until(look, seconds=PATIENCE)
        self.hit += 1
        return self.chance.choice(found)

    def _is_working(self, one: "subprocess.Popen[bytes]") -> bool:
        """Whether one of its processes holds a shard; each worker has a session of its own."""
        leased = self.run.shards.filter(state=ShardState.LEASED).values_list("worker", flat=True)
        return any(_session_of(worker) == one.pid for worker in leased)


def _session_of(worker: str) -> int:
    try:
        return os.getsid(int(worker.rpartition(":")[2]))
    except (ProcessLookupError, ValueError):
        return -1
