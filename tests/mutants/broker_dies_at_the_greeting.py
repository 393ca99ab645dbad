"""No flaw, an accident: the broker dies when the worker has just connected and is about to say something."""

from typing import Any

from celery.worker.consumer.tasks import Tasks

from tests.faults.accidents import lose_the_broker_before

step: Any = Tasks
lose_the_broker_before(step)
