"""What workers do for the stages; every message may be lost or doubled without effect."""

import time

from celery import shared_task

from jobs.outbox import dispatch
from jobs.polling import MESSAGES_BETWEEN_SLICES, SLICE_SECONDS
from jobs.stopping import is_stopping
from jobs.wakeups import send_now
from stages.closing import purge_extracts
from stages.telling import is_anybody_waiting, tell_waiting


@shared_task(name="stages.purge_extracts")
def purge_extracts_of_closed_phases() -> int:
    return purge_extracts()


@shared_task(name="stages.tell_families")
def tell_families() -> int:
    """Tell families for a while, look at the outbox, and go on in a new message if more is left."""
    until = time.monotonic() + SLICE_SECONDS
    settled = tell_waiting(should_stop=lambda: is_stopping() or time.monotonic() > until)
    dispatch(limit=MESSAGES_BETWEEN_SLICES, should_stop=is_stopping)
    if settled and not is_stopping() and is_anybody_waiting():
        send_now("stages.tell_families", expires=30)
    return settled
