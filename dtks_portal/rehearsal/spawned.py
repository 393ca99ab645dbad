"""Processes that use the world's database from their first connection on; no models here, Django is not set up yet."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.pool import Pool


def set_up_django() -> None:
    import django

    django.setup()


@contextmanager
def spawned_pool(environment: dict[str, str]) -> Iterator[Pool]:
    """One process per processor, started with `environment`."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        pool = multiprocessing.get_context("spawn").Pool(os.cpu_count() or 1, initializer=set_up_django)
    finally:
        os.environ.clear()
        os.environ.update(before)
    with pool:
        yield pool
