"""What a worker hears of the broker by."""

from typing import Any

from celery.worker import consumer


class Consumer(consumer.Consumer):
    """Celery's, without heartbeats, which nobody here listens to.

    The first of them is sent again and again until the broker takes it, and a worker that waits for that does not hear
    that it should stop: one whose broker died while it was being greeted had to be killed.
    """

    def __init__(self, *args: Any, **about: Any) -> None:
        about["worker_options"] = {**(about.get("worker_options") or {}), "without_heartbeat": True}
        super().__init__(*args, **about)
