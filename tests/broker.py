"""The suite's broker, spoken to directly."""

import redis


def broker_client(url: str) -> redis.Redis:
    """A client for a Celery broker address; Celery's word for a Unix socket is not the client's."""
    return redis.Redis.from_url(url.replace("redis+socket://", "unix://"))
