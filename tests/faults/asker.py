"""A worker as a process of its own that asks a simulated register: python -m tests.faults.asker RUN PORT [FLAW].

The flaw "keeps-late" stores answers only when all of a shard are there.
"""

import sys
from typing import Any
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402

from jobs.working import work_run  # noqa: E402
from matching.sources import answers, configured  # noqa: E402
from tests.matching.sources.registers import point_at  # noqa: E402

RUN, PORT, FLAW = [*sys.argv[1:], ""][:3]
late: list[Any] = []


def keep_late(*about: Any) -> None:
    late.append(about)


def settled_late(kind: Any, asked: Any) -> dict[Any, Any]:
    """What is held back counts as known; it is stored once nobody is missing."""
    known = honest_settled(kind, asked) | {about[1].member_id: None for about in late}
    if len(known) == len(asked):
        for about in late:
            honest_keep(*about)
        late.clear()
        return honest_settled(kind, asked)
    return known


honest_keep, honest_settled = answers.keep, answers.settled
if FLAW == "keeps-late":
    patched: Any = answers
    patched.keep, patched.settled = keep_late, settled_late
point_at(settings, int(PORT))
configured.WAIT = 20.0  # the register of this test hangs until the process is killed
configured.DEADLINE = 20.0
work_run(UUID(RUN), worker="asker", patience=0)
