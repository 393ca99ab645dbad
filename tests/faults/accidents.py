"""What happens to a worker at the worst moment, for the processes of fault tests."""

from typing import Any

from django.conf import settings

from tests.broker import broker_client


def lose_the_broker_before(step: Any) -> None:
    """The first time a worker comes to this step of its start, its broker is gone."""
    start = step.start

    def lose_it(self: Any, consumer: Any) -> None:
        step.start = start
        broker_client(settings.CELERY_BROKER_URL).shutdown(nosave=True, now=True, force=True)
        start(self, consumer)

    step.start = lose_it
