"""A worker with Celery's own consumer: its first heartbeat is sent until a broker takes it, and the broker is gone."""

from typing import Any

from celery.worker.consumer.heart import Heart

from dtks_portal.celery import app
from tests.faults.accidents import lose_the_broker_before

app.conf.worker_consumer = "celery.worker.consumer:Consumer"
step: Any = Heart
lose_the_broker_before(step)
