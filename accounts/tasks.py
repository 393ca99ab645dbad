"""Housekeeping of the accounts tables."""

from celery import shared_task

from accounts import carrying, limits, recovery
from accounts.sessions import SessionStore


@shared_task(name="accounts.forget_expired")
def forget_expired() -> None:
    """Remove counters, carried forms, recovery requests and sessions whose time is over."""
    limits.forget_expired()
    carrying.forget_expired()
    recovery.forget_expired()
    SessionStore.clear_expired()
